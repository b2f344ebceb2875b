"""A register and a log of the test's own to seal: what intake would have left, without intake."""

from collections.abc import Callable, Sequence
from itertools import count

from snapshots.barrier import Clock
from snapshots.log_ends import Cut
from snapshots.seal import Sealing
from tests.snapshots.histories import store
from tests.snapshots.oracle import Event
from warehouse.clickhouse import ClickHouseWarehouse

SCHOOL, OTHER = 1020080005, 1020080006
TABLES = (
    *("change_log", "receipts", "schools", "school_loads"),
    *("census_versions", "census_cuts", "census_slices", "census_rows", "census_runs"),
    *("census_identities", "census_identity_ends"),
)


class Log:
    """The ends of a log that is as long as it is told."""

    def __init__(self, ends: Cut) -> None:
        self.ends = dict(ends)
        self.markers: set[tuple[tuple[str, int], int]] = set()

    def positions_at(self, known_at_ms: int) -> Cut:
        return dict(self.ends)

    def first_record(self, place: tuple[str, int], ranges: Sequence[tuple[int, int]]) -> int | None:
        there = (at for first, end in ranges for at in range(first, end))
        return next((at for at in there if (place, at) not in self.markers), None)


class Time:
    """A clock that moves when someone sleeps."""

    def __init__(self) -> None:
        self.now = 1_700_000_000_000
        self.on_sleep: Callable[[], None] = lambda: None

    def clock(self) -> Clock:
        return Clock(lambda: self.now, self._sleep)

    def _sleep(self, milliseconds: int) -> None:
        self.now += milliseconds
        self.on_sleep()


def empty_register(warehouse: ClickHouseWarehouse) -> Sealing:
    """A seal of an empty register; runs are numbered."""
    for table in TABLES:
        warehouse.execute(f"TRUNCATE TABLE {table}")
    runs = count(1)
    return Sealing(warehouse, Log({}), Time().clock(), lambda: next(runs), "test")


def take_in(work: Sealing, events: list[Event]) -> None:
    """Events as intake leaves them: stored, answered, the log as long as they reach."""
    store(work.warehouse, events)
    answer(work, events)
    assert isinstance(work.log, Log)
    for event in events:
        place = (event.topic, event.partition)
        work.log.ends[place] = max(work.log.ends.get(place, 0), event.offset + 1)


def answer(work: Sealing, events: list[Event]) -> None:
    """Receipts alone."""
    work.warehouse.insert(
        "receipts",
        {
            "topic": [event.topic for event in events],
            "partition": [event.partition for event in events],
            "offset": [event.offset for event in events],
            "outcome": [1] * len(events),
            "stored": [1] * len(events),
            "school_code": [event.school for event in events],
        },
    )
