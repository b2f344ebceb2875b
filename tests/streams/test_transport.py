"""Where Faust 0.15.3 loses messages in a rebalance, and that our client does not: each case was seen, or read in it."""

import asyncio
import contextlib
import inspect
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import faust
import pytest
from aiokafka import TopicPartition
from aiokafka.consumer.fetcher import Fetcher
from aiokafka.consumer.group_coordinator import GroupCoordinator
from aiokafka.consumer.subscription_state import SubscriptionState
from faust.tables.recovery import Recovery
from faust.transport import consumer as base
from faust.transport.drivers import aiokafka as driver
from faust.types import TP

from streams import app as stream
from streams.app import Options
from streams.progress import Verdict
from streams.transport import Consumer, Listener, Tables, Thread
from streams.worker import Names

NAMES = Names(*(f"t.register.{name}" for name in ("accepted", "crossings", "findings", "headcounts")))
PLACE = TP(NAMES.crossings, 3)
FRESH = TP(NAMES.crossings, 4)
CHANGELOG = TP("t-streams-events-changelog", 3)


class Broker:
    """In place of the client's thread."""

    def __init__(self, committed: dict[TP, int]) -> None:
        self.assigned = {PLACE, FRESH, CHANGELOG}
        self.has = dict(committed)
        self.sought: dict[TP, int] = {}
        self.asked: list[set[TP]] = []
        self.refuses = False

    def assignment(self) -> set[TP]:
        return self.assigned

    async def committed(self, places: Iterable[TP]) -> dict[TP, int]:
        return {place: self.has[place] for place in places if place in self.has}

    async def earliest_offsets(self, *places: TP) -> dict[TP, int]:
        return dict.fromkeys(places, 2)

    async def seek_wait(self, places: dict[TP, int]) -> None:
        self.sought |= places

    async def getmany(self, wanted: set[TP], timeout: float) -> dict[TP, Any]:
        self.asked.append(wanted)
        return {}

    async def commit(self, offsets: dict[TP, int]) -> bool:
        if not self.refuses:
            self.has |= offsets
        return not self.refuses


def run(tmp_path: Path, test: Callable[[faust.App, Any, Broker], Awaitable[None]]) -> None:
    async def go() -> None:
        made = stream.make(
            Options(
                "t-streams",
                "127.0.0.1:1",
                {},
                None,
                tmp_path,
                NAMES,
                partitions=12,
                replication=1,
                grace=30,
                now_ms=int,
            )
        )
        made.finalize()
        consumer: Any = made.consumer
        broker = consumer._thread = Broker({PLACE: 10})
        made.producer.flush = _nothing
        made.consumer_generation_id = consumer._handed_out = 7
        made.topics._acking_topics.add(PLACE.topic)
        await test(made, consumer, broker)

    asyncio.run(go())


async def _nothing() -> None:
    """Done."""


class Message:
    def __init__(self, offset: int) -> None:
        self.tp, self.topic, self.offset, self.acked = PLACE, PLACE.topic, offset, False


async def begun(consumer: Any) -> None:
    await consumer.perform_seek()
    consumer.begin(7)


def test_faust_itself_commits_past_what_it_threw_away(tmp_path: Path) -> None:
    """Messages 0 to 9 lay in the queue when the end of a recovery cleared it: the next one was taken for the first. When this
    fails, Faust has changed, and what is mended here may be looked at again.
    """

    async def test(_: faust.App, consumer: Any, __: Broker) -> None:
        place = TP(NAMES.crossings, 5)  # nothing is committed yet
        for offset in (10, 11):
            consumer._acked[place].append(offset)
        assert base.Consumer._new_offset(consumer, place) == 12

    run(tmp_path, test)


def test_nothing_is_committed_that_was_not_done(tmp_path: Path) -> None:
    """Faust acknowledges what it skips in a rebalance, and what its queue has lost counts as a gap in the log."""

    async def test(_: faust.App, consumer: Any, broker: Broker) -> None:
        await begun(consumer)
        for offset in range(10, 20):
            consumer.ack(Message(offset))
        consumer._acked[PLACE] += [10, 11, 12]
        await consumer.commit()
        assert broker.has[PLACE] == 10
        assert consumer.progress.take(PLACE, 10, 7) is Verdict.NEXT
        consumer.progress.finish(PLACE, 10, 7)
        await consumer.commit()
        assert broker.has[PLACE] == 11

    run(tmp_path, test)


def test_a_commit_that_was_refused_is_made_again(tmp_path: Path) -> None:
    """Faust took it for made, and ended 206 messages behind."""

    async def test(_: faust.App, consumer: Any, broker: Broker) -> None:
        await begun(consumer)
        consumer.progress.take(PLACE, 10, 7)
        consumer.progress.finish(PLACE, 10, 7)
        broker.refuses = True
        await consumer.commit()
        broker.refuses = False
        await consumer.commit()
        assert broker.has[PLACE] == 11

    run(tmp_path, test)


def test_where_nothing_is_committed_reading_begins_at_the_beginning(tmp_path: Path) -> None:
    """Faust leaves such a partition where it is: behind what it threw away."""

    async def test(_: faust.App, consumer: Any, broker: Broker) -> None:
        await begun(consumer)
        assert broker.sought == {PLACE: 10, FRESH: 2}
        assert consumer.progress.stands() == {PLACE: 10, FRESH: 2}

    run(tmp_path, test)


def test_what_the_agent_reads_comes_only_once_all_is_restored(tmp_path: Path) -> None:
    """Faust fetches it while tables are restored, and clears the queue at their end."""

    async def test(_: faust.App, consumer: Any, broker: Broker) -> None:
        await consumer._getmany({PLACE, CHANGELOG}, 1.0)
        await consumer._getmany({PLACE}, 1.0)
        assert broker.asked == [{CHANGELOG}]
        await begun(consumer)
        await consumer._getmany({PLACE, CHANGELOG}, 1.0)
        assert broker.asked[1:] == [{PLACE, CHANGELOG}]

    run(tmp_path, test)


def test_nobody_asks_for_nothing(tmp_path: Path) -> None:
    """The client takes no partitions for all, and what comes of those that are not wanted is thrown away."""

    async def test(_: faust.App, consumer: Any, broker: Broker) -> None:
        await begun(consumer)
        await consumer._getmany(set(), 1.0)
        assert broker.asked == []

    run(tmp_path, test)


def test_nothing_begins_while_it_is_being_taken_away(tmp_path: Path) -> None:
    """A recovery that ends within the next rebalance: Faust says then that there is none, and lets everything go on."""

    async def test(app: faust.App, consumer: Any, _: Broker) -> None:
        await consumer.perform_seek()
        consumer._handed_out = None
        consumer.begin(7)
        assert not consumer.progress.is_open
        consumer._handed_out = 8
        app.consumer_generation_id = 8
        consumer.begin(7)
        assert not consumer.progress.is_open
        await consumer.perform_seek()
        consumer.begin(8)
        assert consumer.progress.is_open

    run(tmp_path, test)


def test_our_own_parts_are_the_ones_that_run(tmp_path: Path) -> None:
    async def test(app: faust.App, consumer: Any, _: Broker) -> None:
        assert isinstance(consumer, Consumer)
        assert isinstance(consumer._new_consumer_thread(), Thread)
        assert isinstance(consumer._new_consumer_thread()._rebalance_listener, Listener)
        assert isinstance(app.tables, Tables)
        assert type(app.tables.recovery) is not Recovery
        assert isinstance(app.tables.recovery, Recovery)

    run(tmp_path, test)


class Client:
    """The part of aiokafka's consumer that is asked for records."""

    def __init__(self) -> None:
        self._subscription = SimpleNamespace(reassignment_in_progress=False)
        self._fetcher = self
        self.waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.timeouts: list[float] = []
        self._closed = False
        self._subscriptions = SimpleNamespace(fetch_context=self.fetch_context)

    def fetch_context(self) -> Any:
        return contextlib.nullcontext()

    async def fetched_records(self, _: Any, timeout: float, max_records: int) -> dict[TP, Any]:
        self.timeouts.append(timeout)
        return {}

    def _create_fetch_waiter(self) -> asyncio.Future[None]:
        return self.waiter


class Asked(Thread):
    def __init__(self) -> None:
        self.consumer: Any = SimpleNamespace(flow_active=True)


def test_a_question_does_not_outlast_a_rebalance() -> None:
    """One that waits for records was answered with those of the next assignment, changelogs included, and thrown away."""

    async def go() -> None:
        client = Client()
        thread = Asked()
        asking = asyncio.create_task(thread._fetch_records(client, {PLACE}, timeout=5.0, max_records=1))
        await asyncio.sleep(0)
        client.waiter.set_result(None)
        assert await asking == {}
        client._subscription.reassignment_in_progress = True
        assert await thread._fetch_records(client, {PLACE}, timeout=5.0, max_records=1) == {}
        assert client.timeouts == [0]

    asyncio.run(go())


def test_who_is_stopped_in_the_middle_of_a_rebalance_comes_to_an_end() -> None:
    """The client waited for an answer of an application that had stopped answering, and the application for the client."""

    async def go() -> None:
        async def never(*_: Any) -> None:
            await asyncio.get_running_loop().create_future()

        thread = Asked()
        thread.consumer = SimpleNamespace(
            should_stop=False, threadsafe_partitions_assigned=never, threadsafe_partitions_revoked=never
        )
        thread.thread_loop = asyncio.get_running_loop()
        telling = [
            asyncio.create_task(thread.on_partitions_revoked({PLACE})),
            asyncio.create_task(thread.on_partitions_assigned({PLACE}, 3)),
        ]
        done, _ = await asyncio.wait(telling, timeout=0.2)
        assert not done
        thread.consumer.should_stop = True
        await asyncio.wait_for(asyncio.gather(*telling), timeout=5)

    asyncio.run(go())


def test_heartbeats_go_on_while_stores_are_opened() -> None:
    """72 stores took ten seconds on a busy machine, where a session lasts six: two workers were thrown out in turns."""

    async def go() -> None:
        said: list[str] = []

        class Callback:
            app = SimpleNamespace(consumer_generation_id=0)

            def _ensure_consumer(self) -> Any:
                coordinator = SimpleNamespace(generation=3, _start_heartbeat_task=lambda: said.append("heartbeat"))
                return SimpleNamespace(_coordinator=coordinator)

            async def on_partitions_assigned(self, _: Any, generation: int) -> None:
                said.append(f"opens {generation}")

        await Listener(Callback()).on_partitions_assigned([])  # type: ignore[arg-type]
        assert said == ["heartbeat", "opens 3"]

    asyncio.run(go())


def test_how_far_partitions_are_read_is_told_of_those_that_are_there() -> None:
    """One that waits for a position outlasts a rebalance, and one that is not assigned any more ended the process."""

    async def go() -> None:
        state = SubscriptionState()
        thread = Asked()
        thread._ensure_consumer = lambda: SimpleNamespace(_subscription=state)  # type: ignore[method-assign]
        assert thread.positions([PLACE]) == {}
        state.subscribe({PLACE.topic})
        state.assign_from_subscribed([TopicPartition(*PLACE), TopicPartition(*FRESH)])
        state.seek(TopicPartition(*PLACE), 12)
        assert thread.positions([PLACE, FRESH, CHANGELOG]) == {PLACE: 12}

    asyncio.run(go())


@pytest.mark.parametrize(
    ("where", "name", "arguments"),
    [
        (Fetcher, "fetched_records", ["self", "partitions", "timeout", "max_records"]),
        (Fetcher, "_create_fetch_waiter", ["self"]),
        (GroupCoordinator, "fetch_committed_offsets", ["self", "partitions"]),
        (GroupCoordinator, "_start_heartbeat_task", ["self"]),
        (driver.AIOKafkaConsumerThread, "_commit", ["self", "offsets"]),
        (base.Consumer, "perform_seek", ["self"]),
        (base.Consumer, "_filter_committable_offsets", ["self", "tps"]),
        (base.Consumer, "_commit_offsets", ["self", "offsets", "start_new_transaction"]),
        (base.ThreadDelegateConsumer, "_getmany", ["self", "active_partitions", "timeout"]),
        (Recovery, "on_recovery_completed", ["self", "generation_id"]),
    ],
)
def test_what_is_mended_inside_faust_and_its_client_is_there(where: type, name: str, arguments: list[str]) -> None:
    """Names and arguments of faust-streaming 0.15.3 and aiokafka 0.14.0."""
    assert list(inspect.signature(getattr(where, name)).parameters) == arguments
    assert isinstance(SubscriptionState.reassignment_in_progress, property)
