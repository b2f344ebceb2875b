"""What a seal does on another connection while it goes on: a small insert costs some ten milliseconds, nearly all of it
waiting.
"""

import contextlib
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

from snapshots.side_by_side import Connect
from warehouse.interface import Warehouse

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Aside:
    """A connection for work whose result is asked for later; what is given to it is done in that order."""

    warehouse: Warehouse
    thread: Executor | None = None
    """None: the warehouse is the only connection there is, and all is done at once."""

    def do(self, work: Callable[[Warehouse], T]) -> "Future[T]":
        """Begin the work. Its result, or what it failed with, comes out of the future."""
        if self.thread:
            return self.thread.submit(work, self.warehouse)
        done: Future[T] = Future()
        done.set_result(work(self.warehouse))
        return done


@contextlib.contextmanager
def opened(warehouse: Warehouse, connect: Connect | None) -> Iterator[Aside]:
    """A further connection, closed at the end, when its work is done; without `connect` the one there is."""
    if connect is None:
        yield Aside(warehouse)
        return
    with contextlib.closing(connect()) as other, ThreadPoolExecutor(1) as thread:
        yield Aside(other, thread)
