"""`thabian findings sink`: what the stream told, into the warehouse."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated

import typer

from snapshots.findings.across import across_ids
from snapshots.findings.found import Found
from snapshots.findings.reconcile import stored_so_far
from thabian import findings_process, logs
from thabian import settings as settings_module
from thabian.serving import serving
from warehouse.interface import Warehouse


def sink(
    until_end: Annotated[bool, typer.Option("--until-end", help="Stop when everything there now is stored.")] = False,
    metrics_port: Annotated[
        int, typer.Option(help="Serve /metrics, /healthz and /readyz on this port; 0: do not.")
    ] = 0,
) -> None:
    """Store what the stream found: register.findings into the warehouse. SIGTERM finishes the batch and leaves the group.

    Runs until told to stop. While the warehouse is away it waits, paused, and catches up afterwards.
    """
    settings = settings_module.load()
    logs.configure(settings)
    with serving(settings, "findings sink", metrics_port) as health:
        total = findings_process.run(settings, until_end=until_end, across=_across, health=health)
    states = ", ".join(f"{count:,} {name}" for name, count in sorted(total.items())) or "nothing new"
    typer.echo(f"Stored: {states}.")


def _across(warehouse: Warehouse, day: date) -> Sequence[Found]:
    """What is found across ids in everything stored by now."""
    return across_ids(warehouse, stored_so_far(warehouse), day)
