"""The way out when the broker is away: something to wait for, never an end."""

import pytest
from kafka.errors import KafkaTimeoutError

from consumers.kafka_answers import KafkaAnswers
from consumers.loop import RETRYABLE
from schemas.errors import ThabianError


class Forgetful:
    """A producer whose broker has just come back."""

    def __init__(self, answers: list[set[int] | None]) -> None:
        self.answers = answers

    def partitions_for(self, topic: str) -> set[int]:
        answer = self.answers.pop(0)
        if answer is None:
            raise KafkaTimeoutError("no metadata")
        return answer


def test_a_topic_that_does_not_answer_is_waited_for() -> None:
    """Found by a broker killed while a batch was answered: intake ended with TOPIC_MISSING."""
    answers = KafkaAnswers(Forgetful([None, set(), {0, 1}]))  # type: ignore[arg-type]
    for _ in range(2):
        with pytest.raises(ThabianError, match=r"register.receipts does not answer") as raised:
            answers.partitions("register.receipts")
        assert raised.value.code in RETRYABLE
    assert answers.partitions("register.receipts") == 2
