"""What an outbox hands its messages to."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from schemas import framing


@dataclass(frozen=True, slots=True)
class Message:
    """One framed event on its way to an ingress topic; its key is the school code, so that a school keeps its order."""

    topic: str
    key: bytes
    value: bytes


class Sender(Protocol):
    """Delivers messages to Kafka, or to a list in tests. One contract suite holds all (tests/publishers)."""

    def require(self, topic: str) -> None:
        """Raise ThabianError TOPIC_MISSING unless the topic exists."""

    def send(self, messages: Sequence[Message]) -> list[str | None]:
        """Deliver in order and wait: per message None when every replica has it, else the code of what went wrong."""


def message(topic: str, kind: str, event: dict[str, object]) -> Message:
    """An event as the message that carries it."""
    return Message(topic, str(event["school_code"]).encode(), framing.encode(kind, event))
