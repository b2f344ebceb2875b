"""Reports about one attribute of the census: disadvantaged, boarding and disabled pupils (seed B, lists 2 to 4).

A code outside the list has a column of its own. It is counted where the list says who is *not* one: the school has said that
the pupil is. It is not where the list says who is: boarding counts the three kinds of its scheme alone (semantics 8.5).
"""

from dataclasses import dataclass
from typing import Final

from schemas import code_lists
from snapshots.reports.by_category import Category, Cells, Heading, Question, lay_out, with_others
from snapshots.reports.scope import Scope
from snapshots.table import Table
from warehouse.interface import Warehouse

_CELLS: Final = """
SELECT {{school}} AS school, {attribute}, grade, sex, count() FROM ({rows}) GROUP BY school, {attribute}, grade, sex
"""


@dataclass(frozen=True, slots=True)
class AttributeReport:
    """What is asked: an attribute, its code list, and which entries of it are counted.

    `counts_if`: the column of the list that marks them; `is_mark` False: the column marks those that are not.
    """

    name: str
    title: str
    counted: str
    attribute: str
    list_name: str
    mark: str
    is_mark: bool

    def table(self, warehouse: Warehouse, scope: Scope) -> Table:
        """The report over a scope."""
        cells = self.question(warehouse, scope).cells(warehouse)
        return lay_out(self.heading(cells), cells, scope)

    def question(self, _warehouse: Warehouse, scope: Scope) -> Question:
        """Pupils by category, grade and sex."""
        return Question(_CELLS.format(attribute=self.attribute, rows=scope.rows), scope.parameters)

    def heading(self, cells: Cells) -> Heading:
        """With a category for each code that occurs."""
        listed = [
            Category(entry.code, entry.label, (self.mark in entry.extra) == self.is_mark)
            for entry in code_lists.load(self.list_name).entries
        ]
        there = with_others(listed, (category for category, _, _ in cells), is_counted=not self.is_mark)
        return Heading(self.name, self.title, self.counted, there)

    def counted_sql(self) -> str:
        """A condition on a row: its pupil is one the report is about."""
        marked = [entry.code for entry in code_lists.load(self.list_name).entries if self.mark in entry.extra]
        codes = ", ".join(f"'{code}'" for code in (marked if self.is_mark else ["", *marked]))
        return f"{self.attribute} {'IN' if self.is_mark else 'NOT IN'} ({codes})"


DISADVANTAGED: Final = AttributeReport(
    "disadvantaged", "จำนวนนักเรียนด้อยโอกาส จำแนกตามชั้นและประเภท", "รวมด้อยโอกาส",
    "disadvantage", "disadvantages", "absent", is_mark=False,
)  # fmt: skip
BOARDING: Final = AttributeReport(
    "boarding", "จำนวนนักเรียนพักนอนประจำ จำแนกตามชั้นและประเภท", "รวมพักนอน",
    "boarding", "boardings", "scheme", is_mark=True,
)  # fmt: skip
DISABLED: Final = AttributeReport(
    "disabled", "จำนวนนักเรียนพิการ จำแนกตามชั้นและประเภท", "รวมพิการ", "disability", "disabilities", "absent", is_mark=False
)
