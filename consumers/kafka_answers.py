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
        """How many partitions a topic has.

        It was there at start: a broker that is away, or just back and not yet knowing its topics, looks as if it were not. So
        this passes (BROKER_UNAVAILABLE), also when somebody has deleted it and will make it again.
        """
        try:
            found = self._producer.partitions_for(topic)
        except KafkaError as error:
            raise _no_topic(topic) from error
        if not found:
            raise _no_topic(topic)
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


def _no_topic(topic: str) -> ThabianError:
    return ThabianError(
        "BROKER_UNAVAILABLE",
        f"the topic {topic} does not answer: is the broker up, and does `thabian topics diff` show it?",
    )
