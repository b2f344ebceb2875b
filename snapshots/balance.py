"""The balance between two versions, or two days, exact and telescoping (semantics 6.4).

    after = before + restated + new + came_in - went_out - dropped - died - graduated - held_over

and per grade + moved_in - moved_out. The two rolls are counted in the sealed rows, `restated` is what the fold of the earlier
point counts at the later cut, less the roll sealed then, and the flows are transitions of the walk at the later cut: three
computations that share no number, so that a balance can fail to close. The roll of a day that was not sealed is what the fold
counts at the later version's cut.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from types import MappingProxyType
from typing import Final

from schemas.errors import ThabianError
from schemas.thai_dates import format_be
from snapshots import versions
from snapshots.fold import Fold, Part, point, steps
from snapshots.reports.scope import ROWS, Scope
from snapshots.slices import Progress, fold_ranges
from snapshots.table import Origin
from snapshots.versions import Version
from warehouse.interface import Warehouse

SIGNS: Final = MappingProxyType(
    {
        "new": 1,
        "came_in": 1,
        "went_out": -1,
        "dropped": -1,
        "died": -1,
        "graduated": -1,
        "held_over": -1,
        "moved_in": 1,
        "moved_out": -1,
    }
)
"""The flows, and whether they add to the roll."""

Flows = Mapping[tuple[str, str], int]
"""(term of SIGNS, detail) → pupils. Detail: the entry reason of `new`, the reason of `dropped`, the destination of
`graduated`, DEFERRED or UNDECIDED of `held_over`, SAME_AFFILIATION or OTHER_AFFILIATION of `came_in` and `went_out`;
empty: not given.
"""


@dataclass(frozen=True, slots=True)
class Point:
    """A day that need not have been sealed: year B.E., day C.E., inclusive."""

    year: int
    day: date


Earlier = Version | Point
"""Where a balance begins: a sealed version, or a day at the later version's own cut. Then nothing is restated."""


def point_of(sealed: Earlier) -> Point:
    """The day that a version counts; a day as it is."""
    return sealed if isinstance(sealed, Point) else Point(sealed.academic_year, sealed.as_of)


def origin(earlier: Earlier, scope: Scope, until: Point | None = None) -> Origin:
    """The later version's, with both ends named: the checksum is over the schools in scope as they are sealed there."""
    found = scope.origin()
    begin = format_be(earlier.day) if isinstance(earlier, Point) else earlier.version
    if until is None:
        return replace(found, version=f"{begin} → {found.version}")
    end = format_be(until.day)
    as_of = format_be(until.day, "long")
    return replace(found, version=f"{begin} → {end} ({found.version})", academic_year=until.year, as_of=as_of)


_STEPS: Final = steps("sql/balance")
_Cells = Counter[tuple[int, str]]
"""Pupils by (school, grade)."""


@dataclass(frozen=True, slots=True)
class Balance:
    """The balance of one school, or of several (school_code None); of one grade, or of all (grade None)."""

    school_code: int | None
    grade: str | None
    before: int
    restated: int
    flows: Flows
    after: int

    def total(self, term: str) -> int:
        """Pupils of one term of SIGNS."""
        return sum(count for (name, _), count in self.flows.items() if name == term)

    def details(self, term: str) -> dict[str, int]:
        """The same by detail, sorted."""
        return {detail: count for (name, detail), count in sorted(self.flows.items()) if name == term}

    @property
    def off_by(self) -> int:
        """Pupils on the later roll that nothing accounts for; below 0: pupils that are missing there."""
        flowed = sum(SIGNS[term] * count for (term, _), count in self.flows.items())
        return self.after - self.before - self.restated - flowed

    @property
    def closes(self) -> bool:
        """Whether everything is accounted for."""
        return self.off_by == 0


def balance(
    warehouse: Warehouse,
    earlier: Earlier,
    later: Version,
    progress: Progress = lambda _done, _all: None,
    until: Point | None = None,
) -> list[Balance]:
    """The balance of every school of either version, by school code.

    `until`: end on this day, at the later version's cut, not on its own. BALANCE_BACKWARDS: that lies before the beginning.
    """
    found = by_grade(warehouse, earlier, later, progress, until=until)
    return [summed(group, code) for code, group in groupby(found, lambda item: item.school_code)]


def by_grade(
    warehouse: Warehouse,
    earlier: Earlier,
    later: Version,
    progress: Progress = lambda _done, _all: None,
    schools: frozenset[int] | None = None,
    until: Point | None = None,
) -> list[Balance]:
    """The same per school and grade, with the moves between grades; sorted by both. `schools`: of these alone."""
    begin, end = point_of(earlier), until or point_of(later)
    if point(end.year, end.day) < point(begin.year, begin.day):
        raise ThabianError("BALANCE_BACKWARDS", "it ends on an earlier day than it begins: swap the two", exit_code=2)
    part = None if schools is None else Part(schools, later.run)
    fold = Fold(warehouse, begin.year, begin.day, versions.cut_of(warehouse, later.cut), part)
    now, then, flows = _folded(fold, end, progress, counts_end=until is not None)
    before = now if isinstance(earlier, Point) else _sealed(warehouse, earlier)
    after = then if until else _sealed(warehouse, later)
    found = before.keys() | after.keys() | now.keys() | flows.keys()
    cells = sorted(cell for cell in found if schools is None or cell[0] in schools)
    return [
        Balance(school, grade, before[cell], now[cell] - before[cell], flows.get(cell, {}), after[cell])
        for cell in cells
        for school, grade in [cell]
    ]


def summed(balances: Iterable[Balance], school_code: int | None = None, grade: str | None = None) -> Balance:
    """The balance of several together. Over all grades of a school, moves between them cancel out and are left out."""
    parts = list(balances)
    flows: Counter[tuple[str, str]] = Counter()
    for part in parts:
        flows.update(part.flows)
    if grade is None:
        flows = Counter({flow: count for flow, count in flows.items() if not flow[0].startswith("moved_")})
    return Balance(
        school_code,
        grade,
        sum(part.before for part in parts),
        sum(part.restated for part in parts),
        dict(flows),
        sum(part.after for part in parts),
    )


def grouped(balances: Iterable[Balance], key: Callable[[Balance], str]) -> dict[str, Balance]:
    """Sums by affiliation, area or whatever `key` says of a school's balance, sorted by key."""
    parts: dict[str, list[Balance]] = {}
    for item in balances:
        parts.setdefault(key(item), []).append(item)
    return {name: summed(parts[name]) for name in sorted(parts)}


def schools_in(warehouse: Warehouse, scope: Scope, earlier: Earlier) -> frozenset[int] | None:
    """The schools of a scope of the later version that either version has; None: all. One cut lower knows fewer."""
    if scope.is_whole:
        return None
    sealed = (scope.version,) if isinstance(earlier, Point) else (scope.version, earlier)
    return frozenset(
        scope.among(item.school_code for version in sealed for item in versions.slices(warehouse, version))
    )


def _sealed(warehouse: Warehouse, version: Version) -> _Cells:
    statement = f"SELECT school_code, grade, count() FROM ({ROWS}) GROUP BY school_code, grade"
    return Counter(
        {(school, grade): count for school, grade, count in warehouse.rows(statement, Scope(version).parameters)}
    )


def _folded(
    fold: Fold, end: Point, progress: Progress, *, counts_end: bool
) -> tuple[_Cells, _Cells, dict[tuple[int, str], dict[tuple[str, str], int]]]:
    """At the fold's cut: the roll of its day, that of the end if it is counted, and the flows from one to the other."""
    warehouse = fold.warehouse
    until = {"until": point(end.year, end.day), "until_year": end.year}
    at_end = {"year": end.year, "point": point(end.year, end.day)}
    roll = fold.query("SELECT school_code, grade, count() FROM census GROUP BY school_code, grade")
    turns = fold.query(
        "SELECT school_code, grade, term, detail, count() FROM explained_flows GROUP BY school_code, grade, term, detail",
        _STEPS,
    )
    fold.prepare()
    now: _Cells = Counter()
    then: _Cells = Counter()
    rolls_of: list[tuple[_Cells, dict[str, int]]] = [(now, {}), *([(then, at_end)] if counts_end else ())]
    flows: dict[tuple[int, str], dict[tuple[str, str], int]] = {}
    ranges = list(fold_ranges(fold))
    for done, some in enumerate(ranges, 1):
        parameters = fold.parameters(some.ends) | until
        for rolls, day in rolls_of:
            for school, grade, count in warehouse.rows(roll, parameters | day, settings=fold.settings):
                rolls[school, grade] = count
        for school, grade, term, detail, count in warehouse.rows(turns, parameters, settings=fold.settings):
            flows.setdefault((school, grade), {})[term, detail] = count
        progress(done, len(ranges))
    fold.dispose()
    return now, then, flows
