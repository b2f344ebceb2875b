"""A process's progress, partition by partition, to its health and its metrics: every few seconds, nothing per message."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol

from prometheus_client import Gauge

from consumers.log_progress import Standing
from consumers.ports import Position
from monitoring import metrics
from monitoring.health import Health

_LOOK_S: Final = 3.0


@dataclass(frozen=True, slots=True)
class Gauges:
    """Where a process tells it: offsets that wait, time of progress, age of the newest message committed, partitions."""

    lag: Gauge | None = None
    progress: Gauge | None = None
    behind: Gauge | None = None
    assigned: Gauge | None = None

    @property
    def of_a_partition(self) -> tuple[Gauge, ...]:
        """Those with a series a partition."""
        return tuple(gauge for gauge in (self.lag, self.progress, self.behind) if gauge is not None)


INTAKE: Final = Gauges(metrics.LAG_EVENTS, metrics.PARTITION_PROGRESS_SECONDS, metrics.BEHIND_SECONDS, metrics.ASSIGNED)
SINK: Final = Gauges()
"""To its health alone: what the group's lag is the monitor tells."""
STREAMS: Final = Gauges(metrics.STREAMS_LAG_EVENTS, metrics.STREAMS_PARTITION_PROGRESS_SECONDS)


class Standings(Protocol):
    """What a log knows of its partitions."""

    @property
    def assigned(self) -> frozenset[Position]:
        """At the last look."""
        ...

    def stands(self) -> Mapping[Position, Standing]:
        """Where each of them stands."""
        ...


@dataclass
class Progress:
    """Told of each turn by the loop's thread. `monotonic` and `clock` are seconds, the latter Unix time."""

    health: Health
    log: Standings
    monotonic: Callable[[], float] = time.monotonic
    clock: Callable[[], float] = time.time
    gauges: Gauges = INTAKE
    _assigned: frozenset[Position] | None = None
    _looked: float | None = None
    _committed: dict[Position, int] = field(default_factory=dict)

    def turned(self) -> None:
        """The loop went round."""
        self.health.turned()
        self.look()

    def look(self) -> None:
        """See where it stands, if that is due: also while the loop is at work on something long."""
        if self.log.assigned != self._assigned:
            self._assign(self.log.assigned)
        if self._looked is None or self.monotonic() - self._looked >= _LOOK_S:
            self._looked = self.monotonic()
            for position, standing in self.log.stands().items():
                self._tell(position, standing)

    def _assign(self, assigned: frozenset[Position]) -> None:
        """Of a partition that went elsewhere this process says nothing any more."""
        for topic, part in (self._assigned or frozenset()) - assigned:
            self._committed.pop((topic, part), None)
            for gauge in self.gauges.of_a_partition:
                gauge.remove(topic, str(part))
        self._assigned = assigned
        self.health.assigned(assigned)
        if self.gauges.assigned is not None:
            self.gauges.assigned.set(len(assigned))

    def _tell(self, position: Position, standing: Standing) -> None:
        topic, part = position
        waits = standing.end - standing.committed
        self.health.stands(position, standing.committed, standing.end)
        if self.gauges.lag is not None:
            self.gauges.lag.labels(topic, part).set(waits)
        if self.gauges.behind is not None and (not waits or standing.appended is not None):
            age = 0.0 if not waits or standing.appended is None else self.clock() - standing.appended / 1000
            self.gauges.behind.labels(topic, part).set(max(0.0, age))
        if self.gauges.progress is not None and (not waits or self._committed.get(position) != standing.committed):
            self.gauges.progress.labels(topic, part).set(self.clock())
        self._committed[position] = standing.committed
