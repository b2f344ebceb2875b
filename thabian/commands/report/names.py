"""`thabian report roster` and `access`: lists of pupils, and who has read their names."""

import getpass
from enum import StrEnum
from typing import Annotated

import typer

from snapshots.moments import format_minute
from snapshots.render import Format
from snapshots.reports import access, pupil_lists, roster
from snapshots.reports.access import Access
from snapshots.reports.scope import Scope
from thabian import clock
from thabian.commands import census_warehouse
from thabian.commands.report.options import In, Out, School, Snapshot, Wanted, find, put

ListName = StrEnum("ListName", {name.upper().replace("-", "_"): name for name in pupil_lists.LISTS})  # type: ignore[misc]
EVERYBODY = ListName(pupil_lists.ALL)
WithNames = Annotated[bool, typer.Option("--with-names", help="Read names: needs --role, --actor and --purpose.")]
Role = Annotated[str, typer.Option(help=f"In which role: {', '.join(access.ROLES)}. Written down.")]
Actor = Annotated[str, typer.Option(help="Who reads the names. Written down.")]
Purpose = Annotated[str, typer.Option(help="What for. Written down; write no pupil's name here.")]


def roster_of(
    list_name: Annotated[ListName, typer.Option("--list", help="Which pupils.")] = EVERYBODY,
    snapshot: Snapshot = "latest",
    scope: In = "all",
    school: School = None,
    with_names: WithNames = False,
    role: Role = "",
    actor: Actor = "",
    purpose: Purpose = "",
    wanted: Wanted = Format.TABLE,
    out: Out = None,
) -> None:
    """List the pupils by room and student number; with names for a role that may read them, which is written down.

    `thabian report access` shows who has read names.
    """
    with census_warehouse.opened() as warehouse:
        found = find(warehouse, snapshot, scope, school)
        if with_names:
            told = reading(found, role, actor, purpose, list_name.value)
            made = roster.table_with_names(warehouse, found, list_name.value, told)
        else:
            made = roster.table(warehouse, found, list_name.value)
    put(made, wanted, out)


def access_log(wanted: Wanted = Format.TABLE, out: Out = None) -> None:
    """Who has read names: when, in which role, of which version and scope, what for; the last first."""
    with census_warehouse.opened() as warehouse:
        found = access.listed(warehouse)
    put(access.table(found, [format_minute(item.accessed_at) for item in found]), wanted, out)


def reading(scope: Scope, role: str, actor: str, purpose: str, list_name: str) -> Access:
    """What is written down about a reading of names, now."""
    version = scope.version.version
    return Access(clock.now_ms(), actor, role, getpass.getuser(), version, scope.name, list_name, purpose)
