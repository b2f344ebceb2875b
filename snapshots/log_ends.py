"""What sealing asks of the log."""

from collections.abc import Mapping
from typing import Protocol

Cut = Mapping[tuple[str, int], int]
"""(topic, partition) -> the first offset outside (semantics 4), for every partition of every ingress topic."""


class LogEnds(Protocol):
    """Where the ingress topics stand."""

    def positions_at(self, known_at_ms: int) -> Cut:
        """Per partition the first offset appended at or after known_at (ms since 1970 UTC), else the log end."""
        ...
