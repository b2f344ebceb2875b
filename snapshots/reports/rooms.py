"""A line per room: boys, girls and total, by school, grade and room (seed B list 1, จำแนกตามชั้น เพศ และห้องเรียน)."""

from collections import Counter
from itertools import groupby
from typing import Final

from snapshots.reports import grades, sexes
from snapshots.reports.scope import Scope
from snapshots.table import Cell, Column, RowKind, Table, TableRow
from warehouse.interface import Warehouse

NAME: Final = "rooms"
TITLE: Final = "จำนวนนักเรียนรายห้องเรียน จำแนกตามชั้นและเพศ"
_COUNTS: Final = """
SELECT school_code, grade, room, sex, count() FROM ({rows}) GROUP BY school_code, grade, room, sex
"""
Key = tuple[int, str, str]
"""(school, grade, room)."""


def table(warehouse: Warehouse, scope: Scope) -> Table:
    """The report over a scope: by school code, then in the ministry's order of grades, rooms by number."""
    counts: dict[Key, Counter[str]] = {}
    for school, grade, room, sex, pupils in warehouse.rows(_COUNTS.format(rows=scope.rows), scope.parameters):
        counts.setdefault((school, grade, room), Counter())[sex] = pupils
    return lay_out(counts, scope)


def lay_out(counts: dict[Key, Counter[str]], scope: Scope) -> Table:
    """The table: a line per room, a subtotal per school where there are several, and the total."""
    there = sexes.found_or_listed(sex for count in counts.values() for sex in count)
    columns = (
        Column("school_code", "รหัสโรงเรียน"),
        Column("grade", "รหัสชั้น"),
        Column("label", "ชั้น"),
        Column("room", "ห้อง"),
        *sexes.columns(there),
        Column("total", "รวม", is_number=True),
    )
    rows: list[TableRow] = []
    has_several = len({school for school, _, _ in counts}) > 1
    for school, keys in groupby(sorted(counts, key=_place), lambda key: key[0]):
        found = list(keys)
        code = f"{school:010}"
        rows += [
            _row((code, grade, grades.label(grade), room), [counts[key]], there)
            for key in found
            for _, grade, room in [key]
        ]
        if has_several:
            rows.append(_row((code, "", "รวมโรงเรียน", ""), [counts[key] for key in found], there, RowKind.SUBTOTAL))
    rows.append(_row(("", "", "รวมทั้งหมด", ""), list(counts.values()), there, RowKind.TOTAL))
    return Table(NAME, TITLE, scope.title, columns, tuple(rows), scope.origin())


def room_place(room: str) -> tuple[bool, int, str]:
    """Sorts rooms: 1, 2, 10, then those that are no numbers, then none."""
    is_number = room.isascii() and room.isdigit()
    return not room, int(room) if is_number else 2**63, room


def _place(key: Key) -> tuple[int, tuple[int, str], tuple[bool, int, str]]:
    return key[0], grades.place(key[1]), room_place(key[2])


def _row(head: tuple[str, ...], parts: list[Counter[str]], there: list[str], kind: RowKind = RowKind.ROW) -> TableRow:
    whole: Counter[str] = Counter()
    for part in parts:
        whole.update(part)
    numbers: list[Cell] = [*(whole[sex] for sex in there), whole.total()]
    return TableRow((*head, *numbers), kind)
