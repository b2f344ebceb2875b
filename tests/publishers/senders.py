"""Senders for tests."""

from collections.abc import Sequence
from contextlib import contextmanager

from publishers.sender import Message
from schemas.errors import ThabianError


class MemorySender:
    """Delivers to a list. Fails for what `failing` says, with a code."""

    def __init__(self, *topics: str, failing=lambda message: None) -> None:
        self.topics, self.failing = set(topics), failing
        self.delivered: list[Message] = []

    def require(self, topic: str) -> None:
        if topic not in self.topics:
            raise ThabianError("TOPIC_MISSING", f"the topic {topic} does not exist")

    def send(self, messages: Sequence[Message]) -> list[str | None]:
        outcomes = [self.failing(message) for message in messages]
        self.delivered += [message for message, code in zip(messages, outcomes, strict=True) if code is None]
        return outcomes

    def opened(self):
        @contextmanager
        def open_sender():
            yield self

        return open_sender


def broker_away():
    """An open_sender of a broker that does not answer."""

    @contextmanager
    def open_sender():
        raise ThabianError("BROKER_UNAVAILABLE", "Kafka at nowhere does not answer")
        yield

    return open_sender
