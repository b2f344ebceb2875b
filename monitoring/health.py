"""Whether a process is alive and ready, judged by what it gets done: a partition that waits and does not move is not ready.

Intake, the stream and the sink each hand in their own progress; who asks (`monitoring/server.py`) gets a verdict.
"""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

Place = tuple[str, int]
"""(topic, partition)"""


@dataclass(frozen=True, slots=True)
class Verdict:
    """`reasons`: why not; empty: it is well."""

    reasons: tuple[str, ...] = ()

    @property
    def is_well(self) -> bool:
        """Whether there is nothing against it."""
        return not self.reasons


@dataclass
class Health:
    """What one process tells of itself. Safe to touch from any thread. Times are seconds of `monotonic`.

    `reaches`: name of a part, such as `warehouse` → whether it answers; a part away is a reason, not a failure.
    """

    stuck_s: float
    turn_s: float
    reaches: Mapping[str, Callable[[], bool]] = field(default_factory=dict)
    monotonic: Callable[[], float] = time.monotonic
    partitions: bool = True
    """Whether the process is there to work on partitions; one without any is then not ready."""
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _turned: float | None = None
    _assigned: frozenset[Place] | None = None
    _moved: dict[Place, float] = field(default_factory=dict)
    _at: dict[Place, tuple[int, int]] = field(default_factory=dict)

    def turned(self) -> None:
        """The loop went round, whether or not it had anything to do."""
        with self._lock:
            self._turned = self.monotonic()

    def assigned(self, places: frozenset[Place]) -> None:
        """These are this process's partitions from now on. A new one has as long to move as any."""
        now = self.monotonic()
        with self._lock:
            self._assigned = places
            self._moved = {place: self._moved.get(place, now) for place in places}
            self._at = {place: at for place, at in self._at.items() if place in places}

    def stands(self, place: Place, committed: int, end: int) -> None:
        """Where a partition stands. It went on if the commit is another one, or nothing waits."""
        with self._lock:
            before = self._at.get(place)
            self._at[place] = committed, end
            if before is None or before[0] != committed or committed >= end:
                self._moved[place] = self.monotonic()

    def alive(self) -> Verdict:
        """/healthz: the loop turns."""
        with self._lock:
            turned = self._turned
        if turned is None or self.monotonic() - turned <= self.turn_s:
            return Verdict()
        return Verdict((f"the loop has not turned for {self.monotonic() - turned:.0f} s",))

    def ready(self) -> Verdict:
        """/readyz: it has partitions, its parts answer, and what waits moves."""
        away = [f"{name} does not answer" for name, answers in self.reaches.items() if not answers()]
        with self._lock:
            unassigned = ["no partition is assigned"] if self.partitions and not self._assigned else []
        stuck = [f"{topic} partition {number} waits and does not move" for topic, number in self.stuck()]
        return Verdict((*self.alive().reasons, *unassigned, *away, *stuck))

    def stuck(self) -> list[Place]:
        """Partitions of which something waits and that have made no progress for `stuck_s`."""
        now = self.monotonic()
        with self._lock:
            waiting = [place for place, (committed, end) in self._at.items() if committed < end]
            return sorted(place for place in waiting if now - self._moved.get(place, now) > self.stuck_s)
