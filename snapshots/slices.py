"""Slices: folded range by range, stored with their rows, or taken from a run that folded them before (semantics 6.1)."""

from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass, replace
from typing import Final

from snapshots import refold, versions
from snapshots.canonical import EMPTY_SLICE, SLICE_SQL
from snapshots.fold import Fold
from snapshots.refold import Base
from snapshots.versions import Slice
from warehouse.interface import Warehouse

RANGE_EVENTS = 2_000_000
"""Events folded at a time: what bounds the warehouse's memory."""

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
    ranges = list(school_ranges(work.fold, finished))
    total = sum(events for _, events in ranges)
    done = 0
    slices: list[Slice] = []
    insert = "INSERT INTO census_rows " + work.fold.query("SELECT %(run)s AS run, * FROM census")
    for codes, events in ranges:
        parameters = work.fold.parameters((codes[0], codes[-1])) | {"run": work.run}
        work.warehouse.execute(insert, parameters, settings=work.fold.settings)
        found = with_empty(codes, stored_slices(work.warehouse, work.run, codes), work.run)
        versions.store_slices(work.warehouse, work.version, work.run, found)
        slices += found
        done += events
        work.progress(done, total)
    return slices


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


def school_ranges(fold: Fold, finished: Container[int] = ()) -> Iterator[tuple[list[int], int]]:
    """The schools to fold, in order, in ranges of about RANGE_EVENTS events: (schools, events).

    No range reaches over a school that is finished already.
    """
    found: list[int] = []
    events = 0
    for school, count in fold.schools():
        if found and (events + count > RANGE_EVENTS or school in finished):
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
