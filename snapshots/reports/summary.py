"""Areas and districts by affiliation: pupils, and which of the schools that must send have sent (semantics 6.3).

A school that sent nothing is absent: it has no pupils to add, and it is not 0. Schools that are not in the schools table
stand in a line without an area, so that the lines add up to the roll.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from snapshots import schools
from snapshots.reports import affiliations, sexes, thai_order
from snapshots.reports.grades import NONE
from snapshots.reports.scope import Scope, known_schools, school_list
from snapshots.rounds.standing import standing
from snapshots.table import Column, RowKind, Table, TableRow
from warehouse.interface import Warehouse

NAME: Final = "summary"
TITLE: Final = "สรุปจำนวนนักเรียนและการส่งข้อมูล รายเขตพื้นที่/สำนักงานเขต และสังกัด"
_COUNTS: Final = "SELECT school_code, sex, count() FROM ({rows}) GROUP BY school_code, sex"


@dataclass(slots=True)
class Sum:
    """Schools that must send, that sent and that did not; that signed, that did not and whose slice changed since; pupils."""

    expected: int = 0
    sent: int = 0
    absent: int = 0
    signed: int = 0
    changed: int = 0
    pupils: Counter[str] = field(default_factory=Counter)

    def add(self, other: "Sum") -> None:
        """Add another sum to this one."""
        self.expected += other.expected
        self.sent += other.sent
        self.absent += other.absent
        self.signed += other.signed
        self.changed += other.changed
        self.pupils.update(other.pupils)


Sums = dict[tuple[str, str], Sum]
"""By (affiliation, area)."""


def table(warehouse: Warehouse, scope: Scope) -> Table:
    """The report over a scope."""
    sums = summed(warehouse, scope)
    return lay_out(sums, scope, thai_order.places(warehouse, (area for _, area in sums)))


def summed(warehouse: Warehouse, scope: Scope) -> Sums:
    """The sums of a scope."""
    known = {code: one for code, one in known_schools(warehouse, scope.version).items() if scope.holds(one)}
    absent = {
        one.code for one in schools.absent(warehouse, scope.version, school_list(scope.version)) if scope.holds(one)
    }
    stands = standing(warehouse, scope.version)
    sums: Sums = {}
    for code, one in known.items():
        found = sums.setdefault((one.affiliation, one.area), Sum())
        found.expected += one.is_expected
        found.absent += code in absent
        found.sent += one.is_expected and code not in absent
        stand = stands.get(code)
        found.signed += one.is_expected and stand is not None and stand.is_signed
        found.changed += one.is_expected and stand is not None and stand.is_changed
    for code, sex, pupils in warehouse.rows(_COUNTS.format(rows=scope.rows), scope.parameters):
        area = known[code].area if code in known else ""
        affiliation = known[code].affiliation if code in known else f"{code:010}"[:2]
        sums.setdefault((affiliation, area), Sum()).pupils[sex] += pupils
    return sums


def lay_out(sums: Sums, scope: Scope, order: Mapping[str, int]) -> Table:
    """A line per area, a subtotal per affiliation, the total."""
    there = sexes.found_or_listed(sex for item in sums.values() for sex in item.pupils)
    columns = (
        Column("affiliation", "สังกัด"),
        Column("area", "เขตพื้นที่/สำนักงานเขต"),
        Column("expected", "โรงเรียนที่ต้องส่ง", is_number=True),
        Column("sent", "ส่งแล้ว", is_number=True),
        Column("absent", "ยังไม่ส่ง", is_number=True),
        Column("signed", "รับรองแล้ว", is_number=True),
        Column("unsigned", "ยังไม่รับรอง", is_number=True),
        Column("changed", "เปลี่ยนหลังรับรอง", is_number=True),
        *sexes.columns(there),
        Column("total", "รวม", is_number=True),
    )
    rows: list[TableRow] = []
    whole = Sum()
    for affiliation in sorted({affiliation for affiliation, _ in sums}):
        part = Sum()
        areas = sorted((area for of, area in sums if of == affiliation), key=lambda area: (not area, order[area]))
        for area in areas:
            part.add(sums[affiliation, area])
            rows.append(_row(affiliations.label(affiliation), area or f"เขต{NONE}", sums[affiliation, area], there))
        rows.append(_row(f"รวม {affiliations.label(affiliation)}", "", part, there, RowKind.SUBTOTAL))
        whole.add(part)
    rows.append(_row("รวมทั้งหมด", "", whole, there, RowKind.TOTAL))
    return Table(NAME, TITLE, scope.title, columns, tuple(rows), scope.origin())


def _row(affiliation: str, area: str, item: Sum, there: list[str], kind: RowKind = RowKind.ROW) -> TableRow:
    by_sex = (item.pupils[sex] for sex in there)
    signed = (item.signed, item.expected - item.signed - item.changed, item.changed)
    counts = (item.expected, item.sent, item.absent, *signed, *by_sex, item.pupils.total())
    return TableRow((affiliation, area, *counts), kind)
