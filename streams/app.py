"""The Faust application: topics, tables, one agent and a timer around `StreamWorker`."""

import asyncio
import os
import signal
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import faust
import structlog
from faust.types import TP

from streams.bulk_table import BulkTable
from streams.outlet import Outlet
from streams.partition import TABLES
from streams.worker import Message, Names, StreamWorker, Watch

Offsets = dict[TP, int]

CONCURRENCY: Final = 1
"""Tasks of an agent. With more, Faust 0.15.3 commits past a message that is unfinished (faust-streaming issue 606)."""
_CYCLE_MESSAGES: Final = 64
_BUFFERED_MESSAGES: Final = 128
"""Messages that may wait in the process: each holds up to half a megabyte."""
FAILED: Final = 1


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
    )
    tables = {name: _table(app, name, options) for name in TABLES}
    outlet = Outlet({"bootstrap_servers": options.brokers, **options.kafka}, options.patience_s)
    worker = StreamWorker(
        options.names, options.partitions, options.grace, tables, outlet, options.now_ms, options.watch
    )
    done: Offsets = {}
    _listen(app, worker, options, done)
    _keep_time(app, worker, options, done)
    return app


def _table(app: faust.App, name: str, options: Options) -> BulkTable:
    table = BulkTable(
        app, name=name, key_type=bytes, value_type=bytes, partitions=options.partitions, options={"driver": "rocksdict"}
    )
    app.tables.add(table)
    return table


def _listen(app: faust.App, worker: StreamWorker, options: Options, done: Offsets) -> None:
    names = options.names
    sources = app.topic(
        names.accepted, names.crossings, key_type=bytes, value_type=bytes, key_serializer="raw", value_serializer="raw"
    )

    @app.on_partitions_revoked.connect  # type: ignore[arg-type]  # its own example is typed so
    async def revoked(_: faust.App, gone: set[TP], **__: Any) -> None:  # noqa: ANN401
        for tp in gone:
            done.pop(tp, None)
        await worker.forget({tp.partition for tp in gone})

    @app.agent(sources, concurrency=CONCURRENCY)
    async def take(stream: Any) -> None:  # noqa: ANN401 - Faust's own
        """Whatever waits, in one cycle; acknowledged when all of it is stored and told."""
        events = []
        async for event in stream.noack().events():
            events.append(event)
            if len(events) < _CYCLE_MESSAGES and not stream.channel.empty():
                continue
            mine = [one for one in events if one.message.generation_id == app.consumer_generation_id]
            events = []
            async with _fatal(), worker.lock:
                await worker.outlet.maybe_start()
                await worker.take([_message(one) for one in mine])
            for one in mine:
                await stream.ack(one)
                done[one.message.tp] = one.message.offset + 1


def _message(event: Any) -> Message:  # noqa: ANN401 - Faust's own
    return Message(event.message.topic, event.message.partition, event.value)


def _keep_time(app: faust.App, worker: StreamWorker, options: Options, done: Offsets) -> None:
    sources = (options.names.accepted, options.names.crossings)

    @app.timer(1.0)  # type: ignore[untyped-decorator]
    async def tick() -> None:
        """What the clock does: a new day, counts that changed, and the end of the log where it is waited for."""
        if app.rebalancing or app.in_recovery or not app.assignor.assigned_actives():
            options.watch.turned(())
            return
        mine = sorted({tp.partition for tp in app.assignor.assigned_actives() if tp.topic == options.names.accepted})
        options.watch.stands(_stands(app, sources, done))
        async with _fatal(), worker.lock:
            await worker.outlet.maybe_start()
            await worker.turn(mine)
            await worker.tell_headcounts()
        options.watch.turned(mine)
        if options.until_end and await _is_at_end(app, sources) and await _is_committed(app, sources):
            os.kill(os.getpid(), signal.SIGTERM)


def _stands(app: faust.App, sources: tuple[str, ...], done: Offsets) -> dict[tuple[str, int], tuple[int, int]]:
    """Of partitions whose end is known, where they stand: what was committed before they came, or done since."""
    consumer: Any = app.consumer  # what it found committed it tells nobody before it commits itself
    found = {}
    for tp in app.assignor.assigned_actives():
        if tp.topic in sources and (end := consumer.highwater(tp)) is not None:
            at = max(consumer._committed_offset.get(tp) or 0, done.get(tp, 0))
            found[tp.topic, tp.partition] = min(at, end), end
    return found


async def _is_at_end(app: faust.App, sources: tuple[str, ...]) -> bool:
    """Whether every message was taken, those that taking one wrote included."""
    places = [tp for tp in app.consumer.assignment() if tp.topic in sources]
    if not places or app.consumer.unacked:
        return False
    ends = await app.consumer.highwaters(*places)
    for tp in places:
        position = await app.consumer.position(tp)
        if position is None or position < (ends.get(tp) or 0):
            return False
    return not app.consumer.unacked and not app.rebalancing


async def _is_committed(app: faust.App, sources: tuple[str, ...]) -> bool:
    """Whether the broker has taken what Faust committed last: of a refusal Faust forgets, until more is done there."""
    consumer: Any = app.consumer
    await consumer.commit()
    places = [tp for tp in consumer.assignment() if tp.topic in sources]
    believed = {tp: at for tp in places if (at := consumer._committed_offset.get(tp))}
    return not believed or bool(await consumer._commit(believed))


class _fatal:  # noqa: N801 - reads as a statement
    """What goes wrong ends the process at once: Faust would acknowledge what an agent failed on and go on. Nothing that is
    not stored and told is acknowledged, so that this is as harmless as any crash.
    """

    async def __aenter__(self) -> None:
        return None

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, _: object) -> None:
        if error is None or isinstance(error, asyncio.CancelledError | GeneratorExit):
            return
        where = [f"{Path(frame.filename).name}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)]
        # Where and what kind, never its text: that may hold a value.
        structlog.get_logger().error("STREAMS_FAILED", error=type(error).__name__, where=where)
        os._exit(FAILED)
