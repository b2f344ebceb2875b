"""The way out through kafka-python (`consumers.ports.Answers`)."""

from collections.abc import Sequence

from kafka import KafkaProducer
from kafka.errors import KafkaError

from consumers.ports import Outgoing
from schemas.errors import ThabianError


class KafkaAnswers:
    """An idempotent producer with acks=all; a batch of answers is sent as one, and waited for as one."""

    def __init__(self, producer: KafkaProducer, timeout_s: float = 60.0) -> None:
        self._producer = producer
        self._timeout_s = timeout_s

    def partitions(self, topic: str) -> int:
        """How many partitions a topic has."""
        try:
            found = self._producer.partitions_for(topic)
        except KafkaError as error:
            raise ThabianError(
                "TOPIC_MISSING", f"the topic {topic} does not answer: run `thabian topics apply`"
            ) from error
        if not found:
            raise ThabianError("TOPIC_MISSING", f"the topic {topic} is missing: run `thabian topics apply`")
        return len(found)

    def send(self, messages: Sequence[Outgoing]) -> None:
        """Send all and wait until all are acknowledged."""
        try:
            sent = [
                self._producer.send(
                    message.topic,
                    value=message.value,
                    key=message.key,
                    headers=list(message.headers),
                    partition=message.partition,
                )
                for message in messages
            ]
            self._producer.flush(timeout=self._timeout_s)
            for future in sent:
                future.get(timeout=self._timeout_s)
        except KafkaError as error:
            raise ThabianError(
                "BROKER_UNAVAILABLE", f"answers were not acknowledged ({type(error).__name__}): offsets stay untouched"
            ) from error
