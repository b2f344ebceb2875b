"""`thabian intake`: take events from the ingress topics into the register."""

import signal
from collections import Counter
from types import FrameType
from typing import Annotated

import structlog
import typer
from kafka import errors as kafka_errors
from kafka.coordinator.assignors.cooperative_sticky import CooperativeStickyAssignor
from prometheus_client import start_http_server
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from consumers.intake import Counted, Intake
from consumers.kafka_answers import KafkaAnswers
from consumers.kafka_log import Budget, KafkaLog
from consumers.warehouse_register import WarehouseRegister, check_canaries
from monitoring import metrics
from schemas.errors import ThabianError
from thabian import logs
from thabian import settings as settings_module
from thabian.clock import now_ms
from thabian.connections import broker_errors, open_consumer, open_producer, open_warehouse
from thabian.installation_secrets import installation_pseudonyms
from thabian.settings import Settings
from warehouse import migrate as migrations
from warehouse.interface import Warehouse


def run(
    until_end: Annotated[bool, typer.Option("--until-end", help="Stop when everything there now is taken in.")] = False,
    metrics_port: Annotated[int, typer.Option(help="Serve /metrics on this port; 0: do not.")] = 0,
) -> None:
    """Take events in: decode, validate, dedupe, store, answer, commit. SIGTERM finishes the batch and leaves the group."""
    settings = settings_module.load()
    logs.configure(settings)
    store = open_warehouse(settings)
    _check_ready(store, settings)
    if metrics_port:
        start_http_server(metrics_port)
    producer = open_producer(settings)
    try:
        with broker_errors(settings):
            intake = _intake(settings, store, KafkaAnswers(producer))
            total = _loop(intake, until_end=until_end)
    finally:
        producer.close(timeout=5)
        store.close()
    _print(total)


def _check_ready(store: Warehouse, settings: Settings) -> None:
    waiting = migrations.pending(store)
    if waiting:
        raise ThabianError("WAREHOUSE_NOT_MIGRATED", "the warehouse lacks tables: run `thabian warehouse migrate`")
    keys = installation_pseudonyms(settings)
    check_canaries(store, keys.canaries, keys.key_version, now_ms())


def _intake(settings: Settings, store: Warehouse, answers: KafkaAnswers) -> Intake:
    consumer = open_consumer(
        settings,
        group_id=settings.intake_group,
        partition_assignment_strategy=[CooperativeStickyAssignor],
        metadata_max_age_ms=5_000,  # a new publisher's topic is read within seconds
    )
    budget = Budget(settings.intake_batch_events, settings.intake_batch_ms)
    return Intake(
        log=KafkaLog(consumer, settings.topic_prefix, budget),
        register=WarehouseRegister(store),
        answers=answers,
        pseudonyms=installation_pseudonyms(settings),
        prefix=settings.topic_prefix,
        max_event_bytes=settings.max_event_bytes,
        timer=lambda step: metrics.STEP_SECONDS.labels(step).time(),
    )


def _loop(intake: Intake, *, until_end: bool) -> Counter[str]:
    """Step until told to stop. A first signal finishes the batch; a second one is the system's own."""
    stopping: list[int] = []

    def stop(number: int, _: FrameType | None) -> None:
        stopping.append(number)
        signal.signal(number, signal.SIG_DFL)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    total: Counter[str] = Counter()
    log = structlog.get_logger()
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    try:
        with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
            task = progress.add_task("taking events in")
            while not stopping:
                counted = intake.step()
                if counted is not None:
                    _measure(counted)
                    total.update(counted.outcomes)
                    log.info("batch", outcomes=counted.outcomes, codes=counted.codes)
                    progress.update(task, description=f"{total.total():,} events taken in")
                elif until_end and intake.log.at_end():
                    break
    finally:
        try:
            intake.log.close()
        except kafka_errors.KafkaError as error:
            log.warning("the group was not left cleanly", error=type(error).__name__)
    return total


def _measure(counted: Counted) -> None:
    for outcome, count in counted.outcomes.items():
        metrics.EVENTS.labels(outcome).inc(count)
    for code, count in counted.codes.items():
        metrics.CODES.labels(code).inc(count)
    metrics.BATCH_EVENTS.observe(sum(counted.outcomes.values()))
    metrics.LAST_PROGRESS_SECONDS.set_to_current_time()


def _print(total: Counter[str]) -> None:
    outcomes = ", ".join(f"{count:,} {name}" for name, count in sorted(total.items())) or "nothing new"
    typer.echo(f"Taken in: {outcomes}.")
