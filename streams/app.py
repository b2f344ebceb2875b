"""The Faust application: topics, tables, one agent and a timer around `StreamWorker`."""

import asyncio
import os
import signal
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import faust
from faust.types import TP

from streams.bulk_table import BulkTable
from streams.fatal import fatal
from streams.going_back import GoingBack
from streams.outlet import Outlet
from streams.partition import TABLES
from streams.progress import Progress, Verdict
from streams.transport import Tables, Transport
from streams.worker import Message, Names, StreamWorker, Watch

CONCURRENCY: Final = 1
"""Tasks of an agent. With more, Faust 0.15.3 commits past a message that is unfinished (faust-streaming issue 606)."""
_CYCLE_MESSAGES: Final = 64
_BUFFERED_MESSAGES: Final = 128
"""Messages that may wait in the process: each holds up to half a megabyte."""
_GATHER_S: Final = 0.01
"""What comes within it goes into one cycle."""


@dataclass(frozen=True, slots=True)
class Options:
    """Everything the application is told from outside. `kafka`: options of the aiokafka client."""

    group: str
    brokers: str
    kafka: Mapping[str, Any]
    credentials: Any
    folder: Path
    names: Names
    partitions: int
    replication: int
    grace: int
    now_ms: Callable[[], int]
    session_s: float = 45.0
    """A worker silent for so long loses its partitions."""
    patience_s: float = 120.0
    until_end: bool = False
    watch: Watch = field(default_factory=Watch)


def make(options: Options) -> faust.App:
    """The application, ready for a Faust worker."""
    app = faust.App(
        options.group,
        broker=[f"kafka://{broker.strip()}" for broker in options.brokers.split(",")],
        broker_credentials=options.credentials,
        store="rocksdb://",
        datadir=str(options.folder),
        topic_partitions=options.partitions,
        topic_replication_factor=options.replication,
        table_standby_replicas=0,
        consumer_auto_offset_reset="earliest",
        broker_session_timeout=options.session_s,
        broker_heartbeat_interval=options.session_s / 5,
        stream_buffer_maxsize=_BUFFERED_MESSAGES,
        web_enabled=False,
        TableManager=Tables,
    )
    progress = Progress()
    app.transport = Transport(app.conf.broker_consumer, app, progress=progress)
    tables = {name: _table(app, name, options) for name in TABLES}
    outlet = Outlet({"bootstrap_servers": options.brokers, **options.kafka}, options.patience_s)
    worker = StreamWorker(
        options.names, options.partitions, options.grace, tables, outlet, options.now_ms, options.watch
    )
    _listen(app, worker, options, progress)
    _keep_time(app, worker, options, progress)
    return app


def _table(app: faust.App, name: str, options: Options) -> BulkTable:
    table = BulkTable(
        app, name=name, key_type=bytes, value_type=bytes, partitions=options.partitions, options={"driver": "rocksdict"}
    )
    app.tables.add(table)
    return table


def _listen(app: faust.App, worker: StreamWorker, options: Options, progress: Progress) -> None:
    names = options.names
    sources = app.topic(
        names.accepted, names.crossings, key_type=bytes, value_type=bytes, key_serializer="raw", value_serializer="raw"
    )
    hand: asyncio.Queue[Any] = asyncio.Queue(_CYCLE_MESSAGES)
    streams: list[Any] = []

    @app.on_partitions_revoked.connect
    async def revoked(*_: Any, **__: Any) -> None:  # noqa: ANN401
        await worker.forget()

    @app.agent(sources, concurrency=CONCURRENCY)
    async def take(stream: Any) -> None:  # noqa: ANN401 - Faust's own
        """Hand on what comes. Never hold it: a rebalance waits for what an agent holds, and lets it have nothing more."""
        streams[:] = [stream.noack()]
        async for event in streams[0].events():
            await hand.put(event)

    @app.task  # type: ignore[untyped-decorator]
    async def work() -> None:
        """Whatever waits, in one cycle; done when all of it is stored and told."""
        while True:
            events = await _gathered(hand)
            async with fatal(), worker.lock:
                mine = [one for one in events if _take(progress, one) is Verdict.NEXT]
                if mine:
                    await worker.outlet.maybe_start()
                    await worker.take([_message(one) for one in mine])
                for one in mine:
                    progress.finish(one.message.tp, one.message.offset, one.message.generation_id)
            for one in events:
                await streams[0].ack(one)


async def _gathered(hand: asyncio.Queue[Any]) -> list[Any]:
    events = [await hand.get()]
    await asyncio.sleep(_GATHER_S)
    while len(events) < _CYCLE_MESSAGES and not hand.empty():
        events.append(hand.get_nowait())
    return events


def _take(progress: Progress, event: Any) -> Verdict:  # noqa: ANN401 - Faust's own
    return progress.take(event.message.tp, event.message.offset, event.message.generation_id)


def _message(event: Any) -> Message:  # noqa: ANN401 - Faust's own
    return Message(event.message.topic, event.message.partition, event.value)


def _keep_time(app: faust.App, worker: StreamWorker, options: Options, progress: Progress) -> None:
    sources = (options.names.accepted, options.names.crossings)
    every = [TP(topic, number) for topic in sources for number in range(options.partitions)]
    back = GoingBack(app, progress)

    @app.timer(1.0)  # type: ignore[untyped-decorator]
    async def tick() -> None:
        """What the clock does: a new day, counts that changed, and the end of the log where it is waited for."""
        options.watch.stands(_stands(app, progress))
        async with fatal(), worker.lock:
            mine = sorted({tp.partition for tp in progress.stands()}) if progress.is_open else []
            if mine:
                await worker.outlet.maybe_start()
                await worker.turn(mine)
                await worker.tell_headcounts()
        options.watch.turned(mine)
        async with fatal():
            await back.look()
        if options.until_end and (mine or app.unassigned) and await _is_all_done(app, every):
            os.kill(os.getpid(), signal.SIGTERM)


def _stands(app: faust.App, progress: Progress) -> dict[tuple[str, int], tuple[int, int]]:
    """Of partitions whose end is known, where they stand."""
    if not progress.is_open:
        return {}
    ends = {place: app.consumer.highwater(place) for place in progress.stands()}
    return {
        (place.topic, place.partition): (min(at, end), end)
        for place, at in progress.stands().items()
        if (end := ends[place]) is not None
    }


async def _is_all_done(app: faust.App, every: list[TP]) -> bool:
    """Whether the broker knows all of both topics as done, whoever of the group did it. What follows from a message is
    written before it is committed, so that nothing is written once all is. In this order: what is written meanwhile is seen.
    """
    consumer: Any = app.consumer
    await consumer.commit()
    committed = await consumer.committed(every)
    begins, ends = await consumer.earliest_offsets(*every), await consumer.highwaters(*every)
    return all(max(committed.get(tp, 0), begins[tp]) >= ends[tp] for tp in every)
