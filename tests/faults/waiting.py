"""Waiting for a condition, with an end."""

import time
from collections.abc import Callable
from typing import TypeVar

from kafka.errors import KafkaError

Found = TypeVar("Found")
POLL = 0.1  # seconds between two looks


def until(condition: Callable[[], Found], what: str, limit: float = 90.0) -> Found:
    """What `condition` gives once that is true; AssertionError after `limit` seconds. A broker away: "not yet"."""
    end, last = time.monotonic() + limit, ""
    while True:
        try:
            if found := condition():
                return found
        except KafkaError as error:
            last = f" ({error})"
        assert time.monotonic() < end, f"{what}: not within {limit:.0f} seconds{last}"
        time.sleep(POLL)
