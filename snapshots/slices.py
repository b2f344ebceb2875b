"""Slices: folded range by range, stored with their rows, or taken from a run that folded them before (semantics 6.1)."""

from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from snapshots import refold, side_by_side, versions
from snapshots.aside import Aside
from snapshots.canonical import EMPTY_SLICE, SLICE_SQL
from snapshots.fold import Fold
from snapshots.refold import Base
from snapshots.school_ranges import SchoolRange, in_ranges
from snapshots.side_by_side import Connect
from snapshots.versions import Slice
from warehouse.interface import Warehouse

RANGE_EVENTS = 3_000_000
"""Events folded at a time: what bounds the warehouse's memory."""
RANGE_PUPILS = 500_000
"""Stored rows whose checksums are taken at a time."""
WORTH_SHARING = 500_000
"""Events: fewer are folded sooner than another connection is made ready."""

_AS_THEY_ARE: Final = {"optimize_on_insert": 0}
"""For rows that are in order and single already: the engine need not look for what to drop."""

Progress = Callable[[int, int], None]
"""Told (events folded, events in all) after each range of schools."""


_IDENTITIES: Final = (
    "INSERT INTO census_identities (run, school_code, old, new) SELECT %(run)s, school_code, old, new FROM live_identities",
    "INSERT INTO census_identity_ends (run, old, new) SELECT %(run)s, old, new FROM identity_ends",
)
_IDENTITIES_OF: Final = tuple(
    f"INSERT INTO {table} (run, {columns}) SELECT %(run)s, {columns} FROM {table} WHERE run = %(of)s"
    for table, columns in (("census_identities", "school_code, old, new"), ("census_identity_ends", "old, new"))
)


@dataclass(frozen=True, slots=True)
class Work:
    """The fold to store, the version it is for, the run that stores it, whom to tell how far it is, what else to store on."""

    fold: Fold
    version: str
    run: int
    progress: Progress
    beside: Aside
    connect: Connect | None = None
    """Where further connections come from, to fold on more than one."""
    has_numbers_of_base: bool = False
    """Whether the replaced numbers, of all schools, are those of the base."""

    @property
    def warehouse(self) -> Warehouse:
        """Where it is stored."""
        return self.fold.warehouse


def prepared(work: Work, base: Base | None) -> Work:
    """The work with its fold prepared: of the schools that may have changed since the base, else of all."""
    if base is None:
        work.fold.prepare()
        return work
    changed = refold.prepared(work.fold, base)
    return replace(work, fold=changed.fold, has_numbers_of_base=changed.has_numbers_of_base)


def store(work: Work, base: Base | None, finished: list[Slice]) -> list[Slice]:
    """Every slice of the version, stored: taken from the base or from a killed seal of the same version, else folded."""
    kept = work.beside.do(partial(_keep, work, base))
    if not work.has_numbers_of_base:
        for statement in _IDENTITIES:
            work.warehouse.execute(statement, {"run": work.run})
    found = [item for item in finished if work.fold.folds(item.school_code)]
    versions.store_slices(work.warehouse, work.version, work.run, found)
    found += _fold(work, {item.school_code for item in found})
    work.fold.dispose()
    return sorted((*kept.result(), *found), key=lambda item: item.school_code)


def _keep(work: Work, base: Base | None, warehouse: Warehouse) -> list[Slice]:
    """The base's slices of the schools that are not folded again, and its replaced numbers, stored as this run's."""
    if base is None:
        return []
    for statement in _IDENTITIES_OF if work.has_numbers_of_base else ():
        warehouse.execute(statement, {"run": work.run, "of": base.version.run})
    before = versions.slices(warehouse, base.version)
    kept = [item for item in before if not work.fold.folds(item.school_code)]
    versions.store_slices(warehouse, work.version, work.run, kept)
    return kept


def _fold(work: Work, finished: set[int]) -> list[Slice]:
    """Fold range by range into census_rows; each slice's checksum is taken from what is stored."""
    ranges = list(fold_ranges(work.fold, finished, side_by_side.lanes(work.fold, work.connect)))
    total = sum(schools.size for schools in ranges)
    done = 0
    slices: list[Slice] = []
    with side_by_side.opened(work.fold, work.connect, len(ranges)) as folds:
        found = side_by_side.each(folds, partial(_fold_range, work), ranges)
        for schools, some in zip(ranges, found, strict=True):
            slices += some
            done += schools.size
            work.progress(done, total)
    return slices


def _fold_range(work: Work, fold: Fold, schools: SchoolRange) -> list[Slice]:
    insert = "INSERT INTO census_rows " + fold.query("SELECT %(run)s AS run, * FROM census")
    parameters = fold.parameters(schools.ends) | {"run": work.run}
    fold.warehouse.execute(insert, parameters, settings=fold.settings | _AS_THEY_ARE)
    found = stored_slices(fold.warehouse, work.run, schools)
    versions.store_slices(fold.warehouse, work.version, work.run, found)
    return found


def finished(warehouse: Warehouse, name: str) -> list[Slice]:
    """What earlier runs of the same version, killed or beaten to it, folded to the end and what is still as it was."""
    items = versions.slices_of_runs(warehouse, name)
    there = set(as_stored(warehouse, items))
    return list({item.school_code: item for item in items if item in there}.values())


def as_stored(warehouse: Warehouse, items: Iterable[Slice]) -> list[Slice]:
    """These slices, each computed anew from the rows that its run stored."""
    by_run: dict[int, dict[int, int]] = {}
    for item in items:
        by_run.setdefault(item.folded_by, {})[item.school_code] = item.pupils
    found: list[Slice] = []
    for run, pupils in by_run.items():
        for schools in in_ranges(sorted(pupils.items()), RANGE_PUPILS):
            found += stored_slices(warehouse, run, schools)
    return found


def stored_slices(warehouse: Warehouse, run: int, schools: SchoolRange) -> list[Slice]:
    """A slice for each of the schools, computed from the rows a run stored."""
    first, last = schools.ends
    rows = warehouse.rows(
        f"SELECT school_code, run, count(), {SLICE_SQL} FROM census_rows"
        " WHERE run = %(run)s AND school_code BETWEEN %(first)s AND %(last)s GROUP BY run, school_code",
        {"run": run, "first": first, "last": last},
        settings={"optimize_aggregation_in_order": 1},
    )
    return with_empty(schools.codes, [Slice(*row) for row in rows], run)


def fold_ranges(fold: Fold, finished: Container[int] = (), lanes: int = 1) -> Iterator[SchoolRange]:
    """The schools to fold, in order, in ranges of about RANGE_EVENTS events.

    `lanes`: so many are folded at once, and each is as much smaller. No range reaches over a school that is finished already.
    """
    schools = fold.schools()
    all_events = sum(count for school, count in schools if school not in finished)
    most = min(RANGE_EVENTS, max(all_events, WORTH_SHARING)) // lanes
    return in_ranges(schools, most, apart=finished)


def with_empty(codes: list[int], found: list[Slice], run: int) -> list[Slice]:
    """A slice for each of the schools: no rows for those that have nobody on their roll."""
    by_school = {item.school_code: item for item in found}
    return [by_school.get(code, Slice(code, run, 0, EMPTY_SLICE)) for code in codes]
