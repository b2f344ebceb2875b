"""How far each group is behind in each partition of what it reads, whether or not any of its processes runs."""

import re
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final

from kafka import KafkaConsumer, TopicPartition

from monitoring import metrics
from monitoring.series import Series
from snapshots.log_ends import Place
from thabian import clock, groups
from thabian.connections import broker_errors, open_admin, open_consumer
from thabian.groups import Group
from thabian.settings import Settings

_PATIENCE_S: Final = 3.0
_POLL_MS: Final = 200
_SMALL: Final = {"max_partition_fetch_bytes": 1, "max_poll_records": 5_000}
"""The first batch of a partition comes whole whatever it weighs, and nothing more of it is wanted."""


@dataclass(frozen=True, slots=True)
class Behind:
    """One partition. `lag`: offsets; `seconds`: age of the oldest message that waits, 0: none does, None: it did not come."""

    group: str
    topic: str
    partition: int
    lag: int
    seconds: float | None

    @property
    def labels(self) -> tuple[str, str, str]:
        """As the gauges have them."""
        return self.group, self.topic, str(self.partition)


@dataclass(frozen=True, slots=True)
class Lag:
    """All partitions in order; `members`: role → processes in the group."""

    partitions: tuple[Behind, ...]
    members: Mapping[str, int]


@dataclass
class LagLook:
    """Topics that are not there have no partitions: nothing is said of them."""

    settings: Settings
    now_ms: Callable[[], int] = clock.now_ms
    monotonic: Callable[[], float] = time.monotonic
    name: ClassVar[str] = "lag"
    _lag: Series = field(default_factory=lambda: Series(metrics.GROUP_LAG_EVENTS))
    _behind: Series = field(default_factory=lambda: Series(metrics.GROUP_BEHIND_SECONDS))
    _members: Series = field(default_factory=lambda: Series(metrics.GROUP_MEMBERS))

    def read(self) -> Lag:
        """Ask the broker."""
        found: list[Behind] = []
        members = {}
        with closing(open_admin(self.settings)) as admin, broker_errors(self.settings):
            consumer = open_consumer(self.settings, **_SMALL)
            try:
                for group in groups.groups(self.settings):
                    members[group.role] = groups.members(admin, group.group_id)
                    found += self._of_group(consumer, group, groups.committed(admin, group.group_id))
            finally:
                consumer.close(autocommit=False)
        return Lag(tuple(found), members)

    def tell(self, found: Lag) -> None:
        """Each partition; of an age that is not known, nothing."""
        self._lag.tell({one.labels: one.lag for one in found.partitions})
        self._behind.tell({one.labels: one.seconds for one in found.partitions if one.seconds is not None})
        self._members.tell({(role,): count for role, count in found.members.items()})

    def _of_group(self, consumer: KafkaConsumer, group: Group, committed: groups.Offsets) -> list[Behind]:
        names = sorted(name for name in consumer.topics() if re.match(group.reads, name))
        begins, ends = groups.spans(consumer, names)
        at = {place: max(committed.get(place, 0), begin) for place, begin in begins.items()}
        waiting = {place: offset for place, offset in at.items() if offset < ends[place]}
        appended = self._oldest(consumer, waiting, ends)
        now = self.now_ms()
        return [
            Behind(group.role, *place, 0, 0.0)
            if place not in appended
            else Behind(group.role, *place, ends[place] - at[place], _age(appended[place], now))
            for place in sorted(ends)
        ]

    def _oldest(
        self, consumer: KafkaConsumer, waiting: Mapping[Place, int], ends: Mapping[Place, int]
    ) -> dict[Place, int | None]:
        """Append time of the first message that waits, by place; None: it did not come in time.

        A place is left out where none waits: the ends of transactions lie in the log, and nobody commits past them.
        """
        found: dict[Place, int | None] = dict.fromkeys(waiting)
        left = {TopicPartition(*place): offset for place, offset in waiting.items()}
        consumer.assign(list(left))
        for part, offset in left.items():
            consumer.seek(part, offset)
        until = self.monotonic() + _PATIENCE_S
        while left and self.monotonic() < until:
            polled: Mapping[TopicPartition, list[Any]] = consumer.poll(timeout_ms=_POLL_MS)
            for part in list(left):
                place = part.topic, part.partition
                if polled.get(part):
                    found[place] = polled[part][0].timestamp
                elif consumer.position(part) >= ends[place]:
                    del found[place]
                else:
                    continue
                del left[part]
                consumer.pause(part)
        return found


def _age(appended: int | None, now_ms: int) -> float | None:
    return None if appended is None else max(0.0, (now_ms - appended) / 1000)
