"""Required cells that are empty, by school (seed B step 2: every cell of every column).

Which items are required is data: reports/data/required_items.csv. An item no school can be asked for is not required there.
Counts alone leave this module.
"""

from collections import Counter
from typing import Final

from snapshots.fold import steps
from snapshots.reports import data_files, folding
from snapshots.reports.scope import Scope, known_schools
from snapshots.table import Column, RowKind, Table, TableRow
from warehouse.interface import Warehouse

NAME: Final = "completeness"
TITLE: Final = "ความครบถ้วนของข้อมูล: จำนวนช่องที่ต้องกรอกแต่ยังว่าง รายโรงเรียน"
NAMED: Final = steps("reports/sql/named")
"""The steps that put what persons holds beside the pupils of a fold."""

_ITEMS: Final = tuple(row for row in data_files.rows("required_items") if row["required"] == "1")
_CENSUS: Final = [row["item"] for row in _ITEMS if row["held_in"] == "census"]
_PERSONS: Final = [row["item"] for row in _ITEMS if row["held_in"] == "persons"]


def table(warehouse: Warehouse, scope: Scope) -> Table:
    """The report over a scope: a line per school, by code."""
    pupils, missing = _counted(warehouse, scope)
    names = {code: school.name for code, school in known_schools(warehouse, scope.version).items()}
    rows = [_row(f"{code:010}", names.get(code, ""), pupils[code], missing[code]) for code in sorted(pupils)]
    whole: Counter[str] = Counter()
    for counts in missing.values():
        whole.update(counts)
    rows.append(_row("", "รวม", pupils.total(), whole, RowKind.TOTAL))
    return Table(NAME, TITLE, scope.title, _columns(), tuple(rows), scope.origin())


def _counted(warehouse: Warehouse, scope: Scope) -> tuple[Counter[int], dict[int, Counter[str]]]:
    """Pupils by school, and empty cells by school and item."""
    census = ", ".join(f"countIf(empty(toString({item})) OR toString({item}) = '0')" for item in _CENSUS)
    persons = ", ".join(f"countIf({item} = '')" for item in _PERSONS)
    pupils: Counter[int] = Counter()
    missing: dict[int, Counter[str]] = {}
    found = warehouse.rows(
        f"SELECT school_code, count(), {census} FROM ({scope.rows}) GROUP BY school_code", scope.parameters
    )
    for code, count, *empty in found:
        pupils[code] = count
        missing[code] = Counter(dict(zip(_CENSUS, empty, strict=True)))
    select = f"SELECT school_code, {persons} FROM named GROUP BY school_code"
    for code, *empty in folding.rows(warehouse, scope, select, NAMED):
        missing[code].update(dict(zip(_PERSONS, empty, strict=True)))
    return pupils, missing


def _columns() -> tuple[Column, ...]:
    return (
        Column("school_code", "รหัสโรงเรียน"),
        Column("school", "โรงเรียน"),
        Column("pupils", "นักเรียน", is_number=True),
        *(Column(item["item"], item["label"], is_number=True) for item in _ITEMS),
        Column("missing", "รวมช่องว่าง", is_number=True),
    )


def _row(code: str, name: str, pupils: int, missing: Counter[str], kind: RowKind = RowKind.ROW) -> TableRow:
    return TableRow((code, name, pupils, *(missing[item["item"]] for item in _ITEMS), missing.total()), kind)
