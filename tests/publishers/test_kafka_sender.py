"""A broker that goes away in the middle of a publish."""

from collections.abc import Callable

import pytest
from kafka import errors

from publishers.kafka_sender import KafkaSender
from publishers.sender import Message


class Future:
    def __init__(self, exception: Exception | None, *, is_done: bool = True) -> None:
        self.exception, self.is_done = exception, is_done

    def succeeded(self) -> bool:
        return self.is_done and self.exception is None


class Producer:
    """Answers as told; closes as kafka-python 3.0.12 does: it flushes first, and raises when that takes too long."""

    def __init__(self, *answers: Future | Exception, stuck: bool = False) -> None:
        self.answers, self.stuck, self.ended = list(answers), stuck, False
        self.flush: Callable[..., None] = self.wait

    def send(self, topic: str, value: bytes, key: bytes) -> Future:
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def wait(self, timeout: float | None = None) -> None:
        if self.stuck:
            raise errors.KafkaTimeoutError("Timeout waiting for future")

    def close(self, timeout: float | None = None) -> None:
        self.flush(timeout)
        self.ended = True


GOOD, STUCK = Future(None), Future(None, is_done=False)


@pytest.mark.parametrize(
    ("producer", "outcomes"),
    [
        (Producer(GOOD, GOOD, GOOD), [None, None, None]),
        (Producer(GOOD, STUCK, STUCK, stuck=True), [None, "BROKER_UNAVAILABLE", "BROKER_UNAVAILABLE"]),
        (Producer(GOOD, errors.KafkaTimeoutError()), [None, "BROKER_UNAVAILABLE", "BROKER_UNAVAILABLE"]),
        (Producer(GOOD, Future(errors.KafkaConnectionError()), GOOD), [None, "BROKER_UNAVAILABLE", None]),
        (Producer(*[Future(errors.UnknownTopicOrPartitionError())] * 3), ["TOPIC_MISSING"] * 3),
        (Producer(GOOD, Future(errors.TopicAuthorizationFailedError()), GOOD), [None, "DELIVERY_FAILED", None]),
    ],
)
def test_each_message_has_its_own_outcome_and_closing_never_fails(producer, outcomes):
    sender = KafkaSender(producer, {"topic"})
    assert sender.send([Message("topic", b"1", b"x")] * 3) == outcomes
    sender.close()
    assert producer.ended
