"""The stream as a process: settings and connections handed to `streams`, counts to the metrics; then Faust's worker."""

import asyncio
import contextlib
import gc
import logging
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import aiokafka.helpers
import faust
import structlog

from consumers.log_progress import Standing
from monitoring import metrics
from monitoring.health import Health
from monitoring.series import Labels, Series
from schemas import code_lists, topics
from schemas.topics import ACCEPTED
from streams import app as stream
from streams.told import Told
from streams.worker import Names, Watch
from thabian import groups, rehearsal
from thabian.connections import kafka_options
from thabian.progress import STREAMS, Progress
from thabian.settings import Settings
from thabian.topic_admin import require_topics

_AFFILIATION = 10**8


def run(
    settings: Settings, *, until_end: bool = False, watch: Watch | None = None, health: Health | None = None
) -> int:
    """Look for findings until SIGTERM or SIGINT, or until the end of what intake has told; the exit code."""
    require_topics(settings)
    _quiet()
    gc.set_threshold(100_000, 50, 100)  # a cycle makes events by the ten thousand and no loops of them
    settings.streams_folder.mkdir(parents=True, exist_ok=True)
    app = stream.make(
        options(
            settings,
            watch or _Counts(health or Health(settings.stuck_s, settings.stuck_s), _sources(settings)),
            until_end=until_end,
        )
    )
    app.finalize()
    worker = faust.Worker(app, loglevel="WARN", redirect_stdouts=False, override_logging=False, quiet=True)
    _work(worker)
    return 0


def _sources(settings: Settings) -> tuple[str, ...]:
    return tuple(settings.topic_prefix + name for name in groups.STREAMS_READ)


def options(settings: Settings, watch: Watch, *, until_end: bool = False) -> stream.Options:
    """What the application is told."""
    prefix = settings.topic_prefix
    names = Names(*(prefix + topic.name for topic in (ACCEPTED, topics.CROSSINGS, topics.FINDINGS, topics.HEADCOUNTS)))
    return stream.Options(
        group=settings.streams_group,
        brokers=kafka_options(settings)["bootstrap_servers"],
        kafka=_client(settings),
        credentials=_credentials(settings),
        folder=settings.streams_folder,
        names=names,
        partitions=ACCEPTED.partitions,
        replication=settings.topic_replication,
        grace=settings.findings_grace_days,
        now_ms=lambda: rehearsal.now_ms(settings),
        session_s=settings.kafka_session_timeout_ms / 1_000,
        until_end=until_end,
        watch=watch,
    )


def _client(settings: Settings) -> Mapping[str, Any]:
    """Options of the aiokafka client."""
    given = kafka_options(settings)
    found = {name: value for name, value in given.items() if name.startswith(("security_", "sasl_"))}
    return found | ({"ssl_context": _ssl(settings)} if _is_encrypted(settings) else {})


def _credentials(settings: Settings) -> Any:  # noqa: ANN401 - Faust's own
    """The same for Faust's own client."""
    context = _ssl(settings) if _is_encrypted(settings) else None
    if settings.kafka_sasl_mechanism is not None:
        return faust.SASLCredentials(
            username=settings.kafka_username,
            password=settings.kafka_password.get_secret_value(),
            mechanism=settings.kafka_sasl_mechanism,
            ssl_context=context,
        )
    return faust.SSLCredentials(context) if context is not None else None


def _is_encrypted(settings: Settings) -> bool:
    return settings.kafka_security_protocol in ("SSL", "SASL_SSL")


def _ssl(settings: Settings) -> Any:  # noqa: ANN401 - an SSLContext
    return aiokafka.helpers.create_ssl_context(cafile=settings.kafka_ca_file and str(settings.kafka_ca_file))


def _quiet() -> None:
    """Faust and its client say much that an operator does not need; what ends the process we say ourselves."""
    for library in ("faust", "mode", "aiokafka"):
        logging.getLogger(library).setLevel(logging.ERROR)


def _work(worker: faust.Worker) -> None:
    """As Faust's own command does, but for its end: that leaves the process at once, with whatever it has not printed yet."""
    worker.spinner = None
    starting = asyncio.ensure_future(worker.start(), loop=worker.loop)
    try:
        with contextlib.suppress(asyncio.CancelledError):
            worker.loop.run_until_complete(starting)
    finally:
        starting.cancel()
        worker.on_worker_shutdown()
        worker.stop_and_shutdown()


@dataclass
class _At:
    """Where the partitions stand, as it was told last."""

    assigned: frozenset[tuple[str, int]] = frozenset()
    said: dict[tuple[str, int], Standing] = field(default_factory=dict)

    def stands(self) -> Mapping[tuple[str, int], Standing]:
        """Those of which it is known."""
        return self.said


class _Counts(Watch):
    """Counts, measures and logs what the worker tells; never a pupil's value."""

    def __init__(self, health: Health, sources: Sequence[str]) -> None:
        self._health, self._sources, self._at = health, sources, _At()
        self._progress = Progress(health, self._at, gauges=STREAMS)
        self._pupils = Series(metrics.STREAMS_PUPILS)

    def turned(self, partitions: Sequence[int]) -> None:
        """Once a second."""
        self._at.assigned = frozenset((topic, number) for topic in self._sources for number in partitions)
        self._at.said = {place: at for place, at in self._at.said.items() if place in self._at.assigned}
        self._progress.turned()

    def stands(self, places: Mapping[tuple[str, int], tuple[int, int]]) -> None:
        """Once a second, whatever is under way."""
        self._at.said = {place: Standing(*at, None) for place, at in places.items() if place in self._at.assigned}
        self._progress.look()

    def cycle(self, messages: int, told: Sequence[Told], seconds: float) -> None:
        """Per cycle, not per pupil."""
        self._health.turned()
        metrics.STREAMS_MESSAGES.inc(messages)
        metrics.STREAMS_CYCLE_SECONDS.observe(seconds)
        metrics.STREAMS_LAST_PROGRESS_SECONDS.set(time.time())
        every = [(found.code, is_open) for one in told for found, is_open in one.findings]
        counted = {
            "opened": Counter(code for code, is_open in every if is_open),
            "resolved": Counter(code for code, is_open in every if not is_open),
        }
        for state, codes in counted.items():
            for code, count in codes.items():
                metrics.STREAMS_FINDINGS.labels(code, state).inc(count)
        if any(counted.values()):
            structlog.get_logger().info("findings", messages=messages, **counted)

    def headcounts(self, counts: Mapping[int, Mapping[tuple[str, str], int]]) -> None:
        """By affiliation and sex; a sex outside the list is one label, so that labels stay bounded."""
        pupils: Counter[Labels] = Counter()
        for school, cells in counts.items():
            for (_, sex), count in cells.items():
                pupils[f"{school // _AFFILIATION:02}", sex if sex in code_lists.load("sexes").codes else ""] += count
        self._pupils.tell(pupils)
