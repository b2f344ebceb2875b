"""A join that is under way is seen through, however short the polls around it are.

kafka-python 3.0.12 joins a group in a task of its own and takes what came of it in a poll. Whoever joins because topics or
the subscription changed has no reason left once the request is sent: if that poll ends before the answer, no later one asks
for it. The member then sends no sign of life, is thrown out after the session, and polls nothing for ever, without a word.
So here a join whose outcome nobody took is a reason to go on with it (as in the client before 3.0), and an outcome that came
between two polls is taken by the next one, instead of joining again and sending all members round once more.

This reaches into private parts: the version is pinned, tests/consumers/test_joins.py holds it against a real broker, and with
any other version `see_through` leaves the consumer as it is.
"""

from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

from kafka import KafkaConsumer
from kafka.coordinator.base import MemberState

from consumers.wire import CLIENT_VERSION


@dataclass
class _Outcome:
    """What came of the last join that went through."""

    generation: Any = None
    assignment: bytes = b""


def see_through(consumer: KafkaConsumer) -> bool:
    """From here on no join of this consumer is forgotten. False, and nothing changed: another version of the client."""
    if version("kafka-python") != CLIENT_VERSION:
        return False
    coordinator = consumer._coordinator
    needs_join, join = coordinator.need_rejoin, coordinator._do_join_and_sync_async
    last = _Outcome()

    def need_rejoin() -> bool:
        return coordinator._join_task is not None or bool(needs_join())

    async def join_and_sync() -> bytes:
        # Once an outcome is taken the member is stable, and once it is thrown out it has another generation.
        if coordinator.state is not MemberState.REBALANCING or coordinator._generation is not last.generation:
            last.generation = None  # whatever becomes of this one: if it fails, it is tried again
            last.assignment = await join()
            last.generation = coordinator._generation
        return last.assignment

    coordinator.need_rejoin, coordinator._do_join_and_sync_async = need_rejoin, join_and_sync
    return True
