"""What the commands under `thabian report` have in common: their options, and how a table is written."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from snapshots import versions
from snapshots.render import BINARY, Format, render, terminal
from snapshots.reports.scope import Scope, named
from snapshots.table import Table
from thabian.commands import output_file
from warehouse.interface import Warehouse

Snapshot = Annotated[str, typer.Option(metavar="ID|latest", help="A version's id, the beginning of it, or `latest`.")]
In = Annotated[
    str,
    typer.Option(
        "--scope",
        metavar="SCOPE",
        help="all, affiliation:10, area:NAME, district:NAME, province:NAME or school:CODE.",
    ),
]
School = Annotated[str | None, typer.Option(metavar="CODE", help="Short for --scope school:CODE, 10 digits.")]
Wanted = Annotated[Format, typer.Option("--format", help="How to write it.")]
Out = Annotated[Path | None, typer.Option("-o", "--output", help="File. Default: standard output.")]


def find(warehouse: Warehouse, snapshot: str, scope: str, school: str | None) -> Scope:
    """The scope of a version that --snapshot, --scope and --school name together."""
    if school is not None and scope != "all":
        raise typer.BadParameter("give --scope or --school, not both")
    version = versions.find(warehouse, snapshot)
    return (
        named(warehouse, version, scope)
        if school is None
        else named(warehouse, version, f"school:{school}", "--school")
    )


def put(made: Table, wanted: Format, out: Path | None) -> None:
    """Write a finished table: in colours on a terminal."""
    colour = wanted is Format.TABLE and out is None and sys.stdout.isatty()
    with output_file.opened(out, is_binary=wanted in BINARY) as stream:
        stream.write(terminal.render(made, colour=True) if colour else render(made, wanted))
