"""The ingress topics through kafka-python (`consumers.ports.Log`)."""

from dataclasses import dataclass

from kafka import KafkaConsumer, OffsetAndMetadata, TopicPartition
from kafka.errors import NoOffsetForPartitionError

from consumers.messages import Batch, batch_of
from schemas.topics import ingress_pattern


@dataclass(frozen=True, slots=True)
class Budget:
    """How much a batch may hold, and how long it may wait for more. Milliseconds."""

    events: int
    milliseconds: int


class KafkaLog:
    """One member of the intake group. The consumer is opened with automatic commits and offset resets off."""

    def __init__(self, consumer: KafkaConsumer, prefix: str, budget: Budget) -> None:
        self._consumer = consumer
        self._budget = budget
        consumer.subscribe(pattern=ingress_pattern(prefix))
        self._ends: dict[TopicPartition, int] = {}

    def poll(self) -> Batch | None:
        """The next messages, or None when nothing came within the time budget."""
        try:
            polled = self._consumer.poll(timeout_ms=self._budget.milliseconds, max_records=self._budget.events)
        except NoOffsetForPartitionError as error:
            # Nobody has ever committed here: read from the first record. No other offset is ever reset (semantics 3.3).
            self._consumer.seek_to_beginning(*error.args[0])
            return None
        return batch_of(polled) if polled else None

    def commit(self, batch: Batch) -> None:
        """Commit the offset after the last message of each partition of the batch."""
        self._consumer.commit(
            {
                TopicPartition(topic, part): OffsetAndMetadata(last + 1, "", -1)
                for (topic, part), (_, last) in batch.ranges().items()
            }
        )

    def at_end(self) -> bool:
        """Whether everything that was there when a partition was first seen here has been polled."""
        assigned = self._consumer.assignment()
        if not assigned:
            return False
        new = [part for part in assigned if part not in self._ends]
        if new:
            self._ends |= self._consumer.end_offsets(new)
        return all(self._consumer.position(part) >= self._ends[part] for part in assigned)

    def close(self) -> None:
        """Leave the group."""
        self._consumer.close(autocommit=False)
