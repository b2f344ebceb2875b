"""The correction bundle: pupils that differ from an earlier version, as they were and as they are, and the events behind it.

- `corrections.csv`: a line per pupil. With names also whom it is about, birth dates as dates, and what was corrected of the
  entries that persons alone holds; without, a corrected birth date by its keys and nothing of persons.
- `events.csv`: the events behind each line. The rest is as in a whole bundle (edc.py), with the version it is told since.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from schemas.attributes import CENSUS
from schemas.errors import ThabianError
from schemas.thai_dates import format_be
from snapshots import versions
from snapshots.diff import PupilChange, SchoolChange, Values, diff, unchanged
from snapshots.exports import personal
from snapshots.exports.bundle import Bundle
from snapshots.exports.columns import COLUMNS
from snapshots.exports.edc import about, write_sums
from snapshots.exports.personal import ENTRIES, NAMING, Pupil
from snapshots.moments import format_moment
from snapshots.reports import folding
from snapshots.reports.scope import Scope
from snapshots.versions import Version
from warehouse.interface import Warehouse

CORRECTIONS: Final = "edc-corrections"
"""The kind of bundle: in the manifest, and in the log of who has read names."""

_EVENT_HEADER: Final = ("รหัสโรงเรียน", "รหัสแทนบุคคล", "event_id", "เหตุการณ์", "มีผลวันที่", "บันทึกเมื่อ", "ตำแหน่ง")
_SEALED: Final = [column for column in COLUMNS if column.sealed_as in CENSUS]
_HEADINGS: Final = {column.sealed_as: column.heading for column in _SEALED}
_BIRTHS: Final = "SELECT birth_key, any(birth_date) FROM persons WHERE birth_key != 0 GROUP BY birth_key"
_BIRTH_KEYS: Final = (
    "Where a birth date was corrected, 16 hex digits stand for the old date and 16 for the new one: keys, which say that it"
    " is another date and not which. They are empty where no date was given, and on every other line. A bundle with names"
    " has the dates."
)
_BIRTH_DATES: Final = (
    "Birth dates are dates. Where one was corrected and is not known as a date, 16 hex digits, its key, stand for it."
)
_NOT_SAID: Final = "A corrected name, nationality or address has no line in a bundle without names."
_SAID: Final = (
    "Name, nationality and address stand there where one of them was corrected, and are empty on every other line."
)


@dataclass(frozen=True, slots=True)
class _Told:
    """What persons holds of the corrected: dates by birth_key, whom a line is about, and entries before and after.

    Nothing without names.
    """

    has_names: bool = False
    births: Mapping[int, date] = field(default_factory=dict)
    names: Mapping[Pupil, list[str]] = field(default_factory=dict)
    entries: Mapping[Pupil, tuple[list[str], list[str]]] = field(default_factory=dict)


def earlier_version(warehouse: Warehouse, later: Version, name: str) -> Version:
    """The version that corrections of `later` are told since. SINCE_NOT_EARLIER: of another census, or of a later cut."""
    found = versions.find(warehouse, name)
    if (found.academic_year, found.round, found.as_of) != (later.academic_year, later.round, later.as_of):
        # What differs between two days is mostly what happened between them: nothing was corrected.
        raise ThabianError(
            "SINCE_NOT_EARLIER",
            f"corrections are between versions of one census: {found.version} counts {_census(found)},"
            f" {later.version} {_census(later)}",
            exit_code=2,
        )
    old, new = (versions.cut_of(warehouse, version.cut) for version in (found, later))
    if any(offset > new.get(place, 0) for place, offset in old.items()):
        raise ThabianError(
            "SINCE_NOT_EARLIER",
            f"{found.version} knows events that {later.version} does not: swap the two",
            exit_code=2,
        )
    return found


def write(warehouse: Warehouse, scope: Scope, earlier: Version, bundle: Bundle, *, has_names: bool = False) -> None:
    """What changed since an earlier version, with the events behind it. Who may have names: as for edc.write."""
    wanted = folding.codes(scope)
    changes = [
        change for change in diff(warehouse, earlier, scope.version) if scope.is_whole or change.school_code in wanted
    ]
    told = _Told()
    if has_names:
        changes, told = _with_entries(warehouse, scope, replace(scope, version=earlier), changes)
    naming, entries = (NAMING, ENTRIES) if has_names else ((), ())
    header = ["รหัสโรงเรียน", "รหัสแทนบุคคล", *(column.heading for column in naming), "การแก้ไข", "รายการที่แก้"]
    header += [f"{column.heading} ({when})" for when in ("เดิม", "ใหม่") for column in (*_SEALED, *entries)]
    bundle.write_csv("corrections.csv", header, _lines(changes, told))
    bundle.write_csv("events.csv", _EVENT_HEADER, _events(changes))
    write_sums(warehouse, scope, bundle)
    since = {"since": earlier.version, "since_root": earlier.root.hex()}
    notes = (
        {"birth_dates": _BIRTH_DATES, "names": _SAID} if has_names else {"birth_dates": _BIRTH_KEYS, "names": _NOT_SAID}
    )
    bundle.write_manifest({"bundle": CORRECTIONS, **about(scope), **since, "has_names": has_names, **notes})


def _with_entries(
    warehouse: Warehouse, now: Scope, then: Scope, changes: list[SchoolChange]
) -> tuple[list[SchoolChange], _Told]:
    """The changes and those of entries alone, by school and pupil; and what persons holds of all of them."""
    corrected = personal.corrected(warehouse, then, now)
    listed = {(change.school_code, pupil.person_key) for change in changes for pupil in change.pupils}
    changes = _together(changes, unchanged(warehouse, then.version, now.version, corrected - listed))
    gone = {
        (change.school_code, pupil.person_key) for change in changes for pupil in change.pupils if pupil.after is None
    }
    names = dict(personal.entries(warehouse, now, (listed | corrected) - gone, NAMING))
    names |= personal.entries(warehouse, then, gone, NAMING)
    before, after = (dict(personal.entries(warehouse, side, corrected, ENTRIES)) for side in (then, now))
    entries = {pupil: (before[pupil], after[pupil]) for pupil in corrected}
    return changes, _Told(True, dict(warehouse.rows(_BIRTHS)), names, entries)


def _together(changes: list[SchoolChange], more: Iterator[SchoolChange]) -> list[SchoolChange]:
    found = {change.school_code: change for change in changes}
    for change in more:
        known = found.setdefault(change.school_code, SchoolChange(change.school_code))
        known.pupils.extend(change.pupils)
        known.pupils.sort(key=lambda pupil: pupil.person_key)
    return [found[code] for code in sorted(found)]


def _lines(changes: list[SchoolChange], told: _Told) -> Iterator[list[str]]:
    for change in changes:
        for pupil in change.pupils:
            about_pupil = change.school_code, pupil.person_key
            sides = told.entries.get(about_pupil, ([""] * len(ENTRIES), [""] * len(ENTRIES)))
            names = told.names.get(about_pupil, [""] * len(NAMING)) if told.has_names else []
            line = [
                f"{change.school_code:010}",
                pupil.person_key.hex(),
                *names,
                _kind(pupil),
                _corrected(pupil, *sides),
            ]
            for values, entries in zip((pupil.before, pupil.after), sides, strict=True):
                line += _shown(values, told, has_birth="birth_key" in pupil.attributes)
                line += entries if told.has_names else []
            yield line


def _corrected(pupil: PupilChange, before: Sequence[str], after: Sequence[str]) -> str:
    """What differs, by the headings of its columns."""
    sealed = (_HEADINGS.get(name, name) for name in pupil.attributes)
    sides = zip(ENTRIES, before, after, strict=True)
    return ", ".join((*sealed, *(column.heading for column, old, new in sides if old != new)))


def _shown(side: Values | None, told: _Told, *, has_birth: bool) -> list[str]:
    """A side's cells. A birth date that is not told stands there by its key, and only where it is what was corrected."""
    if side is None:
        return [""] * len(_SEALED)
    values: dict[str, object] = dict(zip(CENSUS, side, strict=True))
    key = int(side[CENSUS.index("birth_key")])
    values["birth_key"] = told.births.get(key, f"{key:016x}" if key and has_birth else "")
    return [column.shown(values[column.sealed_as]) for column in _SEALED]


def _kind(pupil: PupilChange) -> str:
    return "ADDED" if pupil.before is None else "REMOVED" if pupil.after is None else "CHANGED"


def _events(changes: list[SchoolChange]) -> Iterator[list[str]]:
    for change in changes:
        for pupil in change.pupils:
            for event in pupil.events:
                day, recorded = format_be(event.effective_date), format_moment(event.recorded_at)
                place = f"{event.topic}/{event.partition}/{event.offset}"
                about_pupil = [f"{change.school_code:010}", pupil.person_key.hex()]
                yield [*about_pupil, event.event_id.hex(), event.kind, day, recorded, place]


def _census(version: Version) -> str:
    return f"{version.academic_year} round {version.round} on {format_be(version.as_of)}"
