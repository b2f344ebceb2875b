"""`thabian snapshot clean`: delete what killed seals left behind."""

from typing import Annotated

import typer

from snapshots import clean as cleaning
from thabian.clock import now_ms
from thabian.commands import census_warehouse

_HOUR_MS = 3_600_000


def clean(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be deleted; delete nothing.")] = False,
    older_than: Annotated[
        int, typer.Option(min=0, metavar="HOURS", help="Leave runs alone that began since: they may be at work.")
    ] = 24,
) -> None:
    """Delete the rows of seals that were killed. No version has anything of them, and none is touched."""
    with census_warehouse.opened() as warehouse:
        found = cleaning.dead_runs(warehouse, now_ms() - older_than * _HOUR_MS)
        if not dry_run:
            cleaning.remove(warehouse, found)
    rows = sum(item.rows for item in found)
    typer.echo(
        f"{len(found):,} dead runs, {rows:,} rows: {'nothing was deleted (--dry-run)' if dry_run else 'deleted'}"
    )
