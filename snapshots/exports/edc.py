"""The bundle for the ministry's central database (EDC; seed A rows 6 and 10): pupils, totals, schools; and corrections.

- `pupils.csv`: a line per pupil on a roll, by school; with names only for a role that may read them (reports/access).
- `totals.csv`: pupils by school, grade and sex. `schools.csv`: every school with its pupils and slice checksum; one that must
  send and sent nothing is ABSENT, not 0.
- a correction bundle holds, instead of `pupils.csv`, `corrections.csv`: the pupils that differ from an earlier version, as
  they were and as they are; and `events.csv`: the events behind each. With names: whom each is about, and birth dates;
  without, a corrected birth date by its keys.
- `manifest.json`: version, cut, root, the scope's checksum, lines and SHA-256 of each file.

EDC's own layout is not public: columns are data (exports/data/edc_columns.csv), under the headings DMC gives them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final

from schemas.attributes import CENSUS
from schemas.errors import ThabianError
from schemas.thai_dates import format_be
from snapshots import schools, versions
from snapshots.diff import PupilChange, SchoolChange, Values, diff
from snapshots.exports.bundle import Bundle
from snapshots.exports.columns import COLUMNS, ExportColumn, wanted
from snapshots.moments import format_moment
from snapshots.reports import folding, grades, sexes
from snapshots.reports.completeness import NAMED
from snapshots.reports.scope import ROWS, Scope, known_schools, school_list
from snapshots.versions import Slice, Version
from warehouse.interface import Warehouse

WHOLE: Final = "edc"
CORRECTIONS: Final = "edc-corrections"
"""Kinds of bundles: in the manifest, and in the log of who has read names."""

_EVENT_HEADER: Final = ("รหัสโรงเรียน", "รหัสแทนบุคคล", "event_id", "เหตุการณ์", "มีผลวันที่", "บันทึกเมื่อ", "ตำแหน่ง")
_ORDER: Final = "ORDER BY school_code, grade, room, student_number, person_key"
LAYOUT: Final = "EDC's own layout is not public; columns and headings: thabian, snapshots/exports/data/edc_columns.csv"
_TOTALS: Final = "SELECT school_code, grade, sex, count() FROM ({rows}) GROUP BY school_code, grade, sex"
_FORMS: Final = {
    "school_code": "leftPad(toString(school_code), 10, '0')",
    "person_key": "lower(hex(person_key))",
    "person_id": "if(sent_number != '', sent_number, number)",
    "birth_date": "if(births > 0, toNullable(birth_day), NULL)",
}
_SEALED: Final = [column for column in COLUMNS if column.sealed_as in CENSUS]
_HEADINGS: Final = {column.sealed_as: column.heading for column in _SEALED}
_NAMING: Final = ("person_id", "title", "first_name", "middle_name", "last_name")
"""Fields that say whom a correction is about: no more of a person than that."""

_BIRTHS: Final = "SELECT birth_key, any(birth_date) FROM persons WHERE birth_key != 0 GROUP BY birth_key"
_BIRTH_KEYS: Final = (
    "Where a birth date was corrected, 16 hex digits stand for the old date and 16 for the new one: keys, which say that it"
    " is another date and not which. They are empty where no date was given, and on every other line. A bundle with names"
    " has the dates."
)
_BIRTH_DATES: Final = (
    "Birth dates are dates. Where one was corrected and is not known as a date, 16 hex digits, its key, stand for it."
)
_Pupil = tuple[int, bytes]
"""School code, person_key."""


@dataclass(frozen=True, slots=True)
class _Told:
    """What persons holds of the corrected: dates by birth_key, naming cells by pupil. Nothing without names."""

    births: Mapping[int, date] = field(default_factory=dict)
    names: Mapping[_Pupil, list[str]] = field(default_factory=dict)
    no_names: Sequence[str] = ()


def write(warehouse: Warehouse, scope: Scope, bundle: Bundle, *, has_names: bool = False) -> None:
    """The whole bundle of a scope. Who may have names in it is for the caller to settle first (reports.access)."""
    columns = wanted(has_names=has_names)
    header = [column.heading for column in columns]
    bundle.write_csv("pupils.csv", header, _pupils(warehouse, scope, columns, has_names=has_names))
    _write_sums(warehouse, scope, bundle)
    bundle.write_manifest({"bundle": WHOLE, **_about(scope), "has_names": has_names})


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


def write_corrections(
    warehouse: Warehouse, scope: Scope, earlier: Version, bundle: Bundle, *, has_names: bool = False
) -> None:
    """What changed since an earlier version, with the events behind it. Who may have names: as for `write`."""
    changes = [change for change in diff(warehouse, earlier, scope.version) if _is_in(scope, change)]
    naming = [column for column in COLUMNS if has_names and column.field in _NAMING]
    told = _told(warehouse, scope, earlier, changes, naming) if has_names else _Told()
    header = ["รหัสโรงเรียน", "รหัสแทนบุคคล", *(column.heading for column in naming), "การแก้ไข", "รายการที่แก้"]
    header += [f"{column.heading} ({when})" for when in ("เดิม", "ใหม่") for column in _SEALED]
    bundle.write_csv("corrections.csv", header, _corrections(changes, told))
    bundle.write_csv("events.csv", _EVENT_HEADER, _events(changes))
    _write_sums(warehouse, scope, bundle)
    since = {"since": earlier.version, "since_root": earlier.root.hex()}
    notes = {"birth_dates": _BIRTH_DATES if has_names else _BIRTH_KEYS}
    bundle.write_manifest({"bundle": CORRECTIONS, **_about(scope), **since, "has_names": has_names, **notes})


def _pupils(
    warehouse: Warehouse, scope: Scope, columns: Sequence[ExportColumn], *, has_names: bool
) -> Iterator[list[str]]:
    fields = ", ".join(_FORMS.get(column.field, column.field) for column in columns)
    if has_names:
        select = (
            f"SELECT school_code, {fields} FROM ({ROWS}) AS sealed LEFT ANY JOIN named USING (school_code, person_key)"
            f" LEFT ANY JOIN numbers USING person_key {_ORDER}"
        )
        found = folding.rows(warehouse, scope, select, NAMED)
    else:
        select = f"SELECT school_code, {fields} FROM ({scope.rows}) {_ORDER}"
        found = (row for block in warehouse.stream(select, scope.parameters) for row in block)
    for _, *values in found:
        yield [column.shown(value) for column, value in zip(columns, values, strict=True)]


def _write_sums(warehouse: Warehouse, scope: Scope, bundle: Bundle) -> None:
    totals = sorted(
        warehouse.rows(_TOTALS.format(rows=scope.rows), scope.parameters),
        key=lambda row: (row[0], grades.place(row[1]), row[2]),
    )
    lines = ((f"{code:010}", grades.label(grade), sexes.label(sex), pupils) for code, grade, sex, pupils in totals)
    bundle.write_csv("totals.csv", ["รหัสโรงเรียน", "ชั้น", "เพศ", "จำนวน"], lines)
    header = ["รหัสโรงเรียน", "โรงเรียน", "เขตพื้นที่/สำนักงานเขต", "สถานะ", "จำนวนนักเรียน", "checksum"]
    bundle.write_csv("schools.csv", header, _schools(warehouse, scope))


def _schools(warehouse: Warehouse, scope: Scope) -> Iterator[list[object]]:
    known = known_schools(warehouse, scope.version)
    for item in _slices(warehouse, scope):
        name, area = (
            (known[item.school_code].name, known[item.school_code].area) if item.school_code in known else ("", "")
        )
        yield [f"{item.school_code:010}", name, area, "SENT", item.pupils, item.checksum.hex()]
    for school in schools.absent(warehouse, scope.version, school_list(scope.version)):
        if scope.holds(school):
            yield [f"{school.code:010}", school.name, school.area, "ABSENT", "", ""]


def _slices(warehouse: Warehouse, scope: Scope) -> Sequence[Slice]:
    if scope.school:
        return [scope.school]
    return scope.part.slices if scope.part else versions.slices(warehouse, scope.version)


def _is_in(scope: Scope, change: SchoolChange) -> bool:
    if scope.school:
        return change.school_code == scope.school.school_code
    return scope.part is None or change.school_code in folding.codes(scope)


def _told(
    warehouse: Warehouse,
    scope: Scope,
    earlier: Version,
    changes: list[SchoolChange],
    naming: Sequence[ExportColumn],
) -> _Told:
    """What persons holds of the pupils that changed; of those no longer on a roll, as the earlier version knew them."""
    present: set[_Pupil] = set()
    gone: set[_Pupil] = set()
    for change in changes:
        for pupil in change.pupils:
            (present if pupil.after else gone).add((change.school_code, pupil.person_key))
    names = dict(_names(warehouse, scope, present, naming))
    names |= _names(warehouse, replace(scope, version=earlier), gone, naming)
    return _Told(dict(warehouse.rows(_BIRTHS)), names, [""] * len(naming))


def _names(
    warehouse: Warehouse, scope: Scope, pupils: set[_Pupil], naming: Sequence[ExportColumn]
) -> Iterator[tuple[_Pupil, list[str]]]:
    if not pupils:
        return
    fields = ", ".join(_FORMS.get(column.field, column.field) for column in naming)
    select = f"SELECT school_code, person_key, {fields} FROM named LEFT ANY JOIN numbers USING person_key"
    for code, key, *values in folding.rows(warehouse, scope, select, NAMED):
        if (code, key) in pupils:
            yield (code, key), [column.shown(value) for column, value in zip(naming, values, strict=True)]


def _corrections(changes: list[SchoolChange], told: _Told) -> Iterator[list[str]]:
    for change in changes:
        for pupil in change.pupils:
            names = told.names.get((change.school_code, pupil.person_key), told.no_names)
            line = [f"{change.school_code:010}", pupil.person_key.hex(), *names, _kind(pupil), _corrected(pupil)]
            for side in (pupil.before, pupil.after):
                line += _shown(side, told, has_birth="birth_key" in pupil.attributes)
            yield line


def _corrected(pupil: PupilChange) -> str:
    """What differs, by the headings of its columns."""
    return ", ".join(_HEADINGS.get(name, name) for name in pupil.attributes)


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
                about = [f"{change.school_code:010}", pupil.person_key.hex()]
                yield [*about, event.event_id.hex(), event.kind, day, recorded, place]


def _census(version: Version) -> str:
    return f"{version.academic_year} round {version.round} on {format_be(version.as_of)}"


def _about(scope: Scope) -> dict[str, Any]:
    version, origin = scope.version, scope.origin()
    return {
        "layout": LAYOUT,
        "version": version.version,
        "academic_year": version.academic_year,
        "round": version.round,
        "as_of": format_be(version.as_of),
        "known_at": origin.known_at,
        "cut": version.cut.hex(),
        "root": version.root.hex(),
        "scope": scope.name,
        "scope_checksum": origin.checksum,
    }
