"""`thabian snapshot`: seal the census of a round, and look at what was sealed."""

import json
import secrets
import time
from collections.abc import Callable
from datetime import date
from functools import partial
from importlib.metadata import version as installed_version
from pathlib import Path
from typing import Annotated, Literal, TypeVar

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from schemas.errors import ThabianError
from schemas.thai_dates import format_be, parse_be_or_ce_date
from snapshots import census_days, versions
from snapshots import rows as rows_module
from snapshots.barrier import Clock
from snapshots.moments import format_moment, parse_moment
from snapshots.rows import RowsFormat
from snapshots.seal import Request, Sealing
from snapshots.seal import seal as seal_census
from snapshots.verify import Verification
from snapshots.verify import verify as verify_version
from snapshots.versions import Version
from thabian import clock, settings
from thabian.commands import census_warehouse, output_file, snapshot_clean, snapshot_diff, snapshot_explain
from thabian.commands.census_progress import progress_bar
from thabian.connections import open_warehouse

app = typer.Typer(no_args_is_help=True, help="Seal the census of a round, and look at what was sealed.")

app.command("diff")(snapshot_diff.diff)
app.command("explain")(snapshot_explain.explain)
app.command("clean")(snapshot_clean.clean)

SnapshotId = Annotated[
    str, typer.Argument(metavar="ID|latest", help="A version's id, the beginning of it, or `latest`.")
]
Output = Annotated[Literal["table", "json"], typer.Option("--format", help="How to print.")]
T = TypeVar("T")


@app.command("seal")
def seal(
    year: Annotated[int, typer.Option(help="Academic year, B.E., such as 2565.")],
    as_of: Annotated[str, typer.Option(help="The day counted, up to its end: 2565-06-10, 2022-06-10, '10 มิ.ย. 2565'.")],
    round_number: Annotated[int, typer.Option("--round", min=1, max=99, help="Census round of the year.")] = 1,
    known_at: Annotated[
        str | None,
        typer.Option(
            help="Count what the log held at this time: '2565-06-10 16:30', Bangkok unless an offset is given; a day alone "
            "means its end. Default: now."
        ),
    ] = None,
    label: Annotated[str, typer.Option(help="A name for people. Outside the checksum.")] = "",
    wait: Annotated[int, typer.Option(min=0, help="Seconds to wait until intake has answered everything.")] = 60,
    clock_skew: Annotated[float, typer.Option(min=0, help="Seconds the brokers' clocks may be late.")] = 0.5,
    full: Annotated[bool, typer.Option("--full", help="Fold every school, though most may not have changed.")] = False,
    output: Output = "table",
) -> None:
    """Seal a census: count who is on the roll, keep the rows, sign them with a checksum.

    The same year, round, day and cut under the same rules give the version that is there already.
    """
    from thabian.log_positions import KafkaLogEnds

    request = Request(
        year=_be_year(year),
        round=round_number,
        as_of=_read(parse_be_or_ce_date, as_of, "--as-of"),
        known_at_ms=None if known_at is None else _read(parse_moment, known_at, "--known-at"),
        label=label,
        wait_ms=wait * 1000,
        skew_ms=round(clock_skew * 1000),
        full=full,
    )
    census_days.check(request.year, request.as_of)  # before anything is connected: a slip of the pen costs nothing
    configured = settings.load()
    with census_warehouse.opened() as warehouse, KafkaLogEnds(configured) as log, progress_bar("Folding") as told:
        work = Sealing(
            warehouse=warehouse,
            log=log,
            clock=Clock(clock.now_ms, lambda milliseconds: time.sleep(milliseconds / 1000)),
            new_run=lambda: secrets.randbits(63),
            software=f"thabian {installed_version('thabian')}",
            progress=told,
            connect=partial(open_warehouse, configured),
        )
        sealed = seal_census(work, request)
    if not sealed.is_new:
        Console(stderr=True).print("Sealed before: the same day, cut, rules and reference data. That version stands.")
    _show(sealed.version, output)


@app.command("list")
def list_versions(output: Output = "table") -> None:
    """List the sealed versions, the last one first."""
    with census_warehouse.opened() as warehouse:
        found = versions.listed(warehouse)
    if output == "json":
        for version in found:
            typer.echo(json.dumps(_facts(version), ensure_ascii=False))
        return
    table = Table(box=SIMPLE_HEAD)
    for heading in ("id", "as of", "known at", "pupils", "schools"):
        table.add_column(heading, justify="right" if heading in ("pupils", "schools") else "left", no_wrap=True)
    table.add_column("label", overflow="fold", min_width=len("label"))
    for version in found:
        known_at = format_moment(version.known_at)[: len("2565-06-10 16:30")]
        counts = (f"{version.pupils:,}", f"{version.schools:,}")
        table.add_row(version.version, format_be(version.as_of), known_at, *counts, Text(version.label))
    Console().print(table)


@app.command("show")
def show(snapshot: SnapshotId = "latest", output: Output = "table") -> None:
    """Show one version: what it counts, its cut, its checksums."""
    with census_warehouse.opened() as warehouse:
        version = versions.find(warehouse, snapshot)
        cut = versions.cut_of(warehouse, version.cut)
    _show(version, output, cut)


@app.command("verify")
def verify(snapshot: SnapshotId = "latest", output: Output = "table") -> None:
    """Compute every checksum again, from the sealed rows and from the log at the cut. Exit code 1 when one differs."""
    connect = partial(open_warehouse, settings.load())
    with census_warehouse.opened() as warehouse, progress_bar("Folding again") as told:
        version = versions.find(warehouse, snapshot)
        found = verify_version(warehouse, version, told, connect)
    if output == "json":
        typer.echo(json.dumps(_verification(version, found), ensure_ascii=False))
    else:
        _print_verification(version, found)
    if not found.holds:
        raise typer.Exit(1)


@app.command("rows")
def rows(
    snapshot: SnapshotId = "latest",
    wanted: Annotated[RowsFormat, typer.Option("--format", help="How to write them.")] = RowsFormat.JSONL,
    out: Annotated[Path | None, typer.Option("-o", "--output", help="File. Default: standard output.")] = None,
) -> None:
    """Write the sealed rows: one per pupil on a roll, pseudonymous, by school."""
    with census_warehouse.opened() as warehouse:
        version = versions.find(warehouse, snapshot)
        with output_file.opened(out, is_binary=wanted is RowsFormat.PARQUET) as stream:
            count = rows_module.write(warehouse, version, wanted, stream)
    Console(stderr=True).print(f"{count:,} rows of {version.version}")


def _be_year(year: int) -> int:
    if not 2500 <= year <= 2700:
        raise ThabianError("DATE_INVALID", "--year is a Buddhist Era year, such as 2565", exit_code=2)
    return year


def _read(parse: Callable[[str], T], text: str, option: str) -> T:
    try:
        return parse(text)
    except ValueError as error:
        raise ThabianError("DATE_INVALID", f"{option}: {error}", exit_code=2) from None


def _facts(version: Version) -> dict[str, str | int]:
    return {
        "version": version.version,
        "academic_year": version.academic_year,
        "round": version.round,
        "as_of": _both(version.as_of),
        "known_at": format_moment(version.known_at),
        "label": version.label,
        "pupils": version.pupils,
        "schools": version.schools,
        "root": version.root.hex(),
        "cut": version.cut.hex(),
        "rules": version.rules.hex(),
        "reference": version.reference.hex(),
        "school_list": version.school_list.hex(),
        "software": version.software,
        "sealed_at": format_moment(version.sealed_at),
    }


def _both(day: date) -> str:
    return f"{format_be(day)} ({day.isoformat()})"


def _show(version: Version, output: str, cut: dict[tuple[str, int], int] | None = None) -> None:
    offsets = [
        {"topic": topic, "partition": part, "offset": offset} for (topic, part), offset in sorted((cut or {}).items())
    ]
    if output == "json":
        typer.echo(json.dumps(_facts(version) | ({"positions": offsets} if offsets else {}), ensure_ascii=False))
        return
    grid = Table.grid(padding=(0, 2))
    for name, value in _facts(version).items():
        grid.add_row(name.replace("_", " "), Text(f"{value:,}" if name in ("pupils", "schools") else str(value)))
    for place in offsets:
        if place["offset"]:
            grid.add_row("below", Text(f"{place['topic']}[{place['partition']}]@{place['offset']}"))
    Console(soft_wrap=True).print(grid)


def _verification(version: Version, found: Verification) -> dict[str, object]:
    return {
        "version": version.version,
        "holds": found.holds,
        "root_matches": found.root_matches,
        "log_compared": found.log_compared,
        "rows_differ": [f"{school:010}" for school in found.rows_differ],
        "log_differs": [f"{school:010}" for school in found.log_differs],
    }


def _print_verification(version: Version, found: Verification) -> None:
    out = Console(soft_wrap=True, highlight=False)
    log = _schools(found.log_differs) if found.log_compared else "not compared: sealed under other rules"
    verdict = "holds" if found.holds else "DOES NOT HOLD"
    out.print(f"root of the slices   {'as sealed' if found.root_matches else 'DIFFERS'}")
    out.print(f"sealed rows          {_schools(found.rows_differ)}")
    out.print(f"fold of the log      {log}")
    out.print(f"{version.version} {verdict}: {version.schools:,} schools, {version.pupils:,} pupils")


def _schools(codes: list[int]) -> str:
    return f"DIFFERS in {', '.join(f'{code:010}' for code in codes)}" if codes else "as sealed"
