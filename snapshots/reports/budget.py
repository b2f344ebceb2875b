"""What the Budget Bureau is told (seed A row 11): per affiliation and level, the roll and those the budget is reckoned on.

Counts alone: rates per head are not in the register. Who is funded is what reports/funding says.
"""

from collections import Counter
from typing import Final

from schemas import code_lists
from snapshots.reports import affiliations as named
from snapshots.reports import funding
from snapshots.reports.grades import NONE
from snapshots.reports.scope import Scope
from snapshots.table import Column, RowKind, Table, TableRow
from warehouse.interface import Warehouse

NAME: Final = "budget"
TITLE: Final = "จำนวนนักเรียนเพื่อรายงานสำนักงบประมาณ จำแนกตามสังกัดและระดับ"
_LEVELS: Final = ("PRE_PRIMARY", "PRIMARY", "LOWER_SECONDARY", "UPPER_SECONDARY", "")
_COLUMNS: Final = (
    Column("affiliation", "สังกัด"),
    Column("level", "ระดับ"),
    Column("roll", "นักเรียนทั้งหมด", is_number=True),
    Column("funded", "ใช้คำนวณงบประมาณ", is_number=True),
    Column("not_funded", "ไม่ใช้คำนวณ", is_number=True),
)
Counts = Counter[tuple[str, str, bool]]
"""Pupils by (affiliation, level, funded or not)."""


def table(warehouse: Warehouse, scope: Scope) -> Table:
    """The report over a scope."""
    levels = {grade: level for level in _LEVELS if level for grade in _members(level)}
    counts: Counts = Counter()
    for school, cells in funding.question(warehouse, scope).by_school(warehouse).items():
        for (reason, grade, _), pupils in cells.items():
            counts[f"{school:010}"[:2], levels.get(grade, ""), reason == funding.FUNDED] += pupils
    return lay_out(counts, scope)


def lay_out(counts: Counts, scope: Scope) -> Table:
    """A line per level, a subtotal per affiliation, the total."""
    rows: list[TableRow] = []
    affiliations = sorted({affiliation for affiliation, _, _ in counts})
    for affiliation in affiliations:
        name = named.label(affiliation)
        there = [level for level in _LEVELS if level or any(key[:2] == (affiliation, "") for key in counts)]
        rows += [_row(name, _level(level), counts, [affiliation], [level]) for level in there]
        rows.append(_row(f"รวม {name}", "", counts, [affiliation], _LEVELS, RowKind.SUBTOTAL))
    rows.append(_row("รวมทั้งหมด", "", counts, affiliations, _LEVELS, RowKind.TOTAL))
    return Table(NAME, TITLE, scope.title, _COLUMNS, tuple(rows), scope.origin())


def _row(
    name: str,
    level_name: str,
    counts: Counts,
    affiliations: list[str],
    levels: tuple[str, ...] | list[str],
    kind: RowKind = RowKind.ROW,
) -> TableRow:
    funded, other = (
        sum(counts[affiliation, level, is_funded] for affiliation in affiliations for level in levels)
        for is_funded in (True, False)
    )
    return TableRow((name, level_name, funded + other, funded, other), kind)


def _members(level: str) -> list[str]:
    return code_lists.load("grade_subtotals").entry(level).extra["members"].split()


def _level(level: str) -> str:
    return code_lists.load("grade_subtotals").entry(level).label.removeprefix("รวม").strip() if level else f"ชั้น{NONE}"
