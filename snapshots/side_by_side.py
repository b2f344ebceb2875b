"""Parts of one fold on several connections at once. A query over a range of schools ends in one thread, whatever it may take;
two ranges at once keep two cores busy.
"""

import contextlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from queue import SimpleQueue
from typing import Final, TypeVar

from snapshots.fold import Fold
from warehouse.interface import Warehouse

Connect = Callable[[], Warehouse]
Part = TypeVar("Part")
Found = TypeVar("Found")

LANES: Final = 2
"""Ranges folded at once."""


def lanes(fold: Fold, connect: Connect | None) -> int:
    """How many ranges may be folded at once: one, where there is one connection, or one that alone holds the events."""
    return LANES if connect and not fold.is_read_once else 1


@contextlib.contextmanager
def opened(fold: Fold, connect: Connect | None, parts: int) -> Iterator[list[Fold]]:
    """A prepared fold over as many connections as its parts can use; the further ones are closed at the end."""
    count = min(lanes(fold, connect), parts)
    if connect is None or count < 2:
        yield [fold]
        return
    with contextlib.ExitStack() as closing:
        folds = [replace(fold, threads=1)]
        for _ in range(count - 1):
            other = connect()
            closing.callback(other.close)
            folds.append(replace(fold, threads=1).beside(other))
        yield folds


def each(folds: Sequence[Fold], work: Callable[[Fold, Part], Found], parts: Sequence[Part]) -> Iterator[Found]:
    """What the work makes of each part, in the order of the parts. Raises what the first failing part failed with."""
    idle: SimpleQueue[Fold] = SimpleQueue()
    for fold in folds:
        idle.put(fold)

    def on_its_own(part: Part) -> Found:
        fold = idle.get()
        try:
            return work(fold, part)
        finally:
            idle.put(fold)

    with ThreadPoolExecutor(len(folds)) as threads:
        yield from threads.map(on_its_own, parts)
