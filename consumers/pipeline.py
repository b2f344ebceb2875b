"""Two batches under way: one is decided while the one before it is stored and answered. Always in the order of the log."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Generic, TypeVar

from consumers.intake import Counted
from consumers.messages import Batch

Decided = TypeVar("Decided")
"""What is known of a batch before any of it is stored."""


@dataclass(frozen=True, slots=True)
class UnderWay:
    """A batch and its end."""

    batch: Batch
    finished: "Future[Counted]"


class Pipeline(Generic[Decided]):
    """One thread decides, another finishes. A batch is finished only if the one before it was: the first failure ends all."""

    def __init__(self, decide: Callable[[Batch], Decided], finish: Callable[[Decided], Counted]) -> None:
        self._decide, self._finish = decide, finish
        self._deciding = ThreadPoolExecutor(max_workers=1, thread_name_prefix="decide")
        self._finishing = ThreadPoolExecutor(max_workers=1, thread_name_prefix="finish")
        self._last: Future[Counted] | None = None

    def submit(self, batch: Batch) -> UnderWay:
        """Take a batch. No more than two may be under way: a decision knows of one unfinished batch before it."""
        before = self._last
        decided = self._deciding.submit(self._decide, batch)
        self._last = self._finishing.submit(self._after, before, decided)
        return UnderWay(batch, self._last)

    def close(self) -> None:
        """Wait until both threads are done with what they have in hand."""
        self._deciding.shutdown(wait=True)
        self._finishing.shutdown(wait=True)

    def _after(self, before: "Future[Counted] | None", decided: "Future[Decided]") -> Counted:
        if before is not None:
            before.result()
        return self._finish(decided.result())
