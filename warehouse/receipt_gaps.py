"""Offsets without a receipt, found without listing those that have one: counted in grains, looked at where one is short."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

import numpy as np

from warehouse.interface import Warehouse

Position = tuple[str, int]
"""Topic and partition."""

Range = tuple[int, int]
"""First offset, and the first one after."""

GRAIN: Final = 65_536
AT_ONCE: Final = 32
"""Partitions asked about in one query: one each costs most of its time for itself."""

_COUNTS: Final = """
SELECT topic, partition, intDiv(offset, {grain}) AS grain, groupBitmap(toUInt32(offset %% {grain}))
FROM receipts
WHERE {places}
GROUP BY topic, partition, grain
"""
_PLACE: Final = (
    "(topic = %(topic_{n})s AND partition = %(partition_{n})s AND offset >= %(first_{n})s AND offset < %(end_{n})s)"
)
_OFFSETS: Final = f"""
SELECT DISTINCT offset
FROM receipts
WHERE {_PLACE.format(n=0)}
"""


def gaps(warehouse: Warehouse, ranges: Mapping[Position, Range]) -> dict[Position, Iterator[Range]]:
    """Per partition the ranges of offsets without a receipt, in order, within the range that is asked about; adjacent ones
    may touch. The warehouse is asked for details as an iterator reaches them.

    Some hold no record either: control records and aborted transactions leave such gaps.
    """
    counts: dict[Position, dict[int, int]] = {position: {} for position in ranges}
    asked = [(position, span) for position, span in ranges.items() if span[1] > span[0]]
    for some in (asked[at : at + AT_ONCE] for at in range(0, len(asked), AT_ONCE)):
        places = " OR ".join(_PLACE.format(n=n) for n in range(len(some)))
        parameters = {name: value for n, one in enumerate(some) for name, value in _parameters(*one, n).items()}
        statement = _COUNTS.format(grain=GRAIN, places=places)
        rows = warehouse.rows(statement, parameters, settings={"optimize_aggregation_in_order": 1})
        for topic, partition, grain, count in rows:
            counts[topic, partition][grain] = count
    return {position: _gaps(warehouse, position, span, counts[position]) for position, span in ranges.items()}


def _gaps(warehouse: Warehouse, position: Position, span: Range, counts: Mapping[int, int]) -> Iterator[Range]:
    for low, high in _grains(*span):
        count = counts.get(low // GRAIN, 0)
        if not count:
            yield low, high
        elif count < high - low:
            rows = warehouse.rows(_OFFSETS, _parameters(position, (low, high)))
            yield from between((offset for (offset,) in rows), low, high)


def _parameters(position: Position, span: Range, n: int = 0) -> dict[str, str | int]:
    return {f"topic_{n}": position[0], f"partition_{n}": position[1], f"first_{n}": span[0], f"end_{n}": span[1]}


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
