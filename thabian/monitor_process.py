"""The monitor as a process: every look on a thread of its own, so that one that fails or hangs leaves the others going."""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import structlog

from monitoring import metrics
from monitoring.health import Health
from thabian import clock, failures, rehearsal
from thabian.intake_process import hear_signals
from thabian.looks.audit import AuditLook
from thabian.looks.dead_letters import DeadLettersLook
from thabian.looks.disk import DiskLook
from thabian.looks.findings import FindingsLook
from thabian.looks.lag import LagLook
from thabian.looks.look import Look
from thabian.looks.parts import PartsLook
from thabian.looks.rounds import RoundsLook
from thabian.looks.snapshots import SnapshotsLook
from thabian.settings import Settings

_REST: Final = 10
"""A look rests ten times as long as it took: what looking costs is bounded, however much there is to look at."""
_PATIENCE_S: Final = 30.0
"""How long a look but the audit waits for the warehouse."""


@dataclass
class Watcher:
    """One look, again and again. `clock`: Unix time in seconds; `monotonic`: seconds."""

    look: Look[Any]
    every_s: float
    clock: Callable[[], float]
    monotonic: Callable[[], float] = time.monotonic
    failing: str = ""
    """The code of what the last look failed with; empty: it did not."""
    _began: float | None = None

    def once(self) -> float:
        """Look; how many seconds to rest. A failure is logged when it begins, by its code alone, and when it is over."""
        began = self._began = self.monotonic()
        try:
            self.look.tell(self.look.read())
        except Exception as error:  # noqa: BLE001 - a look that ends unseen would be trusted for ever
            self._failed(failures.as_error(error).code)
        else:
            self._went_well()
        self._began = None
        return max(self.every_s, _REST * (self.monotonic() - began))

    def at_work_s(self) -> float:
        """How long the look under way has taken; 0: none is."""
        began = self._began
        return 0.0 if began is None else self.monotonic() - began

    def run(self, stopping: threading.Event) -> None:
        """Look until told to stop."""
        rest = 0.0
        while not stopping.wait(rest):
            rest = self.once()

    def _failed(self, code: str) -> None:
        if code != self.failing:
            structlog.get_logger().warning("look failed", look=self.look.name, code=code)
        self.failing = code

    def _went_well(self) -> None:
        metrics.MONITOR_LAST_LOOK_SECONDS.labels(self.look.name).set(self.clock())
        if self.failing:
            structlog.get_logger().info("looks again", look=self.look.name)
        self.failing = ""


@dataclass
class Monitor:
    """All looks. `hang_s`: one that takes longer makes the process not alive."""

    watchers: Sequence[Watcher]
    health: Health
    hang_s: float
    stopping: threading.Event = field(default_factory=threading.Event)

    def run(self, turn_s: float = 1.0) -> None:
        """Until told to stop. A look under way then is left to itself: it changes nothing."""
        for watcher in self.watchers:
            name = f"look-{watcher.look.name}"
            threading.Thread(target=watcher.run, args=(self.stopping,), name=name, daemon=True).start()
        self.turn()
        while not self.stopping.wait(turn_s):
            self.turn()

    def turn(self) -> None:
        """Say that it is alive, unless a look hangs."""
        if all(watcher.at_work_s() <= self.hang_s for watcher in self.watchers):
            self.health.turned()


def run(settings: Settings, health: Health, now_ms: Callable[[], int] = clock.now_ms) -> None:
    """Look until SIGTERM or SIGINT. Parts that are away are told of and waited for."""
    rehearsal.now_ms(settings)  # a clock that cannot be read is known before anything is looked at
    monitor = Monitor(watchers(settings, now_ms), health, settings.clickhouse_timeout_s + settings.stuck_s)
    hear_signals(monitor.stopping)
    monitor.run()


def watchers(settings: Settings, now_ms: Callable[[], int]) -> list[Watcher]:
    """Every look, with how often it is due."""
    patience = min(settings.clickhouse_timeout_s, _PATIENCE_S)
    brief = settings.model_copy(update={"clickhouse_timeout_s": patience})
    often: list[Look[Any]] = [
        PartsLook(brief),
        LagLook(brief, now_ms),
        DeadLettersLook(brief),
        SnapshotsLook(brief),
        RoundsLook(brief),
        FindingsLook(brief),
        DiskLook(brief),
    ]
    due = [(look, settings.monitor_look_s) for look in often]
    due.append((AuditLook(settings, now_ms), settings.monitor_audit_s))
    return [Watcher(look, every_s, lambda: now_ms() / 1000) for look, every_s in due]
