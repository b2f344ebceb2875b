"""The loop around intake and the sinks: one thread polls and commits; what it polled goes through a pipeline of others.

While the pipeline is full the client fetches on, within its bounds; if that takes long the partitions are paused and still
polled, so that a warehouse that is away costs time, never memory and never the membership in the group. Only this thread
touches the consumer.
"""

import functools
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from consumers.intake import Counted, Steps
from consumers.messages import Batch
from consumers.pipeline import Pipeline, Stage, UnderWay
from consumers.ports import Log, Lost, Position
from consumers.retry import Backoff
from schemas.errors import ThabianError

Result = TypeVar("Result")

RETRYABLE = frozenset({"WAREHOUSE_UNAVAILABLE", "BROKER_UNAVAILABLE"})
"""Failures that pass. Every try repeats a whole stage of the work: each step is idempotent."""

_LOOK_S: Final = 0.25
"""Seconds between two looks at what else happens, while the pipeline is full."""
_WITHOUT_BACKLOG: Final = 2
"""Batches under way while they are not full. More would be smaller: each costs as much, and waits for those before it."""


class Abandoned(Exception):
    """A batch was left unfinished because the process was told to stop; it will be delivered again."""


@dataclass
class Observer:
    """What the loop tells whoever watches. Every method does nothing here."""

    def turned(self) -> None:
        """The loop went round, or tries again what it cannot go on without. Always told by the loop's own thread."""

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
    stages: Sequence[Stage]
    """What a batch goes through; the last one makes a `Counted` of it."""
    lose: Callable[[Lost], None]
    check: Callable[[frozenset[Position]], None]
    """Raises when records of newly assigned partitions would be skipped or taken for others."""
    steps: Steps
    backoff: Backoff
    observer: Observer
    drain_seconds: float
    """How long batches under way may go on once told to stop."""
    full: int = 1
    """Messages that make a batch full: more wait in the log."""
    monotonic: Callable[[], float] = time.monotonic
    stopping: threading.Event = field(default_factory=threading.Event)
    _under_way: deque[UnderWay] = field(default_factory=deque)
    _has_backlog: bool = False

    def run(self, *, until_end: bool) -> None:
        """Poll, take through the stages, commit. Raises what a batch failed with; its offsets are untouched then."""
        pipeline = Pipeline([functools.partial(self._through, stage) for stage in self.stages])
        try:
            self._work(pipeline, until_end=until_end)
            self._drain()
        finally:
            self.backoff.stop.set()
            pipeline.close()

    def _work(self, pipeline: Pipeline, *, until_end: bool) -> None:
        while not self.stopping.is_set():
            self.observer.turned()
            self._commit_finished()
            if len(self._under_way) >= (len(pipeline) if self._has_backlog else _WITHOUT_BACKLOG):
                if not self.log.wait(self._under_way[0].finished, _LOOK_S):
                    self.observer.paused()
                continue
            batch = self._poll()
            self._see_to_partitions()
            if batch is not None:
                self._has_backlog = len(batch) >= self.full
                self._under_way.append(pipeline.submit(batch))
            elif until_end and not self._under_way and self.log.at_end():
                return

    def _commit_finished(self) -> None:
        while self._under_way and self._under_way[0].finished.done():
            self._commit(self._under_way.popleft())

    def _commit(self, one: UnderWay) -> None:
        """What a batch came to, once it is finished. An abandoned one is left for redelivery."""
        try:
            counted: Counted = one.finished.result()
        except Abandoned:
            return
        with self.steps("commit"):
            refused = self.log.commit(one.batch)
        if refused:
            self.observer.not_committed(refused)
        self.observer.taken(counted)

    def _drain(self) -> None:
        """Finish what is under way, for at most `drain_seconds`; then abandon it."""
        until = self.monotonic() + self.drain_seconds
        while self._under_way:
            if not self.log.wait(self._under_way[0].finished, until - self.monotonic()):
                self.backoff.stop.set()
            self._commit(self._under_way.popleft())

    def _see_to_partitions(self) -> None:
        """Check newly assigned partitions and give expired messages their receipts, both rare, with nothing under way."""
        arrived, expired = self.log.arrived(), self.log.lost()
        if not (arrived or expired):
            return
        while self._under_way:
            self.observer.turned()
            self.log.wait(self._under_way[0].finished, _LOOK_S)
            self._commit_finished()
            if self.stopping.is_set():
                return
        if arrived:
            self._turning(functools.partial(self.check, arrived))
        for lost in expired:
            self._turning(functools.partial(self.lose, lost))
            self.observer.lost(lost)
            self.log.commit_positions({(lost.topic, lost.partition): lost.end})

    def _turning(self, work: Callable[[], None]) -> None:
        """Until it goes through, in this thread: each try is a turn."""

        def tried() -> None:
            self.observer.turned()
            work()

        self._until_done(tried)

    def _poll(self) -> Batch | None:
        with self.steps("poll"):
            batch = self.log.poll()
        return batch if batch is not None and len(batch) else None

    def _through(self, stage: Stage, made: Any) -> Any:  # noqa: ANN401 - as the stages make it
        return self._until_done(functools.partial(stage, made))

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
