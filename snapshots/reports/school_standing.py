"""Every expected school in a line: what became of its messages, what is found about it, who signed (semantics 6.3).

One that sent nothing is ABSENT, not 0. Messages that name no school that is known here, as those nobody could read, have a
line of their own, so that the lines add up to the receipts below the cut.
"""

from collections import Counter
from typing import Final

from snapshots import schools, versions
from snapshots.findings_register.counts import standing_by_school
from snapshots.fold import Fold
from snapshots.reports import thai_order
from snapshots.reports.scope import Scope, known_schools, school_list
from snapshots.reports.unsigned_schools import signature
from snapshots.rounds.standing import Standing, standing
from snapshots.schools import School
from snapshots.table import Column, RowKind, Table, TableRow
from warehouse.interface import Warehouse

NAME: Final = "schools"
TITLE: Final = "สถานะการส่งข้อมูลและการรับรอง รายโรงเรียน"
OUTCOMES: Final = ("ACCEPTED", "DUPLICATE", "CONFLICT", "REJECTED", "DEAD_LETTER", "LOST")
_LABELS: Final = ("รับแล้ว", "ส่งซ้ำ", "ขัดแย้ง", "ปฏิเสธ", "อ่านไม่ได้", "สูญหาย")
_RECEIPTS: Final = """
SELECT school_code, toString(outcome), count() FROM receipts FINAL WHERE {in_cut} GROUP BY school_code, outcome
"""
_UNKNOWN: Final = "ไม่ทราบโรงเรียน"
_NOBODY: Final = Standing("RECORDING", is_changed=False)


def table(warehouse: Warehouse, scope: Scope) -> Table:
    """The report over a scope, by area and name as a Thai dictionary sorts, with what names no known school of it."""
    listed = known_schools(warehouse, scope.version)
    known = {code: one for code, one in listed.items() if scope.holds(one)}
    told = _received(warehouse, scope)
    pupils = {item.school_code: item.pupils for item in versions.slices(warehouse, scope.version)}
    absent = {one.code for one in schools.absent(warehouse, scope.version, school_list(scope.version))}
    findings, signed = standing_by_school(warehouse), standing(warehouse, scope.version)
    rows = [
        _row(
            one,
            "ABSENT" if one.code in absent else "",
            (*(told[one.code, outcome] for outcome in OUTCOMES), findings[one.code], pupils.get(one.code, 0)),
            signature(signed.get(one.code, _NOBODY)),
        )
        for one in _in_order(warehouse, known)
    ]
    strangers = scope.among({*(code for code, _ in told), *findings, *pupils}) - listed.keys()
    if scope.is_whole or strangers:
        rows.append(_of_strangers(strangers, told, findings, pupils))
    rows.append(_total(rows))
    return Table(NAME, TITLE, scope.title, _columns(), tuple(rows), scope.origin())


def _received(warehouse: Warehouse, scope: Scope) -> Counter[tuple[int, str]]:
    """Messages below the cut by (school, outcome)."""
    version = scope.version
    fold = Fold(warehouse, version.academic_year, version.as_of, versions.cut_of(warehouse, version.cut))
    rows = warehouse.rows(fold.filled(_RECEIPTS), fold.parameters())
    return Counter({(school, outcome): count for school, outcome, count in rows})


def _in_order(warehouse: Warehouse, known: dict[int, School]) -> list[School]:
    order = thai_order.places(warehouse, (text for one in known.values() for text in (one.area, one.name)))
    return sorted(known.values(), key=lambda one: (one.affiliation, order[one.area], order[one.name], one.code))


def _columns() -> tuple[Column, ...]:
    return (
        Column("area", "เขตพื้นที่/สำนักงานเขต"),
        Column("school_code", "รหัสโรงเรียน"),
        Column("school", "โรงเรียน"),
        Column("absent", "การส่งข้อมูล"),
        *(Column(outcome.lower(), label, is_number=True) for outcome, label in zip(OUTCOMES, _LABELS, strict=True)),
        Column("findings", "ข้อค้นพบที่ยังเปิด", is_number=True),
        Column("pupils", "นักเรียน", is_number=True),
        Column("signature", "การรับรอง"),
    )


def _row(one: School, absent: str, counts: tuple[int, ...], signed: str) -> TableRow:
    return TableRow((one.area, f"{one.code:010}", one.name, absent, *counts, signed))


def _of_strangers(
    codes: set[int], told: Counter[tuple[int, str]], findings: Counter[int], pupils: dict[int, int]
) -> TableRow:
    """What is of schools that are not in the list, or of none."""
    outcomes = (sum(told[code, outcome] for code in codes) for outcome in OUTCOMES)
    found, rolls = (sum(each.get(code, 0) for code in codes) for each in (findings, pupils))
    return TableRow(("", "", _UNKNOWN, "", *outcomes, found, rolls, ""))


def _total(rows: list[TableRow]) -> TableRow:
    sums = (sum(int(row.cells[at] or 0) for row in rows) for at in range(4, 4 + len(OUTCOMES) + 2))
    return TableRow(("", "", "รวม", "", *sums, ""), RowKind.TOTAL)
