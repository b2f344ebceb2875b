"""Intake as a process: connections made, checks passed, signals heard, steps measured; then the loop."""

import contextlib
import functools
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from types import FrameType
from typing import Final

import structlog
from kafka import KafkaConsumer
from kafka import errors as kafka_errors
from kafka.coordinator.assignors.cooperative_sticky import CooperativeStickyAssignor

from consumers.flood import FloodGate, FloodLimits
from consumers.intake import Counted, Intake, Steps
from consumers.kafka_answers import KafkaAnswers
from consumers.kafka_log import Budget, KafkaLog
from consumers.log_scan import LogScan
from consumers.loop import Loop, Observer
from consumers.ports import Lost, Position
from consumers.positions import check_positions, check_topic_ids, standings
from consumers.retry import Backoff
from consumers.warehouse_register import WarehouseRegister, check_canaries
from monitoring import metrics
from monitoring.health import Health
from schemas.codes import MESSAGES
from schemas.errors import ThabianError
from thabian.clock import now_ms
from thabian.connections import broker_errors, open_admin, open_consumer, open_producer, open_warehouse
from thabian.installation_secrets import installation_pseudonyms
from thabian.memory import keep_memory_small
from thabian.progress import Progress
from thabian.settings import Settings
from thabian.topic_admin import require_topics
from warehouse import migrate as migrations
from warehouse.interface import Warehouse

Hook = Callable[[str, str], None]
"""Called with (step, "before" or "after"); fault tests end the process in it, production has none."""

_UNREADABLE: Final = frozenset(code.code for code in MESSAGES)


def run(
    settings: Settings, *, until_end: bool = False, hook: Hook | None = None, health: Health | None = None
) -> Counter[str]:
    """Take events in until SIGTERM or SIGINT, or until the end of the log; messages by outcome.

    Raises ThabianError for whatever a person must see to; offsets of unfinished batches are untouched then.
    """
    keep_memory_small()
    store, writer = open_warehouse(settings), open_warehouse(settings)
    with contextlib.ExitStack() as closing:
        closing.callback(store.close)
        closing.callback(writer.close)
        check_ready(store, settings)
        require_topics(settings)
        producer = open_producer(settings)
        closing.callback(functools.partial(close_quietly, functools.partial(producer.close, timeout=5)))
        steps = functools.partial(_step, hook)
        register = WarehouseRegister(store, writer)
        intake = _intake(settings, register, KafkaAnswers(producer), steps)
        with broker_errors(settings):
            log = KafkaLog(_consumer(settings), settings.topic_prefix, _budget(settings))
            closing.callback(functools.partial(close_quietly, log.close))
            watch = _Watch(Progress(health or Health(settings.stuck_s, settings.stuck_s), log))
            check = functools.partial(_check_assignment, settings, store, log)
            loop = Loop(
                log=log,
                stages=intake.stages(),
                lose=intake.lose,
                check=check,
                steps=steps,
                backoff=Backoff(),
                observer=watch,
                drain_seconds=settings.intake_drain_s,
                full=settings.intake_batch_events,
            )
            hear_signals(loop.stopping)
            loop.run(until_end=until_end)
        return watch.total


def check_ready(store: Warehouse, settings: Settings) -> None:
    """The tables are there, and the secrets are the ones they were filled with."""
    if migrations.pending(store):
        raise ThabianError("WAREHOUSE_NOT_MIGRATED", "the warehouse lacks tables: run `thabian warehouse migrate`")
    keys = installation_pseudonyms(settings)
    check_canaries(store, keys.canaries, keys.key_version, now_ms())


def _check_assignment(settings: Settings, store: Warehouse, log: KafkaLog, arrived: frozenset[Position]) -> None:
    """Semantics 3.3, for partitions that were just assigned: the topic is the one we know, and nothing would be skipped."""
    metrics.REBALANCES.inc()
    client = open_admin(settings)
    scan = LogScan(functools.partial(open_consumer, settings))
    try:
        described = client.describe_topics(sorted({topic for topic, _ in arrived}))
        topic_ids = {item["name"]: str(item["topic_id"]) for item in described if item.get("topic_id")}
        check_topic_ids(store, topic_ids, now_ms())
        check_positions(standings(store, scan, *log.standing(arrived)))
    finally:
        scan.close()
        client.close()


def _budget(settings: Settings) -> Budget:
    return Budget(settings.intake_batch_events, settings.intake_batch_ms)


def _consumer(settings: Settings) -> KafkaConsumer:
    return open_consumer(
        settings,
        group_id=settings.intake_group,
        group_instance_id=settings.intake_instance or None,
        session_timeout_ms=settings.kafka_session_timeout_ms,
        heartbeat_interval_ms=settings.kafka_session_timeout_ms // 5,
        partition_assignment_strategy=[CooperativeStickyAssignor],
        metadata_max_age_ms=5_000,  # a new publisher's topic is read within seconds
    )


def _intake(settings: Settings, register: WarehouseRegister, answers: KafkaAnswers, steps: Steps) -> Intake:
    limits = FloodLimits(
        settings.intake_dead_letter_run, settings.intake_dead_letter_ratio, settings.intake_dead_letter_window
    )
    return Intake(
        register=register,
        answers=answers,
        pseudonyms=installation_pseudonyms(settings),
        prefix=settings.topic_prefix,
        max_event_bytes=settings.max_event_bytes,
        steps=steps,
        gate=FloodGate(limits),
    )


@contextlib.contextmanager
def _step(hook: Hook | None, step: str) -> Iterator[None]:
    if hook is not None:
        hook(step, "before")
    with metrics.STEP_SECONDS.labels(step).time():
        yield
    if hook is not None:
        hook(step, "after")


def hear_signals(stopping: threading.Event) -> None:
    """A first signal finishes the batch and leaves the group; a second one is the system's own, and as harmless."""
    if threading.current_thread() is not threading.main_thread():
        return

    def stop(number: int, _: FrameType | None) -> None:
        stopping.set()
        signal.signal(number, signal.SIG_DFL)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)


def close_quietly(close: Callable[[], None]) -> None:
    """A broker that is gone must not hide why the process ends."""
    try:
        close()
    except kafka_errors.KafkaError as error:
        structlog.get_logger().warning("not closed cleanly", error=type(error).__name__)


@dataclass
class _Watch(Observer):
    """Counts, measures and logs what the loop tells. Never a value of an event."""

    progress: Progress
    total: Counter[str] = field(default_factory=Counter)
    _pauses: bool = False

    def turned(self) -> None:
        self.progress.turned()

    def taken(self, counted: Counted) -> None:
        self._pauses = False
        self.total.update(counted.outcomes)
        for outcome, count in counted.outcomes.items():
            metrics.EVENTS.labels(outcome).inc(count)
        for code, count in counted.codes.items():
            metrics.CODES.labels(code).inc(count)
            if code in _UNREADABLE:
                metrics.DEAD_LETTERS.labels(code).inc(count)
        metrics.BATCH_EVENTS.observe(sum(counted.outcomes.values()))
        metrics.LAST_PROGRESS_SECONDS.set(time.time())
        structlog.get_logger().info("batch", outcomes=counted.outcomes, codes=counted.codes)

    def retrying(self, error: ThabianError, tries: int, seconds: float) -> None:
        metrics.RETRIES.labels(error.code).inc()
        if error.code == "WAREHOUSE_UNAVAILABLE":
            metrics.WAREHOUSE_ERRORS.labels(error.code).inc()
        structlog.get_logger().warning("trying again", error=str(error), tries=tries, seconds=round(seconds, 1))

    def recovered(self, tries: int) -> None:
        structlog.get_logger().info("went through", tries=tries)

    def paused(self) -> None:
        if not self._pauses:
            metrics.PAUSES.inc()
        self._pauses = True

    def lost(self, lost: Lost) -> None:
        metrics.EVENTS.labels("LOST").inc(lost.end - lost.first)
        structlog.get_logger().error(
            "expired before it was read", topic=lost.topic, partition=lost.partition, first=lost.first, end=lost.end
        )

    def not_committed(self, reason: str) -> None:
        structlog.get_logger().warning(
            "not committed: tried again, or repeated by who has the partitions now, harmlessly", reason=reason
        )
