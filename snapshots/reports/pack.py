"""The signature pack: the numbered items a school certifies, each for its director to sign (seed B step 4).

Seed B speaks of 30 items and names none of them; they are not public (domain 9). The items here are its five lists and those
report names of domain 1.6 that the register can answer: reports/data/pack_items.csv, in the order they are signed in.
"""

from collections.abc import Callable
from dataclasses import dataclass

from snapshots.balance import Point
from snapshots.findings.found import first_day
from snapshots.reports import data_files, movement, registry
from snapshots.reports.scope import Scope
from snapshots.table import Table
from warehouse.interface import Warehouse

ROSTER = "roster"


@dataclass(frozen=True, slots=True)
class Pack:
    """A school's items, numbered from 1 in this order."""

    items: tuple[Table, ...]


def pack(warehouse: Warehouse, scope: Scope, list_pupils: Callable[[str], Table]) -> Pack:
    """The pack of a scope that is one school. `list_pupils` makes a list of pupils by its name, with names or without."""
    return Pack(
        tuple(
            list_pupils(row["item"]) if row["kind"] == ROSTER else _report(warehouse, scope, row["item"])
            for row in data_files.rows("pack_items")
        )
    )


def _report(warehouse: Warehouse, scope: Scope, name: str) -> Table:
    if name != movement.NAME:
        return registry.BY_NAME[name].table(warehouse, scope)
    year, day = scope.version.academic_year, scope.version.as_of
    return movement.table(warehouse, scope, Point(year, min(first_day(year), day)))  # since the year began
