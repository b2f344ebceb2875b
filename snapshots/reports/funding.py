"""Funded pupils, and why the others are not (domain 3.7): the roll is not the number the budget is reckoned on.

The rules are data: reports/data/funding_rules.csv, a row a level. `measured`: age in whole years on that day of the academic
year's first calendar year (month-day), or `year`: the difference of the calendar years. A pupil without a birth date, or in
a grade outside the list, cannot be shown to be funded and is not. Duplicates are a report of their own: whether a
duplicate is real is decided outside (domain 3.6), so that no pupil is taken off here.
"""

from typing import Final

from schemas import code_lists
from snapshots.reports import data_files
from snapshots.reports.ages import BIRTHS
from snapshots.reports.by_category import Category, Heading, Question, lay_out
from snapshots.reports.scope import Scope
from snapshots.table import Table
from warehouse.interface import Warehouse

NAME: Final = "funded"
TITLE: Final = "จำนวนนักเรียนที่ใช้คำนวณงบประมาณ และที่ไม่ใช้พร้อมเหตุผล"
FUNDED: Final = "funded"
_BUDDHIST_ERA: Final = 543

_CELLS: Final = f"""
SELECT {{{{school}}}} AS school, multiIf(level = '', 'no_level', NOT is_known, 'no_birth_date',
               years < youngest, 'too_young', years > oldest, 'too_old', '{FUNDED}') AS reason, grade, sex, count()
FROM (
    SELECT *, transform(grade, %(grades)s, %(levels)s, '') AS level,
           transform(level, %(rule_levels)s, %(youngests)s, 0) AS youngest,
           transform(level, %(rule_levels)s, %(oldests)s, 0) AS oldest,
           transform(level, %(rule_levels)s, %(measures)s, 'year') AS measured,
           toDate32(concat(toString(%(year)s), '-', if(measured = 'year', '01-01', measured))) AS day,
           if(measured = 'year', toYear(day) - toYear(birth_date), age('year', birth_date, day)) AS years
    FROM ({BIRTHS})
)
GROUP BY school, reason, grade, sex
"""


def table(warehouse: Warehouse, scope: Scope) -> Table:
    """The report over a scope."""
    return lay_out(heading(), question(warehouse, scope).cells(warehouse), scope)


def question(_warehouse: Warehouse, scope: Scope) -> Question:
    """Pupils by `funded` or the reason why not, grade and sex."""
    parameters = {**scope.parameters, **_rules(), "year": scope.version.academic_year - _BUDDHIST_ERA}
    return Question(_CELLS.format(rows=scope.rows), parameters)


def heading() -> Heading:
    """Funded first, then the reasons."""
    categories = (
        Category(FUNDED, "ใช้คำนวณงบประมาณ"),
        Category("too_young", "ไม่ใช้: อายุต่ำกว่าเกณฑ์", is_counted=False),
        Category("too_old", "ไม่ใช้: อายุเกินเกณฑ์", is_counted=False),
        Category("no_birth_date", "ไม่ใช้: ไม่มีวันเกิด", is_counted=False),
        Category("no_level", "ไม่ใช้: ชั้นนอกรายการ", is_counted=False),
    )
    return Heading(NAME, TITLE, "รวมที่ใช้คำนวณ", categories)


def _rules() -> dict[str, list[str] | list[int]]:
    rules = data_files.rows("funding_rules")
    levels = code_lists.load("grades").entries
    return {
        "grades": [entry.code for entry in levels],
        "levels": [entry.extra["level"] for entry in levels],
        "rule_levels": [rule["level"] for rule in rules],
        "measures": [rule["measured"] for rule in rules],
        "youngests": [int(rule["youngest"]) for rule in rules],
        "oldests": [int(rule["oldest"]) for rule in rules],
    }
