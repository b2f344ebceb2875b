"""Intake's progress, partition by partition, to its health and its metrics: every few seconds, nothing per message."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol

from consumers.log_progress import Standing
from consumers.ports import Position
from monitoring import metrics
from monitoring.health import Health

_LOOK_S: Final = 3.0
_OF_A_PARTITION: Final = (metrics.LAG_EVENTS, metrics.BEHIND_SECONDS, metrics.PARTITION_PROGRESS_SECONDS)


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
    _assigned: frozenset[Position] | None = None
    _looked: float | None = None
    _committed: dict[Position, int] = field(default_factory=dict)

    def turned(self) -> None:
        """The loop went round."""
        self.health.turned()
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
            for metric in _OF_A_PARTITION:
                metric.remove(topic, str(part))
        self._assigned = assigned
        self.health.assigned(assigned)
        metrics.ASSIGNED.set(len(assigned))

    def _tell(self, position: Position, standing: Standing) -> None:
        topic, part = position
        waits = standing.end - standing.committed
        self.health.stands(position, standing.committed, standing.end)
        metrics.LAG_EVENTS.labels(topic, part).set(waits)
        if not waits:
            metrics.BEHIND_SECONDS.labels(topic, part).set(0)
        elif standing.appended is not None:
            metrics.BEHIND_SECONDS.labels(topic, part).set(max(0.0, self.clock() - standing.appended / 1000))
        if not waits or self._committed.get(position) != standing.committed:
            metrics.PARTITION_PROGRESS_SECONDS.labels(topic, part).set(self.clock())
        self._committed[position] = standing.committed
