"""Records as they lie in a partition, read without a group: what is there, whatever any consumer has committed."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from kafka import KafkaConsumer, TopicPartition
from kafka.errors import OffsetOutOfRangeError

from consumers.ports import Position
from schemas.errors import ThabianError
from warehouse.receipt_gaps import Range

_POLL_MS: Final = 500
_STUCK_POLLS: Final = 60
_WORTH_A_SEEK: Final = 10_000
"""Offsets; ranges closer to each other are read in one go."""


class LogScan:
    """Opened at the first look. The consumer reads committed records only, as intake does, and belongs to no group."""

    def __init__(self, open_consumer: Callable[[], KafkaConsumer]) -> None:
        self._open = open_consumer
        self._consumer: KafkaConsumer | None = None

    def records(self, position: Position, first: int, end: int) -> Iterator[Any]:
        """Data records from `first` up to but not including `end`, in order. What has expired is left out.

        BROKER_UNAVAILABLE when nothing comes for half a minute.
        """
        consumer, partition = self._reader(), TopicPartition(*position)
        consumer.assign([partition])
        begin = consumer.beginning_offsets([partition])[partition]
        consumer.seek(partition, max(first, begin))
        idle = 0
        while (at := consumer.position(partition)) < end:
            try:
                polled = consumer.poll(timeout_ms=_POLL_MS)
            except OffsetOutOfRangeError:  # expired between two polls
                consumer.seek_to_beginning(partition)
                continue
            for record in polled.get(partition, ()):
                if record.offset >= end:
                    return
                yield record
            idle = 0 if consumer.position(partition) > at else idle + 1
            if idle > _STUCK_POLLS:
                raise ThabianError("BROKER_UNAVAILABLE", f"{position[0]} partition {position[1]} cannot be read")

    def offsets_in(self, position: Position, ranges: Iterable[Range]) -> Iterator[int]:
        """Offsets of data records in these ranges, which are in order."""
        for bundle in _bundled(ranges):
            at = 0
            for record in self.records(position, bundle[0][0], bundle[-1][1]):
                while record.offset >= bundle[at][1]:
                    at += 1
                if record.offset >= bundle[at][0]:
                    yield record.offset

    def spans(self, topic: str) -> dict[Position, Range]:
        """Position → first offset still there and log end, of every partition of a topic; empty: there is no such topic."""
        consumer = self._reader()
        partitions = [TopicPartition(topic, number) for number in consumer.partitions_for_topic(topic) or ()]
        if not partitions:
            return {}
        begins, ends = consumer.beginning_offsets(partitions), consumer.end_offsets(partitions)
        return {(one.topic, one.partition): (begins[one], ends[one]) for one in partitions}

    def close(self) -> None:
        """Let the connection go."""
        if self._consumer is not None:
            self._consumer.close(autocommit=False)
            self._consumer = None

    def _reader(self) -> KafkaConsumer:
        if self._consumer is None:
            self._consumer = self._open()
        return self._consumer


def _bundled(ranges: Iterable[Range]) -> Iterator[list[Range]]:
    bundle: list[Range] = []
    for one in ranges:
        if bundle and one[0] - bundle[-1][1] > _WORTH_A_SEEK:
            yield bundle
            bundle = []
        bundle.append(one)
    if bundle:
        yield bundle
