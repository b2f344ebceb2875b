"""Sealing: from a cut of the log to an immutable version (semantics 4, 6.1)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial

from schemas.errors import ThabianError
from snapshots import aside, barrier, census_days, refold, schools, slices, versions
from snapshots.aside import Aside
from snapshots.barrier import Clock
from snapshots.canonical import cut_digest, root
from snapshots.fold import Fold, rules_digest
from snapshots.log_ends import Cut, LogEnds
from snapshots.refold import Base
from snapshots.side_by_side import Connect
from snapshots.slices import Progress
from snapshots.versions import Pinned, Slice, Version
from warehouse.interface import Warehouse


@dataclass(frozen=True, slots=True)
class Request:
    """What to seal. year is B.E., as_of a C.E. day, inclusive; known_at_ms: ms since 1970 UTC, None: now.

    full: fold every school, whatever an earlier version has.
    """

    year: int
    round: int
    as_of: date
    known_at_ms: int | None = None
    label: str = ""
    wait_ms: int = 60_000
    skew_ms: int = 0
    full: bool = False


@dataclass(frozen=True, slots=True)
class Sealing:
    """What a seal works with: connection, log, clock, where run numbers come from, the software's name."""

    warehouse: Warehouse
    log: LogEnds
    clock: Clock
    new_run: Callable[[], int]
    software: str
    progress: Progress = lambda _done, _all: None
    connect: Connect | None = None
    """Where further connections come from: two ranges of schools are folded at once then."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """The version, and whether this seal made it or found it."""

    version: Version
    is_new: bool


def seal(work: Sealing, request: Request) -> Sealed:
    """Seal a census, or return the version that the same year, round, day, cut, rules and reference data gave before.

    Schools that have not changed since an earlier version keep its slices, and what a killed seal of the same version had
    finished is taken up. Whatever stops a seal, no reader sees a half version: its rows belong to a run that no version
    names. Raises SNAPSHOT_DAY_OUTSIDE_YEAR, SNAPSHOT_KNOWN_AT_FUTURE and SNAPSHOT_INCOMPLETE.
    """
    census_days.check(request.year, request.as_of)
    with aside.opened(work.warehouse, work.connect) as beside:
        return _sealed(work, request, beside)


def _sealed(work: Sealing, request: Request, beside: Aside) -> Sealed:
    school_list, settled = beside.do(schools.current_digest), beside.do(versions.settled)
    listed = versions.listed(work.warehouse)
    known_at_ms, cut = _cut(work, request, listed)
    pinned = Pinned(rules_digest(), versions.reference_digest(), school_list.result())
    name = versions.version_id(request.year, request.round, request.as_of, cut, pinned)
    there = next((item for item in listed if item.version == name), None)
    if there:
        if known_at_ms != there.known_at:
            versions.store_cut(work.warehouse, cut, known_at_ms)  # the same vector under another label
        return Sealed(there, is_new=False)
    fold = Fold(work.warehouse, request.year, request.as_of, cut)
    before = beside.do(partial(_before, request=request, listed=listed, fold=fold, pinned=pinned, name=name))
    barrier.wait(work.warehouse, work.log, cut, work.clock, wait_ms=request.wait_ms, settled=settled.result())
    run = work.new_run()
    begun = beside.do(partial(_begin, run=run, name=name, cut=cut, known_at_ms=known_at_ms, now_ms=work.clock.now_ms()))
    base, finished = before.result()
    storing = slices.prepared(slices.Work(fold, name, run, work.progress, beside, work.connect), base)
    begun.result()  # before the first row: what a killed run left is found by its run
    found = slices.store(storing, base, finished)
    version = Version(
        version=name,
        run=run,
        academic_year=request.year,
        round=request.round,
        as_of=request.as_of,
        known_at=known_at_ms,
        cut=cut_digest(cut),
        label=request.label,
        pupils=sum(item.pupils for item in found),
        schools=len(found),
        root=root({item.school_code: item.checksum for item in found}),
        rules=pinned.rules,
        reference=pinned.reference,
        school_list=pinned.school_list,
        software=work.software,
        sealed_at=work.clock.now_ms(),
    )
    versions.store_version(work.warehouse, version)
    return Sealed(version, is_new=True)


def _before(
    warehouse: Warehouse, *, request: Request, listed: list[Version], fold: Fold, pinned: Pinned, name: str
) -> tuple[Base | None, list[Slice]]:
    """What can be taken as it is: an earlier version, and what killed seals of the same one finished."""
    if request.full:
        return None, []
    return refold.base_of(warehouse, listed, fold, pinned), slices.finished(warehouse, name)


def _begin(warehouse: Warehouse, *, run: int, name: str, cut: Cut, known_at_ms: int, now_ms: int) -> None:
    versions.store_cut(warehouse, cut, known_at_ms)
    versions.store_run(warehouse, run, name, now_ms)


def _cut(work: Sealing, request: Request, listed: list[Version]) -> tuple[int, Cut]:
    """The label and its vector: the stored one if the label was sealed before, else the log's, after the skew."""
    now = work.clock.now_ms()
    known_at_ms = now if request.known_at_ms is None else request.known_at_ms
    if known_at_ms > now:
        raise ThabianError(
            "SNAPSHOT_KNOWN_AT_FUTURE", "--known-at lies in the future: nothing can be known yet", exit_code=2
        )
    stored = versions.cut_known_at(work.warehouse, listed, known_at_ms)
    if stored is not None:
        return known_at_ms, stored
    if known_at_ms + request.skew_ms > now:
        work.clock.sleep_ms(known_at_ms + request.skew_ms - now)
    cut = work.log.positions_at(known_at_ms)
    barrier.check_whole(work.warehouse, cut, known_at_ms)
    return known_at_ms, cut
