"""The loop around intake: one thread polls and commits, one takes batches; the second may wait, the first never stops.

While a batch is being taken the next one is collected; beyond that the partitions are paused and still polled, so that a
warehouse that is away costs time, never memory and never the membership in the group. Only this thread touches the consumer.
"""

import functools
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TypeVar

from consumers.intake import Counted, Steps
from consumers.messages import Batch
from consumers.ports import Log, Lost, Position
from consumers.retry import Backoff
from schemas.errors import ThabianError

Result = TypeVar("Result")

RETRYABLE = frozenset({"WAREHOUSE_UNAVAILABLE", "BROKER_UNAVAILABLE"})
"""Failures that pass. Every try repeats the whole batch: each step is idempotent."""


class Abandoned(Exception):
    """A batch was left unfinished because the process was told to stop; it will be delivered again."""


@dataclass
class Observer:
    """What the loop tells whoever watches. Every method does nothing here."""

    def taken(self, counted: Counted) -> None:
        """A batch is stored, answered and committed."""

    def retrying(self, error: ThabianError, tries: int, seconds: float) -> None:
        """A try failed; the next one comes after `seconds`."""

    def recovered(self, tries: int) -> None:
        """A batch went through after failed tries."""

    def paused(self) -> None:
        """Partitions are paused until the batch at work is done."""

    def lost(self, lost: Lost) -> None:
        """Messages had expired before they were read; they have their receipts."""

    def not_committed(self, reason: str) -> None:
        """A commit was refused: the partitions have moved, their new owner repeats the batch."""


@dataclass
class Loop:
    """Runs until told to stop, or until the end of the log."""

    log: Log
    take: Callable[[Batch], Counted]
    lose: Callable[[Lost], None]
    check: Callable[[frozenset[Position]], None]
    """Raises when records of newly assigned partitions would be skipped or taken for others."""
    steps: Steps
    backoff: Backoff
    observer: Observer
    drain_seconds: float
    """How long a batch at work may go on once told to stop."""
    stopping: threading.Event = field(default_factory=threading.Event)

    def run(self, *, until_end: bool) -> None:
        """Poll, take, commit. Raises what a batch failed with; its offsets are untouched then."""
        pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="take")
        try:
            self._work(pool, until_end=until_end)
        finally:
            self.backoff.stop.set()
            pool.shutdown(wait=True)

    def _work(self, pool: ThreadPoolExecutor, *, until_end: bool) -> None:
        waiting: Batch | None = None
        while not self.stopping.is_set():
            batch, waiting = waiting or self._poll(), None
            self._check_arrived()
            self._receipt_lost()
            if batch is None:
                if until_end and self.log.at_end():
                    return
                continue
            waiting = self._take_beside_polling(pool, batch)

    def _take_beside_polling(self, pool: ThreadPoolExecutor, batch: Batch) -> Batch | None:
        """Take a batch while collecting the next one, which is returned."""
        at_work = pool.submit(self._until_done, functools.partial(self.take, batch))
        waiting: Batch | None = None
        while not at_work.done() and not self.stopping.is_set():
            if waiting is None:
                waiting = self._poll()
            else:
                self.observer.paused()
                self.log.idle()
        self._finish(at_work, batch)
        return waiting

    def _finish(self, at_work: "Future[Counted]", batch: Batch) -> None:
        """Wait for a batch, commit it. Once told to stop: no longer than `drain_seconds`, then abandon it."""
        if self.stopping.is_set() and not self.log.wait(at_work, self.drain_seconds):
            self.backoff.stop.set()
        try:
            counted = at_work.result()
        except Abandoned:
            return
        with self.steps("commit"):
            refused = self.log.commit(batch)
        if refused:
            self.observer.not_committed(refused)
        self.observer.taken(counted)

    def _check_arrived(self) -> None:
        """Before anything of a partition is taken; the worker is idle then."""
        arrived = self.log.arrived()
        if arrived:
            self._until_done(functools.partial(self.check, arrived))

    def _receipt_lost(self) -> None:
        """Rare enough to be waited for."""
        for lost in self.log.lost():
            self._until_done(functools.partial(self.lose, lost))
            self.observer.lost(lost)
            self.log.commit_positions({(lost.topic, lost.partition): lost.end})

    def _poll(self) -> Batch | None:
        with self.steps("poll"):
            batch = self.log.poll()
        return batch if batch is not None and len(batch) else None

    def _until_done(self, work: Callable[[], Result]) -> Result:
        """Try until it goes through."""
        for tries, delay in enumerate(self.backoff.delays(), start=1):
            try:
                result = work()
            except ThabianError as error:
                if error.code not in RETRYABLE:
                    raise
                self.observer.retrying(error, tries, delay)
                if not self.backoff.wait(delay):
                    raise Abandoned from error
                continue
            if tries > 1:
                self.observer.recovered(tries)
            return result
        raise AssertionError("delays have no end")
