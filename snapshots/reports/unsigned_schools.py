"""Expected schools whose slice of the version their director has not signed: never, not yet again, or another slice."""

from typing import Final

from snapshots.reports import affiliations, thai_order
from snapshots.reports.scope import Scope, known_schools
from snapshots.rounds.standing import Standing, standing
from snapshots.schools import School
from snapshots.table import Column, RowKind, Table, TableRow
from warehouse.interface import Warehouse

NAME: Final = "unsigned-schools"
TITLE: Final = "โรงเรียนที่ยังไม่รับรองข้อมูลของฉบับนี้"
_LABELS: Final = {
    "RECORDING": "ยังไม่ยืนยัน",
    "CONFIRMED": "ยืนยันแล้ว ยังไม่รับรอง",
    "RETURNED": "ส่งคืนให้แก้ไข",
    "CERTIFIED": "รับรองแล้ว",
    "ACKNOWLEDGED": "รับรองแล้ว เขตรับทราบแล้ว",
}
_CHANGED: Final = "ข้อมูลเปลี่ยนหลังรับรอง (CHANGED_SINCE_SIGNED)"


def table(warehouse: Warehouse, scope: Scope) -> Table:
    """The report over a scope, by area and name as a Thai dictionary sorts."""
    stands = standing(warehouse, scope.version)
    nothing = Standing("RECORDING", is_changed=False)
    known = known_schools(warehouse, scope.version).values()
    found = [
        (one, stand)
        for one in known
        if one.is_expected and scope.holds(one) and not (stand := stands.get(one.code, nothing)).is_signed
    ]
    order = thai_order.places(warehouse, (text for one, _ in found for text in (one.area, one.name)))
    found.sort(key=lambda pair: (pair[0].affiliation, order[pair[0].area], order[pair[0].name], pair[0].code))
    columns = (
        Column("affiliation", "สังกัด"),
        Column("area", "เขตพื้นที่/สำนักงานเขต"),
        Column("school_code", "รหัสโรงเรียน"),
        Column("school", "โรงเรียน"),
        Column("state", "สถานะ"),
        Column("schools", "จำนวน", is_number=True),
    )
    rows = [_row(one, stand) for one, stand in found]
    rows.append(TableRow(("", "", "", "รวม", "", len(found)), RowKind.TOTAL))
    return Table(NAME, TITLE, scope.title, columns, tuple(rows), scope.origin())


def _row(one: School, stand: Standing) -> TableRow:
    affiliation = affiliations.label(one.affiliation)
    return TableRow((affiliation, one.area, f"{one.code:010}", one.name, signature(stand), 1))


def signature(stand: Standing) -> str:
    """How far a school's signature has come, for people."""
    return _CHANGED if stand.is_changed else _LABELS[stand.state]
