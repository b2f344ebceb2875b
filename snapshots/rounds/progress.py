"""How far a round has come, by area: what `thabian round status` prints and metrics count."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from snapshots.calendars import Round
from snapshots.rounds.state import State
from snapshots.rounds.windows import next_deadline
from snapshots.schools import School
from warehouse.interface import Warehouse

_REACHED: Final = {"CONFIRMED": 1, "CERTIFIED": 2, "ACKNOWLEDGED": 3}
_RECORDED: Final = (
    "SELECT DISTINCT school_code FROM change_log WHERE academic_year = %(year)s AND school_code IN %(schools)s"
)
_LATE: Final = """
SELECT count() FROM (
    SELECT DISTINCT school_code, event_id FROM change_log
    WHERE academic_year = %(year)s AND school_code IN %(schools)s
        AND toUnixTimestamp64Milli(first_received) >= %(known_at)s
)
"""


@dataclass(frozen=True, slots=True)
class Counts:
    """Schools. Who certified has confirmed, and so on: each number includes those after it."""

    schools: int
    recorded: int
    confirmed: int
    certified: int
    acknowledged: int
    returned: int


@dataclass(frozen=True, slots=True)
class Progress:
    """A round at a time. `deadline`: (end in ms, act, whom it is for; empty: everybody) of the window that ends next;
    None: all are over, or the round is closed.
    """

    state: str
    total: Counts
    areas: Mapping[str, Counts]
    deadline: tuple[int, str, str] | None


def progress(
    each: Round, state: State, members: Mapping[int, School], recorded: Collection[int], now_ms: int
) -> Progress:
    """Pure: `recorded` are the schools that have sent something."""
    by_area: dict[str, list[int]] = {}
    for code, school in members.items():
        by_area.setdefault(school.area, []).append(code)
    areas = {area: _counts(state, codes, recorded) for area, codes in sorted(by_area.items())}
    deadline = None if state.state == "CLOSED" else next_deadline(each, state, now_ms)
    return Progress(state.state, _counts(state, members, recorded), areas, deadline)


def recorded(warehouse: Warehouse, each: Round, members: Collection[int]) -> set[int]:
    """Those of the schools with an accepted event of the year."""
    rows = warehouse.rows(_RECORDED, {"year": each.academic_year, "schools": tuple(members)})
    return {code for (code,) in rows}


def late(warehouse: Warehouse, each: Round, members: Collection[int], known_at: int) -> int:
    """Accepted events of the year that first came at the cut or after it: they count in later versions (semantics 6.5)."""
    parameters = {"year": each.academic_year, "schools": tuple(members), "known_at": known_at}
    return int(warehouse.rows(_LATE, parameters)[0][0])


def _counts(state: State, codes: Iterable[int], recorded: Collection[int]) -> Counts:
    listed = list(codes)
    states = [state.school(code).state for code in listed]
    reached = [_REACHED.get(name, 0) for name in states]
    return Counts(
        schools=len(listed),
        recorded=sum(code in recorded for code in listed),
        confirmed=sum(level >= 1 for level in reached),
        certified=sum(level >= 2 for level in reached),
        acknowledged=sum(level >= 3 for level in reached),
        returned=states.count("RETURNED"),
    )
