"""The ingress topics, or another one, through kafka-python (`consumers.ports.Log`)."""

import time
from collections.abc import Callable, Iterable, Mapping
from concurrent import futures
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, Final

from kafka import KafkaConsumer, OffsetAndMetadata, TopicPartition
from kafka import errors as kafka_errors

from consumers import joins, wire
from consumers.log_progress import LogProgress, Standing
from consumers.messages import Batch, batch_of
from consumers.ports import Lost, Position
from schemas.errors import ThabianError
from schemas.topics import ingress_pattern

_SIGN_MS: Final = 10
_BETWEEN_SIGNS_S: Final = 0.1
_RECORD_BATCHES: Final = 8
"""Taken whole at a time (consumers/wire.py): a batch of messages goes over its budget by what these hold at most."""
_MOVED: Final = (
    kafka_errors.CommitFailedError,
    kafka_errors.IllegalGenerationError,
    kafka_errors.UnknownMemberIdError,
    kafka_errors.RebalanceInProgressError,
)
"""A commit refused because the partitions have gone, or are going, to another member."""


@dataclass(frozen=True, slots=True)
class Budget:
    """How much a batch may hold, and how long it may wait for more. Milliseconds."""

    events: int
    milliseconds: int


@dataclass
class KafkaLog:
    """One member of a group. The consumer is opened with automatic commits and offset resets off."""

    consumer: KafkaConsumer
    prefix: str
    budget: Budget
    topic: str | None = None
    """Read this one topic, named in full, instead of the ingress topics."""
    repair: str = "run `thabian intake rewind`"
    """What mends a position beyond the end of the log."""
    monotonic: Callable[[], float] = time.monotonic
    _ends: dict[TopicPartition, int] = field(default_factory=dict)
    _held: dict[TopicPartition, list[Any]] = field(default_factory=dict)
    """What came while nothing was asked for: partitions that were assigned in between are not paused yet."""
    _lost: list[Lost] = field(default_factory=list)
    _known: frozenset[Position] = frozenset()
    _owed: dict[Position, int] = field(default_factory=dict)
    """Commits refused for now. A partition that stays here is not delivered again: nobody else would make them."""

    def __post_init__(self) -> None:
        self._whole = wire.install(self.consumer)
        joins.see_through(self.consumer)
        self._progress = LogProgress(self.consumer)
        if self.topic is None:
            self.consumer.subscribe(pattern=ingress_pattern(self.prefix))
        else:
            self.consumer.subscribe([self.topic])

    def poll(self) -> Batch | None:
        """The next messages, or None when nothing came within the time budget."""
        if self._owed:
            self.commit_positions({})
        paused = self.consumer.paused()
        if paused:
            self.consumer.resume(*paused)
        polled, self._held = self._held, {}
        until = self.monotonic() + self.budget.milliseconds / 1000
        while (room := self.budget.events - self._count(polled)) > 0:
            left = max(0.0, until - self.monotonic())
            _merge(polled, self._fetch(left, room))
            if not left:
                break
        if not polled:
            return None
        batch = wire.batch_of_wire(polled) if self._whole else batch_of(polled)
        self._progress.took(batch)
        return batch

    def wait(self, work: "Future[Any]", seconds: float) -> bool:
        """Stay in the group until the work is done (True) or the time is over.

        The group needs a sign of life a few times a session; more of them would cost as much as the work.
        """
        until = self.monotonic() + seconds
        while (left := until - self.monotonic()) > 0:
            if futures.wait([work], timeout=min(left, _BETWEEN_SIGNS_S)).done:
                return True
            self._stay()
        return work.done()

    def _stay(self) -> None:
        """Whatever is assigned is paused, newly assigned partitions included."""
        assigned = self.consumer.assignment()
        if assigned:
            self.consumer.pause(*assigned)
        _merge(self._held, self._fetch(_SIGN_MS / 1000, self.budget.events))

    def arrived(self) -> frozenset[Position]:
        """Partitions assigned since the last call; one that went away and came back has arrived again."""
        assigned = frozenset((part.topic, part.partition) for part in self.consumer.assignment())
        new, self._known = assigned - self._known, assigned
        for position in new:
            self._owed.pop(position, None)
        self._progress.forget(new)
        return new

    @property
    def assigned(self) -> frozenset[Position]:
        """This member's partitions at the last look. May be asked by any thread."""
        return self._known

    def stands(self) -> dict[Position, Standing]:
        """How far each partition is; of those whose `standing` was asked for since they came, or that were committed."""
        return self._progress.stands(self._held)

    def holds(self, position: Position) -> bool:
        """Whether a partition was assigned at the last look. May be asked by any thread."""
        return position in self._known

    def standing(
        self, positions: Iterable[Position]
    ) -> tuple[dict[Position, int | None], dict[Position, int], dict[Position, int]]:
        """Committed offset (None: never), log begin and log end of partitions."""
        parts = [TopicPartition(*position) for position in positions]
        committed = {(part.topic, part.partition): self.consumer.committed(part) for part in parts}
        begins, ends = self.consumer.beginning_offsets(parts), self.consumer.end_offsets(parts)
        found = committed, _by_position(begins), _by_position(ends)
        self._progress.began(*found)
        return found

    def lost(self) -> list[Lost]:
        """Ranges found to have expired since the last call."""
        found, self._lost = self._lost, []
        return found

    def commit(self, batch: Batch) -> str | None:
        """Commit the offset after the last message of each partition that is still ours."""
        self._progress.finished(batch)
        return self.commit_positions({position: last + 1 for position, (_, last) in batch.ranges().items()})

    def commit_positions(self, positions: Mapping[Position, int]) -> str | None:
        """Commit these offsets and those owed. A refusal is told, not raised: what stays ours is tried again with the next
        poll, what has moved is delivered again to its new owner.
        """
        assigned = self.consumer.assignment()
        self._owed = {
            position: offset
            for position, offset in (self._owed | dict(positions)).items()
            if TopicPartition(*position) in assigned
        }
        moved = positions.keys() - self._owed.keys()
        offsets = {TopicPartition(*position): OffsetAndMetadata(at, "", -1) for position, at in self._owed.items()}
        try:
            if offsets:
                self.consumer.commit(offsets)
                self._progress.committed(self._owed)
            self._owed.clear()
        except kafka_errors.FencedInstanceIdError as error:
            raise ThabianError("MEMBER_FENCED", "another process runs with this group_instance_id") from error
        except _MOVED as error:
            return type(error).__name__
        except kafka_errors.KafkaError as error:
            if not error.retriable:
                raise
            return type(error).__name__
        return "partitions moved" if moved else None

    def at_end(self) -> bool:
        """Whether everything that was there when a partition was first seen here has been polled."""
        assigned = self.consumer.assignment()
        if not assigned or self._held or self._lost or self._owed:
            return False
        new = [part for part in assigned if part not in self._ends]
        if new:
            self._ends |= self.consumer.end_offsets(new)
        try:
            return all(self.consumer.position(part) >= self._ends[part] for part in assigned)
        except kafka_errors.NoOffsetForPartitionError as error:
            self._begin(error)
            return False

    def close(self) -> None:
        """Leave the group."""
        self.consumer.close(autocommit=False)

    def _count(self, polled: Mapping[TopicPartition, list[Any]]) -> int:
        """Messages, whichever way they came."""
        return wire.events(polled) if self._whole else sum(map(len, polled.values()))

    def _fetch(self, seconds: float, events: int) -> dict[TopicPartition, list[Any]]:
        most = _RECORD_BATCHES if self._whole else events
        try:
            return dict(self.consumer.poll(timeout_ms=int(seconds * 1000), max_records=most))
        except kafka_errors.NoOffsetForPartitionError as error:
            self._begin(error)
        except kafka_errors.OffsetOutOfRangeError as error:
            self._skip_expired(error.args[0])
        return {}

    def _begin(self, error: kafka_errors.NoOffsetForPartitionError) -> None:
        """Nobody has ever committed here: read from the first record. No other offset is ever reset (semantics 3.3)."""
        self.consumer.seek_to_beginning(*error.args[0])

    def _skip_expired(self, positions: Mapping[TopicPartition, int]) -> None:
        """What expired before it was read is receipted as LOST; a position beyond the log's end is nobody's to mend."""
        begins = self.consumer.beginning_offsets(list(positions))
        for part, position in positions.items():
            if position > begins[part]:
                raise ThabianError(
                    "POSITION_BEYOND_LOG",
                    f"{part.topic}[{part.partition}]: position {position} is beyond the log: {self.repair}",
                )
            self._lost.append(Lost(part.topic, part.partition, position, begins[part]))
            self.consumer.seek(part, begins[part])


def _by_position(offsets: Mapping[TopicPartition, int]) -> dict[Position, int]:
    return {(part.topic, part.partition): offset for part, offset in offsets.items()}


def _merge(into: dict[TopicPartition, list[Any]], more: Mapping[TopicPartition, list[Any]]) -> None:
    for part, records in more.items():
        into.setdefault(part, []).extend(records)
