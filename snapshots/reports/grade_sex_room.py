"""Boys, girls, total and rooms by grade, in the ministry's order with its five subtotals (domain 1.3 list 1, 1.6).

Every pupil on the roll stands in exactly one row: grades outside the code list, and none, have rows of their own, as sexes
have columns, so that every total adds up (semantics 5.6). Rooms: distinct rooms per grade and school among its pupils.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from schemas import code_lists
from snapshots.reports.scope import ROWS, Scope
from snapshots.table import Cell, Column, RowKind, Table, TableRow
from warehouse.interface import Warehouse

NAME = "grade-sex-room"
TITLE = "จำนวนนักเรียนและห้องเรียน จำแนกตามชั้นและเพศ"

_COUNTS = f"""
SELECT grade, sex, sum(pupils), sum(rooms)
FROM (
    SELECT school_code, grade, sex, count() AS pupils, 0 AS rooms FROM ({ROWS}) GROUP BY school_code, grade, sex
    UNION ALL
    SELECT school_code, grade, '' AS sex, 0, uniqExactIf(room, room != '') FROM ({ROWS}) GROUP BY school_code, grade
)
GROUP BY grade, sex
"""

_PARTS = ("PRE_PRIMARY", "PRIMARY", "LOWER_SECONDARY", "UPPER_SECONDARY")
_WHOLE = "ALL"
_NONE = "ไม่ระบุ"


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
    counts: dict[str, Count] = {}
    for grade, sex, pupils, rooms in warehouse.rows(_COUNTS, scope.parameters):
        counts.setdefault(grade, Count()).add(Count(Counter({sex: pupils} if pupils else {}), rooms))
    return lay_out(counts, scope)


def lay_out(counts: dict[str, Count], scope: Scope) -> Table:
    """The table of counts by grade code."""
    known = [entry.code for entry in code_lists.load("sexes").entries]
    other_sexes = sorted({sex for count in counts.values() for sex in count.pupils} - set(known))
    sexes = [*known, *other_sexes]
    columns = (
        Column("grade", "รหัสชั้น"),
        Column("label", "ชั้น"),
        *(Column(_sex_name(sex), _sex_heading(sex), is_number=True) for sex in sexes),
        Column("total", "รวม", is_number=True),
        Column("rooms", "ห้องเรียน", is_number=True),
    )
    rows = tuple(_rows(counts, sexes))
    return Table(NAME, TITLE, scope.title, columns, rows, scope.origin())


def _rows(counts: dict[str, Count], sexes: list[str]) -> Iterable[TableRow]:
    grades = code_lists.load("grades")
    subtotals = code_lists.load("grade_subtotals")
    for part in _PARTS:
        members = subtotals.entry(part).extra["members"].split()
        for grade in members:
            yield _row(grade, grades.entry(grade).label, [counts.get(grade, Count())], sexes, RowKind.ROW)
        found = [counts[grade] for grade in members if grade in counts]
        yield _row("", subtotals.entry(part).label, found, sexes, RowKind.SUBTOTAL)
    for grade in sorted(counts.keys() - grades.codes):
        label = f"ชั้นนอกรายการ: {grade}" if grade else f"ชั้น{_NONE}"
        yield _row(grade, label, [counts[grade]], sexes, RowKind.ROW)
    yield _row("", subtotals.entry(_WHOLE).label, counts.values(), sexes, RowKind.TOTAL)


def _row(code: str, label: str, counts: Iterable[Count], sexes: list[str], kind: RowKind) -> TableRow:
    whole = Count()
    for count in counts:
        whole.add(count)
    numbers: list[Cell] = [*(whole.pupils[sex] for sex in sexes), whole.pupils.total(), whole.rooms]
    return TableRow((code, label, *numbers), kind)


def _sex_name(sex: str) -> str:
    return {"M": "boys", "F": "girls", "": "sex_none"}.get(sex, f"sex_{sex}")


def _sex_heading(sex: str) -> str:
    sexes = code_lists.load("sexes")
    if sex in sexes.codes:
        return sexes.entry(sex).label
    return f"เพศนอกรายการ: {sex}" if sex else f"เพศ{_NONE}"
