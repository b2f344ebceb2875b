"""`thabian report pack`: what a school's director signs."""

from pathlib import Path
from typing import Annotated

import typer

from snapshots.render import pack as pack_page
from snapshots.reports import roster
from snapshots.reports.pack import pack
from snapshots.table import Table
from thabian.commands import census_warehouse, output_file
from thabian.commands.report.names import Actor, Purpose, Role, WithNames, reading
from thabian.commands.report.options import Snapshot, find

Code = Annotated[str, typer.Option("--school", metavar="CODE", help="The school's 10-digit code.")]
Page = Annotated[Path | None, typer.Option("-o", "--output", help="HTML file. Default: standard output.")]


def show(
    school: Code,
    snapshot: Snapshot = "latest",
    with_names: WithNames = False,
    role: Role = "director",
    actor: Actor = "",
    purpose: Purpose = "เอกสารรับรองข้อมูล",
    out: Page = None,
) -> None:
    """The numbered items a school certifies, as one HTML file that prints on A4, each with a line to sign.

    Lists of pupils name nobody unless --with-names is given; each list with names is written down as a reading.
    """
    with census_warehouse.opened() as warehouse:
        scope = find(warehouse, snapshot, "all", school)

        def list_pupils(name: str) -> Table:
            if not with_names:
                return roster.table(warehouse, scope, name)
            return roster.table_with_names(warehouse, scope, name, reading(scope, role, actor, purpose, name))

        made = pack(warehouse, scope, list_pupils)
    with output_file.opened(out, is_binary=False) as stream:
        stream.write(pack_page.render(made))
