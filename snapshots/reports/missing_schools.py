"""Expected schools that sent nothing below the cut: ABSENT, not 0 (semantics 6.3)."""

from typing import Final

from snapshots import schools
from snapshots.reports import affiliations, thai_order
from snapshots.reports.scope import Scope, school_list
from snapshots.schools import School
from snapshots.table import Column, RowKind, Table, TableRow
from warehouse.interface import Warehouse

NAME: Final = "missing-schools"
TITLE: Final = "โรงเรียนที่ต้องส่งข้อมูลแต่ยังไม่ส่ง (ABSENT)"


def table(warehouse: Warehouse, scope: Scope) -> Table:
    """The report over a scope, by area and name as a Thai dictionary sorts."""
    found = absent(warehouse, scope)
    columns = (
        Column("affiliation", "สังกัด"),
        Column("area", "เขตพื้นที่/สำนักงานเขต"),
        Column("school_code", "รหัสโรงเรียน"),
        Column("school", "โรงเรียน"),
        Column("schools", "จำนวน", is_number=True),
    )
    rows = [TableRow((affiliations.label(one.affiliation), one.area, f"{one.code:010}", one.name, 1)) for one in found]
    rows.append(TableRow(("", "", "", "รวม", len(found)), RowKind.TOTAL))
    return Table(NAME, TITLE, scope.title, columns, tuple(rows), scope.origin())


def absent(warehouse: Warehouse, scope: Scope) -> list[School]:
    """The absent schools of a scope, by affiliation, area and name as a Thai dictionary sorts."""
    found = [one for one in schools.absent(warehouse, scope.version, school_list(scope.version)) if scope.holds(one)]
    order = thai_order.places(warehouse, (text for one in found for text in (one.area, one.name)))
    return sorted(found, key=lambda one: (one.affiliation, order[one.area], order[one.name], one.code))
