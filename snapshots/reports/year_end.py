"""What the year's end decided for the pupils on the roll: promoted, repeats, graduated (where to), held over (rule 5.5).

The pupils are those of the version's day; the decisions are those for its academic year that its cut knows, whatever their
date. Undecided and deferred pupils are held over: they stay in the old year (domain 3.5). The columns add up to the roll.
"""

from collections import Counter
from typing import Final

from schemas import code_lists
from snapshots.fold import steps
from snapshots.reports import folding, grades
from snapshots.reports.scope import Scope
from snapshots.table import Column, Table, TableRow
from warehouse.interface import Warehouse

NAME: Final = "year-end"
TITLE: Final = "ผลสิ้นปีการศึกษา: เลื่อนชั้น ซ้ำชั้น จบการศึกษา และยังไม่สามารถจำหน่ายได้"
OUTCOMES: Final = {
    "promoted": "เลื่อนชั้น",
    "repeats": "ซ้ำชั้น",
    "graduated": "จบการศึกษา",
    "deferred": "ค้าง: ยังไม่สามารถจำหน่ายได้",
    "undecided": "ค้าง: รอดำเนินการ",
    "": "ค้าง: ยังไม่มีผล",
}
_SELECT: Final = "SELECT school_code, grade, outcome, destination, count() FROM outcomes GROUP BY 1, 2, 3, 4"
STEPS: Final = steps("reports/sql/year_end")
"""The steps that put what was decided beside the pupils of a fold: `outcomes`."""

Outcomes = Counter[tuple[str, str, str]]
"""Pupils by (grade, outcome, destination)."""


def counted(warehouse: Warehouse, scope: Scope) -> Outcomes:
    """What was decided for the pupils in scope."""
    found: Outcomes = Counter()
    for _, grade, outcome, destination, pupils in folding.rows(warehouse, scope, _SELECT, STEPS):
        found[grade, outcome, destination] += pupils
    return found


def table(warehouse: Warehouse, scope: Scope) -> Table:
    """The report over a scope."""
    return lay_out(counted(warehouse, scope), scope)


def lay_out(found: Outcomes, scope: Scope) -> Table:
    """A line per grade; a column per outcome and per destination that occurs."""
    known = code_lists.load("graduate_destinations")
    destinations = sorted({destination for _, outcome, destination in found if outcome == "graduated"})
    columns = (
        Column("grade", "รหัสชั้น"),
        Column("label", "ชั้น"),
        *(Column(name or "no_decision", heading, is_number=True) for name, heading in OUTCOMES.items()),
        Column("roll", "นักเรียนทั้งหมด", is_number=True),
        *(
            Column(
                f"to_{code or 'not_given'}",
                known.entry(code).label if code in known.codes else f"จบ: {code or grades.NONE}",
                is_number=True,
            )
            for code in destinations
        ),
    )
    rows = tuple(_row(line, found, destinations) for line in grades.lines(grade for grade, _, _ in found))
    return Table(NAME, TITLE, scope.title, columns, rows, scope.origin())


def _row(line: grades.Line, found: Outcomes, destinations: list[str]) -> TableRow:
    members = set(line.members)
    outcomes: Counter[str] = Counter()
    went: Counter[str] = Counter()
    for (grade, outcome, destination), pupils in found.items():
        if grade in members:
            outcomes[outcome] += pupils
            went[destination] += pupils if outcome == "graduated" else 0
    numbers = [*(outcomes[name] for name in OUTCOMES), outcomes.total(), *(went[code] for code in destinations)]
    return TableRow((line.code, line.label, *numbers), line.kind)
