"""Where the ingress topics stand, asked of the broker: what a cut is made of (semantics 4)."""

import re
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Self

from kafka import KafkaConsumer, TopicPartition

from consumers.log_scan import LogScan
from schemas import topics
from schemas.errors import ThabianError
from thabian.connections import broker_errors, open_consumer
from thabian.settings import Settings

Positions = Mapping[tuple[str, int], int]


class KafkaLogEnds:
    """Positions in every partition of every ingress topic. A context manager: it holds a connection."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._consumer: KafkaConsumer | None = None
        self._scan = LogScan(lambda: open_consumer(settings))

    def __enter__(self) -> Self:
        self._consumer = open_consumer(self._settings)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._consumer is not None:
            self._consumer.close(autocommit=False)
        self._scan.close()

    def positions_at(self, known_at_ms: int) -> Positions:
        """(topic, partition) → first offset whose append time is at or after known_at (ms since 1970 UTC), else log end."""
        consumer = self._open()
        with broker_errors(self._settings):
            partitions = self._partitions(consumer)
            found = consumer.offsets_for_times(dict.fromkeys(partitions, known_at_ms)) if partitions else {}
            ends = consumer.end_offsets(partitions) if partitions else {}
        return {
            (item.topic, item.partition): found[item].offset if found.get(item) else ends[item] for item in partitions
        }

    def first_record(self, place: tuple[str, int], ranges: Sequence[tuple[int, int]]) -> int | None:
        """The first offset in these ranges, in order, that holds a record, or held one that expired; None: none does."""
        partition = TopicPartition(*place)
        with broker_errors(self._settings):
            begin = self._open().beginning_offsets([partition])[partition]
            if ranges[0][0] < begin:
                return ranges[0][0]
            return next(iter(self._scan.offsets_in(place, ranges)), None)

    def ends(self) -> Positions:
        """(topic, partition) → log end: the offset the next record will have."""
        consumer = self._open()
        with broker_errors(self._settings):
            partitions = self._partitions(consumer)
            ends = consumer.end_offsets(partitions) if partitions else {}
        return {(item.topic, item.partition): offset for item, offset in ends.items()}

    def beginnings(self) -> Positions:
        """(topic, partition) → first offset that is still there."""
        consumer = self._open()
        with broker_errors(self._settings):
            partitions = self._partitions(consumer)
            begins = consumer.beginning_offsets(partitions) if partitions else {}
        return {(item.topic, item.partition): offset for item, offset in begins.items()}

    def _open(self) -> KafkaConsumer:
        if self._consumer is None:
            raise RuntimeError("KafkaLogEnds is used within `with`")
        return self._consumer

    def _partitions(self, consumer: KafkaConsumer) -> list[TopicPartition]:
        pattern = re.compile(topics.ingress_pattern(self._settings.topic_prefix))
        names = sorted(name for name in consumer.topics() if pattern.match(name))
        if not names:  # a mistyped prefix would seal a census of nobody
            raise ThabianError("TOPIC_MISSING", "there is no ingress topic: run `thabian topics apply`")
        return [TopicPartition(name, part) for name in names for part in self._partitions_of(consumer, name)]

    def _partitions_of(self, consumer: KafkaConsumer, topic: str) -> list[int]:
        """Never none: a topic whose partitions are not known would be left out of a cut in silence."""
        found = consumer.partitions_for_topic(topic)
        if not found:
            raise ThabianError("BROKER_UNAVAILABLE", f"Kafka does not say which partitions {topic} has: try again")
        return sorted(found)
