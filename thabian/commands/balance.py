"""`thabian balance`: how one census became another, exactly."""

import sys
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from schemas.errors import ThabianError
from schemas.thai_dates import parse_be_or_ce_date
from snapshots import balance as balances
from snapshots import balance_table, versions
from snapshots.balance import Balance, Earlier, Point
from snapshots.render import BINARY, Format, render, terminal
from snapshots.reports.scope import in_every
from thabian.commands import census_warehouse, output_file
from thabian.commands.census_progress import progress_bar

NAMED = 10
"""Schools named when they do not close."""

_FIRST_YEAR_CE = 543
_YEAR_BEGINS = (5, 16)


class By(StrEnum):
    """What a line of the balance is."""

    SCHOOL = "school"
    AREA = "area"
    AFFILIATION = "affiliation"
    GRADE = "grade"


def show(
    begin: Annotated[
        str | None, typer.Option("--from", metavar="ID", help="The earlier version: its id or the beginning of it.")
    ] = None,
    to: Annotated[str, typer.Option(metavar="ID|latest", help="The later version.")] = "latest",
    since: Annotated[
        str | None,
        typer.Option(metavar="DAY", help="Instead of --from: a day, 2565-06-10, at the later version's own cut."),
    ] = None,
    until: Annotated[
        str | None,
        typer.Option(metavar="DAY", help="End on this day, at the later version's cut, instead of on its own."),
    ] = None,
    by: Annotated[By, typer.Option(help="A line for each.")] = By.SCHOOL,
    school: Annotated[str | None, typer.Option(metavar="CODE", help="Only this school, by its 10-digit code.")] = None,
    area: Annotated[str | None, typer.Option(help="Only this area or district of the schools table.")] = None,
    affiliation: Annotated[str | None, typer.Option(metavar="NN", help="Only these two digits, such as 31.")] = None,
    details: Annotated[bool, typer.Option("--details", help="A column for every reason and destination.")] = False,
    check: Annotated[bool, typer.Option("--check", help="Exit with 1 and name the schools that do not close.")] = False,
    wanted: Annotated[Format, typer.Option("--format", help="How to write it.")] = Format.TABLE,
    out: Annotated[Path | None, typer.Option("-o", "--output", help="File. Default: standard output.")] = None,
) -> None:
    """Show how one roll became another: restated, new, in, out, dropped, died, graduated, held over.

    Every term is counted by itself; what they leave unexplained stands in the last column.
    """
    with census_warehouse.opened() as warehouse, progress_bar("Balancing") as told:
        later = versions.find(warehouse, to)
        earlier, end = earlier_point(begin, since) or versions.find(warehouse, str(begin)), day_of(until, "--until")
        scope = in_every(warehouse, later, _scopes(school=school, area=area, affiliation=affiliation))
        schools = balances.schools_in(warehouse, scope, earlier)
        found = balances.by_grade(warehouse, earlier, later, told, schools, until=end)
        lines = balance_table.GROUPS[by](warehouse, found, later)
        made = balance_table.table(lines, earlier, scope, until=end, details=details)
    colour = wanted is Format.TABLE and out is None and sys.stdout.isatty()
    with output_file.opened(out, is_binary=wanted in BINARY) as stream:
        stream.write(terminal.render(made, colour=True) if colour else render(made, wanted))
    if check:
        _check(found)


def earlier_point(begin: str | None, since: str | None) -> Earlier | None:
    """The day of --since; None when --from names a version instead. One of them must be given."""
    if (begin is None) == (since is None):
        raise typer.BadParameter("say where the balance begins: --from ID, or --since DAY")
    return day_of(since, "--since")


def day_of(text: str | None, option: str) -> Point | None:
    """A day as it was typed, in the academic year it lies in; None when it was not given. Raises DATE_INVALID."""
    if text is None:
        return None
    try:
        day = parse_be_or_ce_date(text)
    except ValueError as error:
        raise ThabianError("DATE_INVALID", f"{option}: {error}", exit_code=2) from None
    return Point(day.year + _FIRST_YEAR_CE - ((day.month, day.day) < _YEAR_BEGINS), day)


def _scopes(**given: str | None) -> list[str]:
    """What the options name, as scopes of reports."""
    return [f"{kind}:{value}" for kind, value in given.items() if value is not None]


def _check(found: Iterable[Balance]) -> None:
    """BALANCE_OPEN, with the schools of it. A school's grades are looked at one by one: two errors must not cancel out."""
    wrong = sorted({item.school_code or 0 for item in found if not item.closes})
    if wrong:
        named = ", ".join(f"{code:010}" for code in wrong[:NAMED]) + (", …" if len(wrong) > NAMED else "")
        raise ThabianError("BALANCE_OPEN", f"the balance does not close in {len(wrong)} schools: {named}")
