"""Slices: folded range by range, stored with their rows, or taken from a run that folded them before (semantics 6.1)."""

from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from snapshots import refold, side_by_side, versions
from snapshots.canonical import EMPTY_SLICE, SLICE_SQL
from snapshots.fold import Fold
from snapshots.refold import Base
from snapshots.side_by_side import Connect
from snapshots.versions import Slice
from warehouse.interface import Warehouse

RANGE_EVENTS = 3_000_000
"""Events folded at a time: what bounds the warehouse's memory."""
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


@dataclass(frozen=True, slots=True)
class Work:
    """The fold to store, the version it is for, the run that stores it, and whom to tell how far it is."""

    fold: Fold
    version: str
    run: int
    progress: Progress
    connect: Connect | None = None
    """Where further connections come from, to fold on more than one."""

    @property
    def warehouse(self) -> Warehouse:
        """Where it is stored."""
        return self.fold.warehouse


def store(work: Work, base: Base | None, finished: list[Slice]) -> list[Slice]:
    """Every slice of the version, stored: taken from the base or from a killed seal of the same version, else folded."""
    if base:
        work = replace(work, fold=refold.prepared(work.fold, base))
    else:
        work.fold.prepare()
    for statement in _IDENTITIES:
        work.warehouse.execute(statement, {"run": work.run})
    before = versions.slices(work.warehouse, base.version) if base else []
    kept = [item for item in before if not work.fold.folds(item.school_code)]
    kept += [item for item in finished if work.fold.folds(item.school_code)]
    versions.store_slices(work.warehouse, work.version, work.run, kept)
    kept += _fold(work, {item.school_code for item in kept})
    work.fold.dispose()
    return sorted(kept, key=lambda item: item.school_code)


def _fold(work: Work, finished: set[int]) -> list[Slice]:
    """Fold range by range into census_rows; each slice's checksum is taken from what is stored."""
    ranges = list(school_ranges(work.fold, finished, side_by_side.lanes(work.fold, work.connect)))
    total = sum(events for _, events in ranges)
    done = 0
    slices: list[Slice] = []
    with side_by_side.opened(work.fold, work.connect, len(ranges)) as folds:
        found = side_by_side.each(folds, partial(_fold_range, work), [codes for codes, _ in ranges])
        for (_, events), some in zip(ranges, found, strict=True):
            slices += some
            done += events
            work.progress(done, total)
    return slices


def _fold_range(work: Work, fold: Fold, codes: list[int]) -> list[Slice]:
    insert = "INSERT INTO census_rows " + fold.query("SELECT %(run)s AS run, * FROM census")
    parameters = fold.parameters((codes[0], codes[-1])) | {"run": work.run}
    fold.warehouse.execute(insert, parameters, settings=fold.settings | _AS_THEY_ARE)
    found = with_empty(codes, stored_slices(fold.warehouse, work.run, codes), work.run)
    versions.store_slices(fold.warehouse, work.version, work.run, found)
    return found


def finished(warehouse: Warehouse, name: str) -> list[Slice]:
    """What earlier runs of the same version, killed or beaten to it, folded to the end and what is still as it was."""
    by_run: dict[int, list[Slice]] = {}
    for item in versions.slices_of_runs(warehouse, name):
        by_run.setdefault(item.folded_by, []).append(item)
    found: dict[int, Slice] = {}
    for run, items in by_run.items():
        there = {item.school_code: item for item in stored_slices(warehouse, run, [item.school_code for item in items])}
        for item in items:
            if there.get(item.school_code, Slice(item.school_code, run, 0, EMPTY_SLICE)) == item:
                found[item.school_code] = item
    return list(found.values())


def stored_slices(warehouse: Warehouse, run: int, codes: list[int]) -> list[Slice]:
    """Slices computed from the rows a run stored, for schools within the range of `codes`."""
    rows = warehouse.rows(
        f"SELECT school_code, run, count(), {SLICE_SQL} FROM census_rows"
        " WHERE run = %(run)s AND school_code BETWEEN %(first)s AND %(last)s GROUP BY run, school_code",
        {"run": run, "first": min(codes), "last": max(codes)},
        settings={"optimize_aggregation_in_order": 1},
    )
    return [Slice(*row) for row in rows]


def school_ranges(fold: Fold, finished: Container[int] = (), lanes: int = 1) -> Iterator[tuple[list[int], int]]:
    """The schools to fold, in order, in ranges of about RANGE_EVENTS events: (schools, events).

    `lanes`: so many are folded at once, and each is as much smaller. No range reaches over a school that is finished already.
    """
    schools = fold.schools()
    all_events = sum(count for school, count in schools if school not in finished)
    most = min(RANGE_EVENTS, max(all_events, WORTH_SHARING)) // lanes
    found: list[int] = []
    events = 0
    for school, count in schools:
        if found and (events + count > most or school in finished):
            yield found, events
            found, events = [], 0
        if school not in finished:
            found.append(school)
            events += count
    if found:
        yield found, events


def with_empty(codes: list[int], found: list[Slice], run: int) -> list[Slice]:
    """A slice for each of the schools: no rows for those that have nobody on their roll."""
    by_school = {item.school_code: item for item in found}
    return [by_school.get(code, Slice(code, run, 0, EMPTY_SLICE)) for code in codes]
