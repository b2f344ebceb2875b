"""`thabian report`: what a sealed version says, as a table."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from snapshots import versions
from snapshots.render import Format, text
from snapshots.reports import dmc, dmc_counts, movement, registry
from snapshots.reports.registry import Report
from thabian.commands import census_warehouse, output_file
from thabian.commands.balance import day_of, earlier_point
from thabian.commands.report import names, pack
from thabian.commands.report.options import In, Out, School, Snapshot, Wanted, find, put

app = typer.Typer(no_args_is_help=True, help="Reports of a sealed version, in Thai, in the ministry's order.")


@app.command("list")
def list_reports() -> None:
    """List the reports by name, with their Thai titles."""
    titles = {report.name: report.title for report in registry.REPORTS}
    titles |= {movement.NAME: movement.TITLE, dmc.NAME: "รายงานตามรูปแบบที่ DMC เผยแพร่"}
    width = max(map(len, titles))
    for name, title in titles.items():
        typer.echo(f"{name:{width}}  {title}")


def _command(report: Report) -> Callable[..., None]:
    def run(
        snapshot: Snapshot = "latest",
        scope: In = "all",
        school: School = None,
        wanted: Wanted = Format.TABLE,
        out: Out = None,
    ) -> None:
        with census_warehouse.opened() as warehouse:
            made = report.table(warehouse, find(warehouse, snapshot, scope, school))
        put(made, wanted, out)

    run.__doc__ = report.summary
    return run


for _report in registry.REPORTS:
    app.command(_report.name)(_command(_report))


@app.command(movement.NAME)
def show_movement(
    begin: Annotated[str | None, typer.Option("--from", metavar="ID", help="The earlier version.")] = None,
    since: Annotated[
        str | None, typer.Option(metavar="DAY", help="Instead of --from: a day, 2565-06-10, at the version's own cut.")
    ] = None,
    until: Annotated[
        str | None, typer.Option(metavar="DAY", help="End on this day, at the version's cut, instead of on its own.")
    ] = None,
    snapshot: Snapshot = "latest",
    scope: In = "all",
    school: School = None,
    wanted: Wanted = Format.TABLE,
    out: Out = None,
) -> None:
    """How the roll moved by grade: new, in, out, dropped by reason, died (การเคลื่อนไหว)."""
    with census_warehouse.opened() as warehouse:
        earlier = earlier_point(begin, since) or versions.find(warehouse, str(begin))
        made = movement.table(warehouse, find(warehouse, snapshot, scope, school), earlier, day_of(until, "--until"))
    put(made, wanted, out)


@app.command(dmc.NAME)
def show_dmc(
    name: Annotated[str, typer.Argument(metavar="REPORT", help=f"One of {', '.join(dmc.NAMES)}.")],
    snapshot: Snapshot = "latest",
    scope: In = "all",
    school: School = None,
    folder: Annotated[
        Path,
        typer.Option("-o", "--output", metavar="FOLDER", help="For the file {BE}-{round}-{name}.csv; made if need be."),
    ] = Path(),
) -> None:
    """A report in the shape DMC publishes: 23 levels, boys, girls and total, a line per school, as CSV."""
    with census_warehouse.opened() as warehouse:
        found = find(warehouse, snapshot, scope, school)
        file_name = dmc.file_name(found, name)
        made = dmc_counts.table(warehouse, found, name)
    path = output_file.made_folder(folder) / file_name
    with output_file.opened(path, is_binary=False) as stream:
        stream.write(text.csv_table(made))
    typer.echo(str(path))


app.command("pack")(pack.show)
app.command("roster")(names.roster_of)
app.command("access")(names.access_log)
