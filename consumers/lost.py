"""Messages that expired before anyone read them: each offset gets its receipt all the same (semantics 3)."""

from collections.abc import Iterator
from typing import Final

import polars as pl

from consumers.outcomes import Outcome
from consumers.ports import Lost, Stored
from consumers.pseudonyms import NO_KEY
from warehouse.interface import Columns

CODE: Final = "EXPIRED_UNREAD"
_CHUNK: Final = 100_000


def receipts(lost: Lost) -> Iterator[Stored]:
    """Receipts in blocks of bounded size. Nothing is known of these messages, their append time included: it is 0."""
    for first in range(lost.first, lost.end, _CHUNK):
        offsets = range(first, min(first + _CHUNK, lost.end))
        count = len(offsets)
        columns: Columns = {
            "topic": [lost.topic] * count,
            "partition": [lost.partition] * count,
            "offset": list(offsets),
            "append_time": [0] * count,
            "first_received": [0] * count,
            "outcome": [Outcome.LOST.value] * count,
            "codes": [[CODE]] * count,
            "stored": [0] * count,
            "kind": [""] * count,
            "school_code": [0] * count,
            "event_id": [NO_KEY] * count,
        }
        yield Stored({"receipts": pl.DataFrame(columns)}, f"lost-{lost.topic}-{lost.partition}-{first}-{offsets[-1]}")
