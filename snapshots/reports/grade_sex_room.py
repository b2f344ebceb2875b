"""Boys, girls, total and rooms by grade, in the ministry's order with its five subtotals (domain 1.3 list 1, 1.6).

Every pupil on the roll stands in exactly one row: grades outside the code list, and none, have rows of their own, as sexes
have columns, so that every total adds up (semantics 5.6). Rooms: distinct rooms per grade and school among its pupils.
"""

from collections import Counter
from dataclasses import dataclass, field

from snapshots.reports import grades, sexes
from snapshots.reports.scope import Scope
from snapshots.table import Cell, Column, Pyramid, RowKind, Table, TableRow
from warehouse.interface import Warehouse

NAME = "grade-sex-room"
TITLE = "จำนวนนักเรียนและห้องเรียน จำแนกตามชั้นและเพศ"

_COUNTS = """
SELECT grade, sex, sum(pupils), sum(rooms)
FROM (
    SELECT school_code, grade, sex, count() AS pupils, 0 AS rooms FROM ({rows}) GROUP BY school_code, grade, sex
    UNION ALL
    SELECT school_code, grade, '' AS sex, 0, uniqExactIf(room, room != '') FROM ({rows}) GROUP BY school_code, grade
)
GROUP BY grade, sex
"""


@dataclass(slots=True)
class Count:
    """Pupils by sex, and rooms."""

    pupils: Counter[str] = field(default_factory=Counter)
    rooms: int = 0

    def add(self, other: "Count") -> None:
        """Add another count to this one."""
        self.pupils.update(other.pupils)
        self.rooms += other.rooms


def table(warehouse: Warehouse, scope: Scope) -> Table:
    """The report over a scope."""
    return lay_out(counted(warehouse, scope), scope)


def counted(warehouse: Warehouse, scope: Scope) -> dict[str, Count]:
    """Counts by grade code."""
    counts: dict[str, Count] = {}
    for grade, sex, pupils, rooms in warehouse.rows(_COUNTS.format(rows=scope.rows), scope.parameters):
        counts.setdefault(grade, Count()).add(Count(Counter({sex: pupils} if pupils else {}), rooms))
    return counts


def lay_out(counts: dict[str, Count], scope: Scope) -> Table:
    """The table of counts by grade code."""
    there = sexes.found_or_listed(sex for count in counts.values() for sex in count.pupils)
    columns = (
        Column("grade", "รหัสชั้น"),
        Column("label", "ชั้น"),
        *sexes.columns(there),
        Column("total", "รวม", is_number=True),
        Column("rooms", "ห้องเรียน", is_number=True),
    )
    rows = tuple(_row(line, counts, there) for line in grades.lines(counts))
    return Table(NAME, TITLE, scope.title, columns, rows, scope.origin(), (_figure(counts),))


def _figure(counts: dict[str, Count]) -> Pyramid:
    """Grades from the lowest up, boys against girls; grades nobody is in only between others."""
    lines = [line for line in grades.lines(counts) if line.kind is RowKind.ROW]
    found = [(line.label, counts.get(line.code, Count()).pupils) for line in lines]
    pairs = [(label, pupils["M"], pupils["F"]) for label, pupils in found]
    there = [at for at, (_, boys, girls) in enumerate(pairs) if boys or girls] or [0]
    return Pyramid("ปิรามิดนักเรียนตามชั้นและเพศ", "ชาย", "หญิง", tuple(pairs[there[0] : there[-1] + 1]))


def _row(line: grades.Line, counts: dict[str, Count], there: list[str]) -> TableRow:
    whole = Count()
    for grade in line.members:
        whole.add(counts.get(grade, Count()))
    numbers: list[Cell] = [*(whole.pupils[sex] for sex in there), whole.pupils.total(), whole.rooms]
    return TableRow((line.code, line.label, *numbers), line.kind)
