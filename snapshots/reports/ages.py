"""Pupils by age in whole years on the version's day (จำแนกตามอายุ, domain 1.6).

The log knows a birth date by its key alone (docs/decisions/0002); the few thousand dates stand beside their keys in persons.
Counts alone leave this module. A birthday on 29 February is on 1 March of other years.
"""

from typing import Final

from snapshots.reports.by_category import Category, Heading, Question, lay_out
from snapshots.reports.grades import NONE
from snapshots.reports.scope import Scope
from snapshots.table import Table
from warehouse.interface import Warehouse

NAME: Final = "by-age"
TITLE: Final = "จำนวนนักเรียน จำแนกตามชั้นและอายุ"
YOUNGEST, OLDEST = 3, 20

BIRTHS: Final = """
SELECT roll.*, is_known, born AS birth_date
FROM ({rows}) AS roll LEFT ANY JOIN (
    SELECT birth_key, any(birth_date) AS born, 1 AS is_known FROM persons
    WHERE birth_key IN (SELECT birth_key FROM ({rows})) AND birth_key != 0
    GROUP BY birth_key
) AS births USING birth_key
"""
"""The rows in scope, each with its birth date where it is known; `{rows}`: `Scope.rows`."""

_CELLS: Final = f"""
SELECT {{{{school}}}} AS school,
       if(is_known, toString(least(greatest(whole_years, {YOUNGEST - 1}), {OLDEST + 1})), '') AS years,
       grade, sex, count()
FROM (SELECT *, age('year', birth_date, toDate32(%(as_of)s)) AS whole_years FROM ({BIRTHS}))
GROUP BY school, years, grade, sex
"""


def table(warehouse: Warehouse, scope: Scope) -> Table:
    """The report over a scope."""
    return lay_out(heading(), question(warehouse, scope).cells(warehouse), scope)


def question(_warehouse: Warehouse, scope: Scope) -> Question:
    """Pupils by age, grade and sex; age 2: younger than 3, 21: older than 20, empty: no birth date."""
    parameters = {**scope.parameters, "as_of": scope.version.as_of}
    return Question(_CELLS.format(rows=scope.rows), parameters)


def heading() -> Heading:
    """A category a year of age, with the ends open."""
    categories = (
        Category(str(YOUNGEST - 1), f"ต่ำกว่า {YOUNGEST} ปี"),
        *(Category(str(years), f"{years} ปี") for years in range(YOUNGEST, OLDEST + 1)),
        Category(str(OLDEST + 1), f"มากกว่า {OLDEST} ปี"),
        Category("", f"วันเกิด{NONE}", is_counted=False),
    )
    return Heading(NAME, TITLE, "รวมที่ทราบอายุ", categories)
