"""The bundle for the ministry's central database (EDC; seed A rows 6 and 10): pupils, totals, schools; and corrections.

- `pupils.csv`: a line per pupil on a roll, by school; with names only for a role that may read them (reports/access).
- `totals.csv`: pupils by school, grade and sex. `schools.csv`: every school with its pupils and slice checksum; one that must
  send and sent nothing is ABSENT, not 0.
- a correction bundle holds what differs from an earlier version instead of `pupils.csv`: corrections.py.
- `manifest.json`: version, cut, root, the scope's checksum, lines and SHA-256 of each file.

EDC's own layout is not public: columns are data (exports/data/edc_columns.csv), under the headings DMC gives them.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from schemas.thai_dates import format_be
from snapshots import schools, versions
from snapshots.exports.bundle import Bundle
from snapshots.exports.columns import ExportColumn, wanted
from snapshots.exports.personal import FORMS
from snapshots.reports import folding, grades, sexes
from snapshots.reports.completeness import NAMED
from snapshots.reports.scope import ROWS, Scope, known_schools, school_list
from snapshots.versions import Slice
from warehouse.interface import Warehouse

WHOLE: Final = "edc"
"""The kind of bundle: in the manifest, and in the log of who has read names."""

_ORDER: Final = "ORDER BY school_code, grade, room, student_number, person_key"
LAYOUT: Final = "EDC's own layout is not public; columns and headings: thabian, snapshots/exports/data/edc_columns.csv"
_TOTALS: Final = "SELECT school_code, grade, sex, count() FROM ({rows}) GROUP BY school_code, grade, sex"


def write(warehouse: Warehouse, scope: Scope, bundle: Bundle, *, has_names: bool = False) -> None:
    """The whole bundle of a scope. Who may have names in it is for the caller to settle first (reports.access)."""
    columns = wanted(has_names=has_names)
    header = [column.heading for column in columns]
    bundle.write_csv("pupils.csv", header, _pupils(warehouse, scope, columns, has_names=has_names))
    write_sums(warehouse, scope, bundle)
    bundle.write_manifest({"bundle": WHOLE, **about(scope), "has_names": has_names})


def _pupils(
    warehouse: Warehouse, scope: Scope, columns: Sequence[ExportColumn], *, has_names: bool
) -> Iterator[list[str]]:
    fields = ", ".join(FORMS.get(column.field, column.field) for column in columns)
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


def write_sums(warehouse: Warehouse, scope: Scope, bundle: Bundle) -> None:
    """The files of both kinds of bundles: totals, and schools."""
    totals = sorted(
        warehouse.rows(_TOTALS.format(rows=scope.rows), scope.parameters),
        key=lambda row: (row[0], grades.place(row[1]), sexes.place(row[2])),
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


def about(scope: Scope) -> dict[str, Any]:
    """What a manifest says of the version and the scope."""
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
