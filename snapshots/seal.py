"""Sealing: from a cut of the log to an immutable version (semantics 4, 6.1)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from schemas.errors import ThabianError
from snapshots import barrier, versions
from snapshots.barrier import Clock
from snapshots.canonical import EMPTY_SLICE, SLICE_SQL, cut_digest, root
from snapshots.fold import Fold, rules_digest
from snapshots.log_ends import Cut, LogEnds
from snapshots.versions import Slice, Version
from warehouse.interface import Warehouse

RANGE_EVENTS = 2_000_000
"""Events folded at a time: what bounds the warehouse's memory."""

Progress = Callable[[int, int], None]
"""Told (events folded, events in all) after each range of schools."""

_FIRST_YEAR_CE = 543


@dataclass(frozen=True, slots=True)
class Request:
    """What to seal. year is B.E., as_of a C.E. day, inclusive; known_at_ms: ms since 1970 UTC, None: now."""

    year: int
    round: int
    as_of: date
    known_at_ms: int | None = None
    label: str = ""
    wait_ms: int = 60_000
    skew_ms: int = 0


@dataclass(frozen=True, slots=True)
class Sealing:
    """What a seal works with: connection, log, clock, where run numbers come from, the software's name."""

    warehouse: Warehouse
    log: LogEnds
    clock: Clock
    new_run: Callable[[], int]
    software: str
    progress: Progress = lambda _done, _all: None


@dataclass(frozen=True, slots=True)
class Sealed:
    """The version, and whether this seal made it or found it."""

    version: Version
    is_new: bool


def seal(work: Sealing, request: Request) -> Sealed:
    """Seal a census, or return the version that the same year, round, day, cut, rules and reference data gave before.

    Raises SNAPSHOT_DAY_OUTSIDE_YEAR, SNAPSHOT_KNOWN_AT_FUTURE and SNAPSHOT_INCOMPLETE. Whatever stops it, no reader
    sees a half version: its rows belong to a run that no version names.
    """
    _check_day(request)
    known_at_ms, cut = _cut(work, request)
    rules, reference = rules_digest(), versions.reference_digest()
    name = versions.version_id(request.year, request.round, request.as_of, cut, rules, reference)
    found = versions.existing(work.warehouse, name)
    if found:
        return Sealed(found, is_new=False)
    barrier.wait(work.warehouse, cut, work.clock, wait_ms=request.wait_ms)
    versions.store_cut(work.warehouse, cut, known_at_ms)
    run = work.new_run()
    slices = _store_rows(work, Fold(work.warehouse, request.year, request.as_of, cut), run)
    versions.store_slices(work.warehouse, name, run, slices)
    version = Version(
        version=name,
        run=run,
        academic_year=request.year,
        round=request.round,
        as_of=request.as_of,
        known_at=known_at_ms,
        cut=cut_digest(cut),
        label=request.label,
        pupils=sum(item.pupils for item in slices),
        schools=len(slices),
        root=root({item.school_code: item.checksum for item in slices}),
        rules=rules,
        reference=reference,
        software=work.software,
        sealed_at=work.clock.now_ms(),
    )
    versions.store_version(work.warehouse, version)
    return Sealed(version, is_new=True)


def school_ranges(fold: Fold) -> Iterator[tuple[list[int], int]]:
    """The schools with events below the cut, in order, in ranges of about RANGE_EVENTS events: (schools, events)."""
    schools: list[int] = []
    events = 0
    for school, count in fold.schools():
        if schools and events + count > RANGE_EVENTS:
            yield schools, events
            schools, events = [], 0
        schools.append(school)
        events += count
    if schools:
        yield schools, events


def with_empty(schools: list[int], found: list[Slice], run: int) -> list[Slice]:
    """A slice for each of the schools: no rows for those that have nobody on their roll."""
    by_school = {item.school_code: item for item in found}
    return [by_school.get(school, Slice(school, run, 0, EMPTY_SLICE)) for school in schools]


def _check_day(request: Request) -> None:
    years_after = request.as_of.year - (request.year - _FIRST_YEAR_CE)
    if years_after not in (0, 1):
        raise ThabianError(
            "SNAPSHOT_DAY_OUTSIDE_YEAR",
            f"--as-of lies outside academic year {request.year}, which begins in May of that year and ends in the next",
            exit_code=2,
        )


def _cut(work: Sealing, request: Request) -> tuple[int, Cut]:
    """The label and its vector: the stored one if the label was sealed before, else the log's, after the skew."""
    now = work.clock.now_ms()
    known_at_ms = now if request.known_at_ms is None else request.known_at_ms
    if known_at_ms > now:
        raise ThabianError(
            "SNAPSHOT_KNOWN_AT_FUTURE", "--known-at lies in the future: nothing can be known yet", exit_code=2
        )
    stored = versions.cut_known_at(work.warehouse, known_at_ms)
    if stored is not None:
        return known_at_ms, stored
    if known_at_ms + request.skew_ms > now:
        work.clock.sleep_ms(known_at_ms + request.skew_ms - now)
    cut = work.log.positions_at(known_at_ms)
    barrier.check_whole(work.warehouse, cut, known_at_ms)
    return known_at_ms, cut


def _store_rows(work: Sealing, fold: Fold, run: int) -> list[Slice]:
    """Fold range by range into census_rows, and take each slice's checksum from what is stored."""
    fold.prepare()
    ranges = list(school_ranges(fold))
    total = sum(events for _, events in ranges)
    done = 0
    slices: list[Slice] = []
    for schools, events in ranges:
        insert = "INSERT INTO census_rows " + fold.query("SELECT %(run)s AS run, * FROM census")
        parameters = fold.parameters((schools[0], schools[-1])) | {"run": run}
        work.warehouse.execute(insert, parameters, settings=fold.settings)
        slices += with_empty(schools, stored_slices(work.warehouse, run, schools), run)
        done += events
        work.progress(done, total)
    fold.dispose()
    return slices


def stored_slices(warehouse: Warehouse, run: int, schools: list[int]) -> list[Slice]:
    """Slices computed from the rows a run stored, for schools within the range of `schools`."""
    rows = warehouse.rows(
        f"SELECT school_code, run, count(), {SLICE_SQL} FROM census_rows"
        " WHERE run = %(run)s AND school_code BETWEEN %(first)s AND %(last)s GROUP BY run, school_code",
        {"run": run, "first": schools[0], "last": schools[-1]},
        settings={"optimize_aggregation_in_order": 1},
    )
    return [Slice(*row) for row in rows]
