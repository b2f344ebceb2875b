"""`thabian schools`: the schools that exist, by area and affiliation, and which of them must send."""

import csv
import json
import sys
from collections.abc import Callable, Iterable
from dataclasses import asdict
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from publishers.roster import cells, table
from publishers.roster.cells import Cell
from schemas import codes, school_columns
from schemas.errors import ThabianError
from schemas.thai_dates import format_be, parse_be_or_ce_date
from snapshots import schools, schools_file
from snapshots.schools import School
from snapshots.schools_file import RowError
from thabian.clock import now_ms
from thabian.commands import census_warehouse

app = typer.Typer(no_args_is_help=True, help="The schools that exist, where they belong, and which of them must send.")

SHOWN = 20
"""Errors named on the terminal."""


class ListFormat(StrEnum):
    """How to print schools. A csv can be loaded again."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"


@app.command()
def load(
    file: Annotated[
        Path, typer.Argument(help="A CSV or .xlsx of schools, all of them: docs/schools.md has its columns.")
    ],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check and count; load nothing.")] = False,
) -> None:
    """Make a file the list of schools from now on. Loading the same list again changes nothing.

    One bad row and nothing is loaded: a school left out would never be missed. Versions that are sealed keep theirs.
    """
    source = table.read(file)
    sheets = [[(number, [_text(cell) for cell in row]) for number, row in sheet] for sheet in source.sheets]
    found, errors = schools_file.parse(sheets, source.name)
    if errors:
        _tell(source.name, errors)
        raise ThabianError("SCHOOLS_REFUSED", f"{source.name}: {len(errors)} rows have errors; nothing was loaded")
    if not found:
        raise ThabianError("SCHOOLS_FILE_INVALID", f"{source.name} has no schools", exit_code=2)
    numbers = (len(found), len({one.code for one in found}), sum(one.is_expected for one in found))
    counted = "{:,} rows, {:,} schools, {:,} rows expected".format(*numbers)
    if dry_run:
        typer.echo(f"{source.name}: {counted}; nothing was loaded (--dry-run)")
        return
    with census_warehouse.opened() as warehouse:
        before = schools.current_digest(warehouse).hex()
        digest = schools.load(warehouse, found, now_ms())
    said = "loaded before, current" if digest == before else "loaded"
    typer.echo(f"{digest[:12]}: {said}: {counted}")


@app.command("list")
def list_schools(
    affiliation: Annotated[str | None, typer.Option(metavar="NN", help="Only these two digits, such as 31.")] = None,
    area: Annotated[str | None, typer.Option(help="Only this district office or education area.")] = None,
    day: Annotated[str | None, typer.Option("--on", metavar="DAY", help="The schools there are on a day.")] = None,
    output: Annotated[ListFormat, typer.Option("--format", help="How to print.")] = ListFormat.TABLE,
) -> None:
    """List the current schools; without --on, with all days for which they are known."""
    with census_warehouse.opened() as warehouse:
        listed = schools.everything(warehouse) if day is None else list(schools.on(warehouse, _day(day)).values())
    wanted = [one for one in listed if affiliation in (None, one.affiliation) and area in (None, one.area)]
    _PRINTERS[output](wanted)


def _text(cell: Cell) -> str:
    return cell.isoformat()[:10] if isinstance(cell, date) else cells.text(cell)


def _tell(name: str, errors: list[RowError]) -> None:
    meanings = {code.code: code.meaning for code in codes.SCHOOLS}
    console = Console(stderr=True, highlight=False, markup=False, soft_wrap=True)
    for error in errors[:SHOWN]:
        console.print(f"{name}: row {error.row}, column {error.column}: {error.code}: {meanings[error.code]}")
    if len(errors) > SHOWN:
        console.print(f"{name}: {len(errors) - SHOWN} more")


def _day(text: str) -> date:
    try:
        return parse_be_or_ce_date(text)
    except ValueError as error:
        raise ThabianError("DATE_INVALID", f"--on: {error}", exit_code=2) from None


def _facts(school: School) -> dict[str, object]:
    """In the columns of a file of schools."""
    given = asdict(school) | {"school_code": f"{school.code:010}"}
    given |= {name: int(given[name]) for name in ("is_boarding", "is_expected")}
    given |= {name: format_be(given[name]) if given[name] else "" for name in ("valid_from", "valid_to")}
    return {column: given[column] for column in school_columns.COLUMNS}


def _print_csv(listed: Iterable[School]) -> None:
    writer = csv.DictWriter(sys.stdout, school_columns.COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(map(_facts, listed))


def _print_json(listed: Iterable[School]) -> None:
    for school in listed:
        typer.echo(json.dumps(_facts(school), ensure_ascii=False))


def _print_table(listed: Iterable[School]) -> None:
    grid = Table(box=SIMPLE_HEAD)
    for heading in ("code", "name", "area", "notes"):
        grid.add_column(heading, no_wrap=heading == "code", overflow="fold")
    for school in listed:
        grid.add_row(f"{school.code:010}", Text(school.name), Text(school.area), _notes(school))
    Console().print(grid)


def _notes(school: School) -> str:
    notes = ["boarding"] if school.is_boarding else []
    notes += [] if school.is_expected else ["not expected"]
    notes += [f"from {format_be(school.valid_from)}"] if school.valid_from else []
    notes += [f"to {format_be(school.valid_to)}"] if school.valid_to else []
    return ", ".join(notes)


_PRINTERS: dict[ListFormat, Callable[[Iterable[School]], None]] = {
    ListFormat.TABLE: _print_table,
    ListFormat.CSV: _print_csv,
    ListFormat.JSON: _print_json,
}
