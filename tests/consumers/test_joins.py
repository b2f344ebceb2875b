"""A join whose answer comes between two polls is not forgotten: what must never be again is a member that waits for ever."""

import asyncio
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from kafka import KafkaAdminClient
from kafka.coordinator.assignors.cooperative_sticky import CooperativeStickyAssignor
from kafka.coordinator.base import MemberState
from kafka.protocol.consumer import SyncGroupRequest

from consumers import joins
from consumers.kafka_log import Budget, KafkaLog
from thabian.connections import open_admin, open_consumer
from thabian.settings import Settings

pytestmark = pytest.mark.real

_PATIENCE_S = 30


@pytest.fixture
def admin(settings: Settings) -> Iterator[KafkaAdminClient]:
    client = open_admin(settings)
    yield client
    client.close()


@pytest.fixture
def topic(admin: KafkaAdminClient) -> Iterator[str]:
    """One with one partition."""
    name = f"joins-{uuid.uuid4().hex[:8]}"
    admin.create_topics({name: {"num_partitions": 1, "replication_factor": 1}}, wait_for_metadata=True)
    yield name
    admin.delete_topics([name])


@pytest.fixture
def log(settings: Settings, topic: str) -> Iterator[KafkaLog]:
    """A member alone in its group, with polls as short as a batch's."""
    consumer = open_consumer(settings, group_id=topic, partition_assignment_strategy=[CooperativeStickyAssignor])
    log = KafkaLog(consumer, "", Budget(100, 50), topic=topic)
    yield log
    log.close()


class Held:
    """Answers to SyncGroup, held back until they are let go."""

    def __init__(self, log: KafkaLog) -> None:
        self.came, self.go = threading.Event(), threading.Event()
        self._coordinator = log.consumer._coordinator
        self._send, self._coordinator._manager.send = self._coordinator._manager.send, self

    def __call__(self, request: Any, *where: Any, **more: Any) -> Any:
        answer = self._send(request, *where, **more)
        return self._hold(answer) if isinstance(request, SyncGroupRequest) else answer

    async def _hold(self, answer: Any) -> Any:
        came = await answer
        self.came.set()
        while not self.go.is_set():
            await self._coordinator._net.sleep(0.01)
        return came


def poll_until(log: KafkaLog, is_so: Callable[[], bool]) -> None:
    until = time.monotonic() + _PATIENCE_S
    while not is_so():
        assert time.monotonic() < until, "it never came"
        log.poll()
        log.arrived()


def generation(log: KafkaLog) -> int:
    return int(log.consumer._coordinator._generation.generation_id)


def widen(admin: KafkaAdminClient, log: KafkaLog, topic: str) -> None:
    """One partition more, and the member hears of it."""
    admin.create_partitions({topic: 2})
    log.consumer._coordinator._cluster.request_update()


def test_a_member_that_joins_again_while_polls_come_and_go_has_its_partitions(
    admin: KafkaAdminClient, topic: str, log: KafkaLog
) -> None:
    """Found by measuring: in one of four starts beside other work, the sink of findings polled nothing for ever."""
    poll_until(log, lambda: log.holds((topic, 0)))
    held = Held(log)
    widen(admin, log, topic)
    poll_until(log, held.came.is_set)
    log.poll()
    held.go.set()
    poll_until(log, lambda: log.holds((topic, 1)))


def test_an_answer_that_came_between_two_polls_is_taken_and_nobody_joins_again(
    admin: KafkaAdminClient, topic: str, log: KafkaLog
) -> None:
    poll_until(log, lambda: log.holds((topic, 0)))
    held, before = Held(log), generation(log)
    widen(admin, log, topic)
    poll_until(log, held.came.is_set)
    task = log.consumer._coordinator._join_task
    held.go.set()
    until = time.monotonic() + _PATIENCE_S
    while not task.is_done and time.monotonic() < until:
        threading.Event().wait(0.01)
    poll_until(log, lambda: log.holds((topic, 1)))
    assert generation(log) == before + 1


def test_a_join_that_fails_is_tried_again_and_the_outcome_before_it_is_not_taken_once_more() -> None:
    answers: list[bytes | Exception] = [b"first", ConnectionError(), b"second"]
    coordinator = SimpleNamespace(state=MemberState.UNJOINED, _generation=object(), _join_task=None)

    async def join() -> bytes:
        coordinator.state = MemberState.REBALANCING
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    coordinator.need_rejoin, coordinator._do_join_and_sync_async = (lambda: False), join
    assert joins.see_through(SimpleNamespace(_coordinator=coordinator))
    assert asyncio.run(coordinator._do_join_and_sync_async()) == b"first"
    coordinator.state = MemberState.STABLE
    with pytest.raises(ConnectionError):
        asyncio.run(coordinator._do_join_and_sync_async())
    assert asyncio.run(coordinator._do_join_and_sync_async()) == b"second"
