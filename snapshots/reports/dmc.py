"""The shape DMC publishes its statistics in (domain 1.6): a line per school, 23 level buckets, boys, girls and total of each.

`ปี-รอบ, SMIS[, หมวด]`, then อ.1 to อ.3, รวมก่อนประถม, ป.1 to ป.6, … , รวมทั้งหมด; in แยกชั้น,เพศ rooms too.
Which names there are, and what each counts, is data: reports/data/dmc_names.csv; dmc_counts.py counts it. DMC has no
เด็กเล็ก, so those pupils, and those in grades outside the list, are in the sums alone: every รวมทั้งหมด is all that are counted.
A school without an SMIS code stands under its ten digits.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

from schemas import code_lists
from schemas.errors import ThabianError
from snapshots.reports import data_files, grades
from snapshots.reports.by_category import Cells, Question
from snapshots.reports.scope import Scope, known_schools
from snapshots.table import Cell, Column, RowKind, Table, TableRow
from warehouse.interface import Warehouse

NAME: Final = "dmc"
NAMES: Final = {row["report"]: row for row in data_files.rows("dmc_names")}
_NOT_DMC: Final = frozenset({"00"})
_GRADE_SEX: Final = (
    "SELECT {{school}} AS school, '' AS none, grade, sex, count() FROM ({rows}) GROUP BY school, grade, sex"
)
_ROOMS: Final = """
SELECT school_code, grade, uniqExactIf(room, room != '') FROM ({rows}) GROUP BY school_code, grade
"""


def file_name(scope: Scope, report: str) -> str:
    """`2565-1-พิการ.csv`. REPORT_NOT_DMC for a report that DMC has not."""
    if report not in NAMES:
        raise ThabianError("REPORT_NOT_DMC", f"DMC publishes none like that: one of {', '.join(NAMES)}", exit_code=2)
    return f"{scope.version.academic_year}-{scope.version.round}-{NAMES[report]['file_name']}.csv"


def grade_sex(warehouse: Warehouse, scope: Scope) -> Table:
    """แยกชั้น,เพศ: 94 columns, with rooms."""
    cells = Question(_GRADE_SEX.format(rows=scope.rows), scope.parameters).by_school(warehouse)
    rooms: dict[int, Counter[str]] = {}
    for school, grade, count in warehouse.rows(_ROOMS.format(rows=scope.rows), scope.parameters):
        rooms.setdefault(school, Counter())[grade] = count
    lines = [(school, "", counts, rooms.get(school, Counter())) for school, counts in cells.items()]
    return _table(warehouse, scope, "grade-sex-room", lines, has_rooms=True)


def by_category(
    warehouse: Warehouse, scope: Scope, report: str, schools: Mapping[int, Cells], labels: Mapping[str, str]
) -> Table:
    """A report by category: `labels` are its counted categories. 72 columns; 71 where all categories are one (รหัส G)."""
    lines: list[tuple[int, str, Cells, Counter[str]]] = []
    for school, cells in schools.items():
        if not NAMES[report]["category"]:
            lines.append((school, "", {key: count for key, count in cells.items() if key[0] in labels}, Counter()))
            continue
        for code, label in labels.items():
            part = {key: count for key, count in cells.items() if key[0] == code}
            lines += [(school, label, part, Counter())] if part else []
    return _table(warehouse, scope, report, lines)


def _table(
    warehouse: Warehouse,
    scope: Scope,
    report: str,
    lines: Iterable[tuple[int, str, Cells, Counter[str]]],
    *,
    has_rooms: bool = False,
) -> Table:
    smis = {code: school.smis_code for code, school in known_schools(warehouse, scope.version).items()}
    has_categories = bool(NAMES[report]["category"])
    round_name = f"{scope.version.academic_year}-{scope.version.round}"
    rows = []
    for school, category, cells, rooms in lines:
        head: list[Cell] = [round_name, smis.get(school) or f"{school:010}", *([category] if has_categories else [])]
        rows.append(TableRow((*head, *_numbers(cells, rooms, has_rooms=has_rooms))))
    category_column = [Column("category", "หมวด")] if has_categories else []
    columns = (Column("round", "ปี-รอบ"), Column("smis", "SMIS"), *category_column, *_columns(has_rooms=has_rooms))
    return Table(f"{NAME}-{report}", NAMES[report]["file_name"], scope.title, columns, tuple(rows), scope.origin())


def _buckets(found: Iterable[str]) -> Iterable[grades.Line]:
    """The 23, in their order: lines of the list without เด็กเล็ก and without those outside it."""
    known = code_lists.load("grades").codes - _NOT_DMC
    return [line for line in grades.lines(found) if line.kind is not RowKind.ROW or line.code in known]


def _columns(*, has_rooms: bool) -> list[Column]:
    parts = [("boys", "ชาย"), ("girls", "หญิง"), ("total", "รวม"), *([("rooms", "ห้อง")] if has_rooms else [])]
    return [
        Column(f"{line.code or f'sum_{at}'}_{name}", f"{line.label} {heading}", is_number=True)
        for at, line in enumerate(_buckets(()))
        for name, heading in parts
    ]


def _numbers(cells: Cells, rooms: Counter[str], *, has_rooms: bool) -> Iterable[int]:
    for line in _buckets(grade for _, grade, _ in cells):
        sexes: Counter[str] = Counter()
        for (_, grade, sex), pupils in cells.items():
            sexes[sex] += pupils if grade in line.members else 0
        yield from (sexes["M"], sexes["F"], sexes.total())
        if has_rooms:
            yield sum(rooms[grade] for grade in line.members)
