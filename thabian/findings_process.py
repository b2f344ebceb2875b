"""The sink of findings as a process: connections made, checks passed, signals heard; then the loop, and rounds beside it."""

import contextlib
import functools
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Final

import structlog
from kafka.coordinator.assignors.cooperative_sticky import CooperativeStickyAssignor

from consumers.findings_across import Across
from consumers.findings_rounds import FindingsRounds
from consumers.findings_sink import FindingsSink
from consumers.intake import Counted
from consumers.kafka_log import Budget, KafkaLog
from consumers.loop import Loop, Observer
from consumers.ports import Lost, Position
from consumers.positions import check_topic_ids
from consumers.retry import Backoff
from monitoring.health import Health
from schemas import topics
from schemas.errors import ThabianError
from snapshots.moments import BANGKOK
from thabian import rehearsal
from thabian.clock import now_ms
from thabian.connections import broker_errors, open_admin, open_consumer, open_warehouse
from thabian.intake_process import close_quietly, hear_signals
from thabian.progress import SINK, Progress
from thabian.settings import Settings
from warehouse import migrate as migrations
from warehouse.interface import Warehouse

Hook = Callable[[str], None]
"""Called with a step before it; fault tests end the process in it, production has none."""

_BUDGET: Final = Budget(20_000, 200)
"""Messages of a batch, and milliseconds it waits for more: a finding is to be seen within seconds."""
_REPAIR: Final = "empty the table findings (acts stay), forget the topic in topic_ids, let the stream tell all again"


def run(
    settings: Settings,
    *,
    until_end: bool = False,
    across: Across | None = None,
    hook: Hook | None = None,
    health: Health | None = None,
) -> Counter[str]:
    """Store findings until SIGTERM or SIGINT, or until the end of the log; messages by state.

    Raises ThabianError for whatever a person must see to; offsets of unfinished batches are untouched then.
    """
    with contextlib.ExitStack() as closing:
        store, beside = (closing.enter_context(contextlib.closing(open_warehouse(settings))) for _ in range(2))
        if migrations.pending(store):
            raise ThabianError("WAREHOUSE_NOT_MIGRATED", "the warehouse lacks tables: run `thabian warehouse migrate`")
        topic = settings.topic_prefix + topics.FINDINGS.name
        _require(settings, topic)
        sink = FindingsSink(store, now_ms, functools.partial(_step, hook))
        with broker_errors(settings):
            consumer = open_consumer(
                settings,
                group_id=settings.findings_group,
                session_timeout_ms=settings.kafka_session_timeout_ms,
                heartbeat_interval_ms=settings.kafka_session_timeout_ms // 5,
                partition_assignment_strategy=[CooperativeStickyAssignor],
            )
            log = KafkaLog(consumer, settings.topic_prefix, _BUDGET, topic=topic, repair=_REPAIR)
            closing.callback(functools.partial(close_quietly, log.close))
            watch = _Watch(health or Health(settings.stuck_s, settings.stuck_s), log)
            loop = _loop(settings, log, sink, store, watch, hook)
            rounds = _rounds(settings, beside, across, sink, functools.partial(log.holds, (topic, 0)), loop)
            hear_signals(loop.stopping)
            _go(loop, rounds, until_end=until_end)
        return watch.total


def _go(loop: Loop, rounds: FindingsRounds, *, until_end: bool) -> None:
    """With an end there is one round, after it: everything the stream told is stored by then."""
    if not until_end:
        rounds.start()
    try:
        loop.run(until_end=until_end)
    finally:
        rounds.close()
    if until_end:
        rounds.look()


def _loop(
    settings: Settings, log: KafkaLog, sink: FindingsSink, store: Warehouse, watch: "_Watch", hook: Hook | None
) -> Loop:
    return Loop(
        log=log,
        stages=(sink.decide, sink.store),
        lose=lambda _: None,  # whatever is missing was said again later, or compaction would have kept it
        check=functools.partial(_check, settings, store, log),
        steps=functools.partial(_step, hook),
        backoff=Backoff(),
        observer=watch,
        drain_seconds=settings.intake_drain_s,
    )


def _rounds(
    settings: Settings,
    warehouse: Warehouse,
    across: Across | None,
    sink: FindingsSink,
    is_first: Callable[[], bool],
    loop: Loop,
) -> FindingsRounds:
    return FindingsRounds(
        warehouse=warehouse,
        across=across,
        across_s=settings.findings_across_s,
        stored=lambda: sink.stored,
        is_first=is_first,
        today=functools.partial(_today, settings),
        now_ms=functools.partial(rehearsal.now_ms, settings),
        on_failure=loop.stopping.set,
    )


def _today(settings: Settings) -> date:
    """D, in Bangkok."""
    return datetime.fromtimestamp(rehearsal.now_ms(settings) / 1000, UTC).astimezone(BANGKOK).date()


def _require(settings: Settings, topic: str) -> None:
    with contextlib.closing(open_admin(settings)) as client, broker_errors(settings):
        if topic not in client.list_topics():
            raise ThabianError("TOPIC_MISSING", f"the topic {topic} is missing: run `thabian topics apply`")


def _check(settings: Settings, store: Warehouse, log: KafkaLog, arrived: frozenset[Position]) -> None:
    """The topic is the one whose rows are stored: in another one offsets begin anew."""
    log.standing(arrived)  # from here on it is known where they stand
    with contextlib.closing(open_admin(settings)) as client, broker_errors(settings):
        described = client.describe_topics(sorted({topic for topic, _ in arrived}))
    found = {item["name"]: str(item["topic_id"]) for item in described if item.get("topic_id")}
    check_topic_ids(store, found, now_ms(), _REPAIR)


@contextlib.contextmanager
def _step(hook: Hook | None, step: str) -> Iterator[None]:
    if hook is not None:
        hook(step)
    yield


class _Watch(Observer):
    """Counts and logs what the loop tells."""

    def __init__(self, health: Health, log: KafkaLog) -> None:
        self.total: Counter[str] = Counter()
        self._progress = Progress(health, log, gauges=SINK)

    def turned(self) -> None:
        self._progress.turned()

    def taken(self, counted: Counted) -> None:
        self.total.update(counted.outcomes)
        structlog.get_logger().info("findings", states=counted.outcomes, codes=counted.codes)

    def retrying(self, error: ThabianError, tries: int, seconds: float) -> None:
        structlog.get_logger().warning("trying again", error=str(error), tries=tries, seconds=round(seconds, 1))

    def recovered(self, tries: int) -> None:
        structlog.get_logger().info("went through", tries=tries)

    def lost(self, lost: Lost) -> None:
        structlog.get_logger().error(
            "gone before it was read", topic=lost.topic, partition=lost.partition, first=lost.first, end=lost.end
        )

    def not_committed(self, reason: str) -> None:
        structlog.get_logger().warning("not committed: tried again, or repeated harmlessly", reason=reason)
