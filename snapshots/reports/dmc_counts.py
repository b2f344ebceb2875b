"""What each of DMC's names counts, as reports/data/dmc_names.csv says it: a line a name.

`roll`: the pupils of one of our reports. `both`: those that two of them count. `exits`: times on the roll that ended since
the academic year began, up to the version's day, as the balance counts them (semantics 6.4), in the grade the pupil left
from. `year-end`: what was decided for the pupils on the roll (semantics 5.5).
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from snapshots.fold import steps
from snapshots.reports import dmc, dmc_categories, folding, registry, year_end
from snapshots.reports.attributes import DISABLED, DISADVANTAGED
from snapshots.reports.by_category import Cells
from snapshots.reports.scope import Scope
from snapshots.table import Table
from warehouse.interface import Warehouse

_ATTRIBUTES: Final = {report.name: report for report in (DISABLED, DISADVANTAGED)}
_BOTH: Final = "SELECT school_code, {kinds}, grade, sex, count() FROM ({rows}) WHERE {counted} GROUP BY 1, 2, 3, 4"
_FOLDED: Final = MappingProxyType(
    {
        "exits": (
            "SELECT school_code, act, detail, grade, sex, count() FROM exits GROUP BY 1, 2, 3, 4, 5",
            {"20_turns": steps("sql/balance")["20_turns"]} | steps("reports/sql/left"),
        ),
        "year-end": (
            "SELECT school_code, outcome, destination, grade, sex, count() FROM outcomes GROUP BY 1, 2, 3, 4, 5",
            year_end.STEPS,
        ),
    }
)
"""What is folded again: rows of (school, act, detail, grade, sex, pupils), and the steps they come from."""

_Schools = dict[int, Counter[tuple[str, str, str]]]
"""Cells by school."""


def table(warehouse: Warehouse, scope: Scope, name: str) -> Table:
    """A report of dmc.NAMES in the shape DMC publishes."""
    line = dmc.NAMES[name]
    if line["asks"] == "both":
        return _both(warehouse, scope, line)
    if line["asks"] in _FOLDED:
        return _folded(warehouse, scope, line)
    return _roll(warehouse, scope, line)


def _roll(warehouse: Warehouse, scope: Scope, line: Mapping[str, str]) -> Table:
    report = registry.BY_NAME[line["report"]]
    if report.question is None or report.heading is None:
        return dmc.grade_sex(warehouse, scope)
    question = report.question(warehouse, scope)
    heading = report.heading(question.cells(warehouse))
    labels = {item.code: item.label for item in heading.categories if item.is_counted}
    return dmc.by_category(warehouse, scope, report.name, question.by_school(warehouse), labels)


def _both(warehouse: Warehouse, scope: Scope, line: Mapping[str, str]) -> Table:
    """A category for each pair of kinds that occurs, in the order of their lists."""
    reports = [_ATTRIBUTES[name] for name in line["counts"].split()]
    query = _BOTH.format(
        kinds=f"({', '.join(report.attribute for report in reports)})",
        rows=scope.rows,
        counted=" AND ".join(report.counted_sql() for report in reports),
    )
    lists = [report.list_name for report in reports]
    pairs: dict[tuple[tuple[int, str], ...], str] = {}
    schools: _Schools = {}
    for school, kinds, grade, sex, pupils in warehouse.rows(query, scope.parameters):
        label = " และ ".join(map(dmc_categories.label, lists, kinds))
        pairs[tuple(map(dmc_categories.place, lists, kinds))] = label
        schools.setdefault(school, Counter())[label, grade, sex] += pupils
    return _lay_out(warehouse, scope, line, schools, (pairs[place] for place in sorted(pairs)))


def _folded(warehouse: Warehouse, scope: Scope, line: Mapping[str, str]) -> Table:
    select, further = _FOLDED[line["asks"]]
    label = dmc_categories.CALLED[line["category"]]
    wanted = set(line["counts"].split())
    schools: _Schools = {}
    for school, act, detail, grade, sex, pupils in folding.rows(warehouse, scope, select, further):
        cells = schools.setdefault(school, Counter())
        if act in wanted and line["grade"] in ("", grade):
            cells[label(act, detail), grade, sex] += pupils
    found = sorted({category for cells in schools.values() for category, _, _ in cells})
    return _lay_out(warehouse, scope, line, schools, [*dmc_categories.listed(line["category"]), *found])


def _lay_out(
    warehouse: Warehouse, scope: Scope, line: Mapping[str, str], schools: Mapping[int, Cells], labels: Iterable[str]
) -> Table:
    in_order = {label: label for label in labels}
    return dmc.by_category(warehouse, scope, line["report"], dict(sorted(schools.items())), in_order)
