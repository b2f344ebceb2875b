"""Expected schools that sent nothing below the cut: ABSENT, not 0 (semantics 6.3)."""

from typing import Final

from snapshots import schools
from snapshots.reports import affiliations, thai_order
from snapshots.reports.scope import Scope, school_list
from snapshots.table import Column, RowKind, Table, TableRow
from warehouse.interface import Warehouse

NAME: Final = "missing-schools"
TITLE: Final = "โรงเรียนที่ต้องส่งข้อมูลแต่ยังไม่ส่ง (ABSENT)"


def table(warehouse: Warehouse, scope: Scope) -> Table:
    """The report over a scope, by area and name as a Thai dictionary sorts."""
    absent = [
        school for school in schools.absent(warehouse, scope.version, school_list(scope.version)) if scope.holds(school)
    ]
    order = thai_order.places(warehouse, (text for school in absent for text in (school.area, school.name)))
    absent.sort(key=lambda school: (school.affiliation, order[school.area], order[school.name], school.code))
    columns = (
        Column("affiliation", "สังกัด"),
        Column("area", "เขตพื้นที่/สำนักงานเขต"),
        Column("school_code", "รหัสโรงเรียน"),
        Column("school", "โรงเรียน"),
        Column("schools", "จำนวน", is_number=True),
    )
    rows = [TableRow((affiliations.label(one.affiliation), one.area, f"{one.code:010}", one.name, 1)) for one in absent]
    rows.append(TableRow(("", "", "", "รวม", len(absent)), RowKind.TOTAL))
    return Table(NAME, TITLE, scope.title, columns, tuple(rows), scope.origin())
