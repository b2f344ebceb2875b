"""Stored acts to register.rounds. What the broker does not take now is sent with the next act, or by `thabian round send`."""

from collections.abc import Sequence

from publishers.sender import Message
from schemas.errors import ThabianError
from schemas.topics import ROUNDS
from snapshots.rounds import store
from thabian.publishing import open_sender
from thabian.settings import Settings
from warehouse.interface import Warehouse

AWAY = ("BROKER_UNAVAILABLE", "BROKER_CREDENTIALS", "TOPIC_MISSING", "LOCAL_NOT_RUNNING")


def send_pending(settings: Settings, warehouse: Warehouse, now_ms: int) -> tuple[int, int]:
    """Send what waits: (sent, left)."""
    if not store.unsent(warehouse):
        return 0, 0
    topic = settings.topic_prefix + ROUNDS.name
    with open_sender(settings) as sender:
        sender.require(topic)

        def send(messages: Sequence[tuple[str, bytes]]) -> list[bool]:
            outcomes = sender.send([Message(topic, key.encode(), value) for key, value in messages])
            return [outcome is None for outcome in outcomes]

        return store.send_pending(warehouse, send, now_ms)


def send_if_possible(settings: Settings, warehouse: Warehouse, now_ms: int) -> int:
    """The same for whoever has just done something, which stands whether the broker is there or not: how many wait."""
    try:
        return send_pending(settings, warehouse, now_ms)[1]
    except ThabianError as error:
        if error.code not in AWAY:
            raise
        return len(store.unsent(warehouse))
