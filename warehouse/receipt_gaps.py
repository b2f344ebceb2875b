"""Offsets without a receipt, found without listing those that have one: counted in grains, looked at where one is short."""

from collections.abc import Iterable, Iterator
from typing import Final

import numpy as np

from warehouse.interface import Warehouse

Position = tuple[str, int]
"""Topic and partition."""

Range = tuple[int, int]
"""First offset, and the first one after."""

GRAIN: Final = 65_536
_COUNTS: Final = f"""
SELECT intDiv(offset, {GRAIN}) AS grain, groupBitmap(toUInt32(bitAnd(offset, {GRAIN - 1})))
FROM receipts
WHERE topic = %(topic)s AND partition = %(partition)s AND offset >= %(first)s AND offset < %(end)s
GROUP BY grain
"""
_OFFSETS: Final = """
SELECT DISTINCT offset
FROM receipts
WHERE topic = %(topic)s AND partition = %(partition)s AND offset >= %(first)s AND offset < %(end)s
"""


def gaps(warehouse: Warehouse, position: Position, first: int, end: int) -> Iterator[Range]:
    """Ranges of offsets from `first` up to but not including `end` without a receipt, in order; adjacent ones may touch.

    Some hold no record either: control records and aborted transactions leave such gaps.
    """
    parameters = {"topic": position[0], "partition": position[1], "first": first, "end": end}
    settings = {"optimize_aggregation_in_order": 1}
    counts: dict[int, int] = dict(warehouse.rows(_COUNTS, parameters, settings=settings)) if end > first else {}
    for low, high in _grains(first, end):
        count = counts.get(low // GRAIN, 0)
        if not count:
            yield low, high
        elif count < high - low:
            rows = warehouse.rows(_OFFSETS, parameters | {"first": low, "end": high})
            yield from between((offset for (offset,) in rows), low, high)


def between(offsets: Iterable[int], first: int, end: int) -> list[Range]:
    """What is left of first…end, end not included, without these offsets of it."""
    there = np.sort(np.fromiter(offsets, dtype=np.int64))
    edges = np.concatenate(([first - 1], there, [end]))
    at = np.flatnonzero(np.diff(edges) > 1)
    return [(int(edges[i]) + 1, int(edges[i + 1])) for i in at]


def _grains(first: int, end: int) -> Iterator[Range]:
    while first < end:
        border = min(end, (first // GRAIN + 1) * GRAIN)
        yield first, border
        first = border
