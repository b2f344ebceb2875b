"""`thabian report`: what a sealed version says, as a table."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from snapshots import versions
from snapshots.render import BINARY, Format, render, terminal
from snapshots.reports import grade_sex_room as grade_sex_room_report
from snapshots.reports.scope import Scope, scope
from snapshots.table import Table
from thabian.commands import census_warehouse, output_file
from warehouse.interface import Warehouse

app = typer.Typer(no_args_is_help=True, help="Reports of a sealed version, in Thai, in the ministry's order.")

Snapshot = Annotated[str, typer.Option(metavar="ID|latest", help="A version's id, the beginning of it, or `latest`.")]
School = Annotated[str | None, typer.Option(metavar="CODE", help="One school's 10-digit code. Default: all schools.")]
Wanted = Annotated[Format, typer.Option("--format", help="How to write it.")]
Out = Annotated[Path | None, typer.Option("-o", "--output", help="File. Default: standard output.")]


@app.callback()
def _reports() -> None:
    """Keeps every report a subcommand, even while there is one."""


@app.command(grade_sex_room_report.NAME)
def grade_sex_room(
    snapshot: Snapshot = "latest", school: School = None, wanted: Wanted = Format.TABLE, out: Out = None
) -> None:
    """Boys, girls, total and rooms by grade, with the ministry's subtotals (จำนวนนักเรียนและห้องเรียน)."""
    _write(grade_sex_room_report.table, snapshot, school, wanted, out)


def _write(
    table: Callable[[Warehouse, Scope], Table], snapshot: str, school: str | None, wanted: Format, out: Path | None
) -> None:
    with census_warehouse.opened() as warehouse:
        version = versions.find(warehouse, snapshot)
        made = table(warehouse, scope(warehouse, version, school))
    colour = wanted is Format.TABLE and out is None and sys.stdout.isatty()
    with output_file.opened(out, is_binary=wanted in BINARY) as stream:
        stream.write(terminal.render(made, colour=True) if colour else render(made, wanted))
