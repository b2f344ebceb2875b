"""Which pupils a list is of: the four rosters a director signs (seed B, lists 2 to 5), the duplicates, or all."""

from dataclasses import dataclass
from typing import Final

from schemas import code_lists
from snapshots.reports import duplicates, id_kinds
from snapshots.reports.attributes import BOARDING, DISABLED, DISADVANTAGED, AttributeReport
from snapshots.reports.grades import place
from snapshots.reports.rooms import room_place
from snapshots.reports.scope import Scope
from warehouse.interface import Row, Warehouse

ALL: Final = "all"
_ATTRIBUTES: Final = {report.name: report for report in (DISADVANTAGED, BOARDING, DISABLED)}
LISTS: Final = {
    ALL: "รายชื่อนักเรียน",
    DISADVANTAGED.name: "รายชื่อนักเรียนด้อยโอกาส",
    BOARDING.name: "รายชื่อนักเรียนพักนอน",
    DISABLED.name: "รายชื่อนักเรียนพิการ",
    id_kinds.NAME: "รายชื่อนักเรียนที่เลข 13 หลักไม่ถูกต้อง (ติด G)",
    duplicates.NAME: "รายชื่อนักเรียนซ้ำซ้อน",
}
"""Names and titles."""

_COLUMNS: Final = "school_code, person_key, grade, room, student_number, sex"


@dataclass(frozen=True, slots=True)
class Pupil:
    """One pupil of a list, pseudonymous. `category`: why the pupil is on it, in Thai; empty: there is no more to say."""

    school_code: int
    person_key: bytes
    grade: str
    room: str
    student_number: str
    sex: str
    category: str

    @property
    def place(self) -> tuple[object, ...]:
        """Sorts by school, the ministry's order of grades, room, and student number."""
        return self.school_code, place(self.grade), room_place(self.room), room_place(self.student_number)


def pupils(warehouse: Warehouse, scope: Scope, name: str) -> list[Pupil]:
    """The pupils of a list, in their order."""
    if name in _ATTRIBUTES:
        found = _by_attribute(warehouse, scope, _ATTRIBUTES[name])
    elif name == id_kinds.NAME:
        found = _by_number(warehouse, scope)
    else:
        found = _plain(warehouse, scope, is_doubled=name == duplicates.NAME)
    return sorted(found, key=lambda pupil: pupil.place)


def _by_attribute(warehouse: Warehouse, scope: Scope, report: AttributeReport) -> list[Pupil]:
    labels = code_lists.load(report.list_name)
    query = f"SELECT {_COLUMNS}, {report.attribute} FROM ({scope.rows}) WHERE {report.counted_sql()}"
    return [
        _pupil(row, labels.entry(row[-1]).label if row[-1] in labels.codes else f"นอกรายการ: {row[-1]}")
        for row in warehouse.rows(query, scope.parameters)
    ]


def _by_number(warehouse: Warehouse, scope: Scope) -> list[Pupil]:
    labels = {item.code: item.label for item in id_kinds.heading().categories}
    query = (
        f"SELECT {_COLUMNS}, id_kind FROM ({scope.rows}) AS roll INNER JOIN ({id_kinds.KINDS}) AS kinds USING person_key"
        f" WHERE id_kind != '{id_kinds.UNKNOWN}'"
    )
    found = warehouse.rows(query, scope.parameters, external=id_kinds.replaced_kinds(warehouse))
    return [_pupil(row, labels[row[-1]]) for row in found]


def _plain(warehouse: Warehouse, scope: Scope, *, is_doubled: bool) -> list[Pupil]:
    query, parameters = f"SELECT {_COLUMNS} FROM ({scope.rows})", dict(scope.parameters)
    if is_doubled:
        doubled, parameters = duplicates.doubled(scope)
        query += f" WHERE person_key IN ({doubled})"
    return [_pupil(row, "") for row in warehouse.rows(query, parameters)]


def _pupil(row: Row, category: str) -> Pupil:
    school, key, grade, room, number, sex, *_ = row
    return Pupil(school, key, grade, room, number, sex, category)
