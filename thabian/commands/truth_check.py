"""A sealed census held against what a simulation knows to be true."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import typer

from publishers.simulator.truth import Counts, Expected
from schemas.thai_dates import format_be
from snapshots.reports.scope import ROWS
from snapshots.versions import Version
from warehouse.interface import Warehouse

_SHOWN: Final = 10
"""Differing cells that are named."""

_COUNTS: Final = f"""
SELECT leftPad(toString(school_code), 10, '0'), grade, sex, count() FROM ({ROWS}) GROUP BY school_code, grade, sex
"""


@dataclass(frozen=True, slots=True)
class Compared:
    """A version and where it differs: (school, grade, sex) to (true, sealed)."""

    version: Version
    cells: int
    different: Mapping[tuple[str, str, str], tuple[int, int]]


def compare(warehouse: Warehouse, version: Version, expected: Expected) -> Compared:
    """Every cell of both."""
    parameters = {"version": version.version, "run": version.run, "first_school": 0, "last_school": 2**64 - 1}
    sealed: Counts = {(school, grade, sex): count for school, grade, sex, count in warehouse.rows(_COUNTS, parameters)}
    cells = sorted(sealed.keys() | expected.counts.keys())
    pairs = {cell: (expected.counts.get(cell, 0), sealed.get(cell, 0)) for cell in cells}
    return Compared(version, len(cells), {cell: pair for cell, pair in pairs.items() if pair[0] != pair[1]})


def tell(expected: Expected, found: Compared | None) -> bool:
    """One line, and the first cells that differ. Returns whether all is equal."""
    day = f"{expected.name} ({format_be(expected.as_of)})"
    if found is None:
        typer.echo(f"{day}: NOT SEALED")
        return False
    pupils, schools = sum(expected.counts.values()), len({school for school, _, _ in expected.counts})
    said = f"{len(found.different):,} DIFFER" if found.different else "equal"
    typer.echo(
        f"{day}: {pupils:,} pupils, {schools:,} schools, {found.cells:,} cells: {said} [{found.version.version}]"
    )
    for (school, grade, sex), (true, sealed) in list(found.different.items())[:_SHOWN]:
        typer.echo(f"  {school} {grade} {sex}: {true} in truth, {sealed} sealed")
    return not found.different
