"""Lists of pupils: without names by grade, room and student number; with names from persons for those who may (access.py).

Names are those of the version: what persons holds of the events below its cut, by the census's own rule 5.6.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final

from schemas.thai_dates import format_be
from snapshots.reports import access, folding, grades, sexes, thai_order
from snapshots.reports.access import Access
from snapshots.reports.completeness import NAMED
from snapshots.reports.pupil_lists import LISTS, Pupil, pupils
from snapshots.reports.scope import Scope
from snapshots.table import Cell, Column, RowKind, Table, TableRow
from warehouse.interface import Warehouse

NAME: Final = "roster"
_SELECT: Final = """
SELECT school_code, person_key, if(sent_number != '', sent_number, number), title, first_name, middle_name, last_name,
       births > 0, birth_day
FROM named LEFT ANY JOIN numbers USING person_key
"""
_HEAD: Final = (
    Column("school_code", "รหัสโรงเรียน"),
    Column("grade", "ชั้น"),
    Column("room", "ห้อง"),
    Column("student_number", "เลขประจำตัวนักเรียน"),
    Column("sex", "เพศ"),
)
_NAMES: Final = (
    Column("person_id", "เลขประจำตัว 13 หลัก"),
    Column("name", "ชื่อ"),
    Column("last_name", "นามสกุล"),
    Column("birth_date", "วันเกิด"),
)


@dataclass(frozen=True, slots=True)
class Named:
    """What persons holds of a pupil, as a list shows it. Empty: nothing."""

    person_id: str = ""
    title: str = ""
    first_name: str = ""
    middle_name: str = ""
    last_name: str = ""
    birth_date: str = ""

    @property
    def name(self) -> str:
        """With the title, which no list is sorted by."""
        return " ".join(part for part in (f"{self.title}{self.first_name}", self.middle_name) if part)

    @property
    def sorted_by(self) -> tuple[str, str, str]:
        """What a register is sorted by."""
        return self.first_name, self.last_name, self.middle_name


def table(warehouse: Warehouse, scope: Scope, list_name: str) -> Table:
    """A list without names."""
    return _table(scope, list_name, [(pupil, None) for pupil in pupils(warehouse, scope, list_name)])


def table_with_names(warehouse: Warehouse, scope: Scope, list_name: str, reading: Access) -> Table:
    """A list with names, in a room by first, then last name, as in a Thai dictionary. ACCESS_REFUSED unless the role may.

    The reading is written down before the first name is read.
    """
    access.permit(reading.role, reading.actor, reading.purpose, scope)
    access.record(warehouse, reading)
    found = pupils(warehouse, scope, list_name)
    names = _names(warehouse, scope)
    lines = [(pupil, names.get((pupil.school_code, pupil.person_key), Named())) for pupil in found]
    order = thai_order.places(warehouse, (text for _, named in lines for text in named.sorted_by))
    lines.sort(key=_in_room(order.__getitem__))
    return _table(scope, list_name, [*lines])


def _in_room(place: Callable[[str], int]) -> Callable[[tuple[Pupil, Named]], tuple[object, ...]]:
    return lambda line: (*line[0].place[:3], *map(place, line[1].sorted_by), line[0].place[3])


def _names(warehouse: Warehouse, scope: Scope) -> dict[tuple[int, bytes], Named]:
    names = {}
    for row in folding.rows(warehouse, scope, _SELECT, NAMED):
        school, key, number, title, first, middle, last, has_birth, birth = row
        names[school, key] = Named(number, title, first, middle, last, _shown(birth) if has_birth else "")
    return names


def _shown(day: date) -> str:
    return format_be(day, "slash")


def _table(scope: Scope, list_name: str, lines: list[tuple[Pupil, Named | None]]) -> Table:
    has_names = any(named for _, named in lines)
    category = (Column("category", "ประเภท"),) if any(pupil.category for pupil, _ in lines) else ()
    columns = (Column("number", "ที่", is_number=True), *_HEAD, *(_NAMES if has_names else ()), *category)
    rows = [
        TableRow((at, *_head(pupil), *(_named(named) if named else ()), *([pupil.category] if category else [])))
        for at, (pupil, named) in enumerate(lines, 1)
    ]
    blank: list[Cell] = [""] * (len(columns) - 2)
    rows.append(TableRow((len(lines), "รวม (คน)", *blank), RowKind.TOTAL))
    return Table(f"{NAME}-{list_name}", LISTS[list_name], scope.title, columns, tuple(rows), scope.origin())


def _head(pupil: Pupil) -> tuple[str, ...]:
    return (
        f"{pupil.school_code:010}",
        grades.label(pupil.grade),
        pupil.room,
        pupil.student_number,
        sexes.label(pupil.sex),
    )


def _named(named: Named) -> tuple[str, ...]:
    return named.person_id, named.name, named.last_name, named.birth_date
