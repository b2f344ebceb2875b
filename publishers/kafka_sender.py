"""Delivery to a real broker."""

from collections.abc import Collection, Sequence
from typing import Any, Final

from kafka import KafkaProducer
from kafka import errors as kafka_errors

from publishers.sender import Message
from schemas.errors import ThabianError

PRODUCER_OPTIONS: Final[dict[str, Any]] = {
    "max_block_ms": 10_000,
    "request_timeout_ms": 10_000,
    "delivery_timeout_ms": 30_000,
    "linger_ms": 5,
}
"""A publish waits half a minute for a broker that went away; the outbox keeps the rest."""

_FLUSH_SECONDS: Final = 40
"""A little more than the delivery timeout, which the client does not always keep when the broker is gone."""
_CLOSE_SECONDS: Final = 2


class KafkaSender:
    """Sends through an idempotent producer with acks=all; a message counts as delivered when its own future says so."""

    def __init__(self, producer: KafkaProducer, topics: Collection[str]) -> None:
        self._producer, self._topics = producer, topics

    def require(self, topic: str) -> None:
        """Raise ThabianError TOPIC_MISSING unless the broker shows the topic."""
        if topic not in self._topics:
            raise ThabianError("TOPIC_MISSING", f"the topic {topic} does not exist: run `thabian topics apply`")

    def send(self, messages: Sequence[Message]) -> list[str | None]:
        """Deliver and wait. What the client refuses at once is not tried again here."""
        futures = []
        try:
            for item in messages:
                futures.append(self._producer.send(item.topic, value=item.value, key=item.key))  # noqa: PERF401
            self._producer.flush(timeout=_FLUSH_SECONDS)
        except kafka_errors.KafkaError as error:
            outcomes = [_outcome(future) for future in futures]
            return outcomes + [_code(error)] * (len(messages) - len(futures))
        return [_outcome(future) for future in futures]

    def close(self) -> None:
        """End the producer. Everything was waited for in `send`, so what is still on its way is given up.

        kafka-python's close flushes first, raises when the broker is gone, and leaves its thread running.
        """
        self._producer.flush = _nothing_to_wait_for
        self._producer.close(timeout=_CLOSE_SECONDS)


def _nothing_to_wait_for(timeout: float | None = None) -> None:
    """Stands in for the flush of a producer that is being closed."""


def _outcome(future: Any) -> str | None:  # noqa: ANN401 - the client's own future
    if not future.is_done:
        return "BROKER_UNAVAILABLE"
    return None if future.succeeded() else _code(future.exception)


def _code(error: BaseException) -> str:
    if isinstance(error, kafka_errors.UnknownTopicOrPartitionError):
        return "TOPIC_MISSING"
    if isinstance(error, kafka_errors.BrokerResponseError):
        return "DELIVERY_FAILED"
    return "BROKER_UNAVAILABLE"
