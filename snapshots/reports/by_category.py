"""Pupils by grade, sex and one category each, as a table: the shape most of the ministry's reports have.

Every pupil of the scope is in exactly one category, so the counted categories and the others add up to the roll in
every row. Counted categories come first, one column each, then their boys, girls and total; then the others and the roll.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from snapshots.reports import grades, sexes
from snapshots.reports.scope import Scope
from snapshots.table import Cell, Column, Table, TableRow
from warehouse.interface import External, Warehouse

Cells = Mapping[tuple[str, str, str], int]
"""Pupils by (category, grade, sex)."""


@dataclass(frozen=True, slots=True)
class Category:
    """One category: whether the report is about its pupils, or about the rest."""

    code: str
    label: str
    is_counted: bool = True


@dataclass(frozen=True, slots=True)
class Heading:
    """What a report is called, what its counted pupils are called, and its categories in their order."""

    name: str
    title: str
    counted: str
    categories: Sequence[Category]


@dataclass(frozen=True, slots=True)
class Question:
    """A query with `{school}` where it says and groups by the school, for (school, category, grade, sex, pupils)."""

    query: str
    parameters: Mapping[str, Any]
    external: External | None = None

    def cells(self, warehouse: Warehouse) -> Cells:
        """Pupils of the whole scope."""
        return self._asked(warehouse, "0").get(0, {})

    def by_school(self, warehouse: Warehouse) -> dict[int, Cells]:
        """Pupils of each school."""
        return self._asked(warehouse, "school_code")

    def _asked(self, warehouse: Warehouse, school: str) -> dict[int, Cells]:
        query = self.query.replace("{school}", school)
        found: dict[int, dict[tuple[str, str, str], int]] = {}
        for code, category, grade, sex, pupils in warehouse.rows(query, self.parameters, external=self.external):
            found.setdefault(code, {})[category, grade, sex] = pupils
        return dict(sorted(found.items()))


def with_others(categories: Sequence[Category], found: Iterable[str], *, is_counted: bool) -> list[Category]:
    """The categories, and those that occur besides: codes outside the list, as sent, and none (semantics 5.6)."""
    others = sorted(set(found) - {item.code for item in categories})
    made = [Category(code, f"นอกรายการ: {code}", is_counted) for code in others if code]
    return [*categories, *made, *([Category("", grades.NONE, is_counted=False)] if "" in others else [])]


def lay_out(heading: Heading, cells: Cells, scope: Scope) -> Table:
    """The table."""
    counted = [item for item in heading.categories if item.is_counted]
    others = [item for item in heading.categories if not item.is_counted]
    there = sexes.found_or_listed(sex for _, _, sex in cells)
    columns = (
        Column("grade", "รหัสชั้น"),
        Column("label", "ชั้น"),
        *(_column(item) for item in counted),
        *sexes.columns(there),
        Column("total", heading.counted, is_number=True),
        *(_column(item) for item in others),
        Column("roll", "นักเรียนทั้งหมด", is_number=True),
    )
    rows = tuple(_row(line, cells, counted, others, there) for line in grades.lines(grade for _, grade, _ in cells))
    return Table(heading.name, heading.title, scope.title, columns, rows, scope.origin())


def _column(item: Category) -> Column:
    return Column(f"is_{item.code.lower() or 'not_given'}", item.label, is_number=True)


def _row(
    line: grades.Line, cells: Cells, counted: list[Category], others: list[Category], there: list[str]
) -> TableRow:
    members = set(line.members)
    by_category: Counter[str] = Counter()
    by_sex: Counter[str] = Counter()
    codes = {item.code for item in counted}
    for (category, grade, sex), pupils in cells.items():
        if grade in members:
            by_category[category] += pupils
            by_sex[sex] += pupils if category in codes else 0
    numbers: list[Cell] = [
        *(by_category[item.code] for item in counted),
        *(by_sex[sex] for sex in there),
        by_sex.total(),
        *(by_category[item.code] for item in others),
        by_category.total(),
    ]
    return TableRow((line.code, line.label, *numbers), line.kind)
