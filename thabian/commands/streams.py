"""`thabian streams`: findings and headcounts, as events are accepted."""

from typing import Annotated

import typer

from thabian import logs
from thabian import settings as settings_module
from thabian.serving import serving


def run(
    until_end: Annotated[
        bool, typer.Option("--until-end", help="Stop when everything told so far is looked at.")
    ] = False,
    metrics_port: Annotated[
        int, typer.Option(help="Serve /metrics, /healthz and /readyz on this port; 0: do not.")
    ] = 0,
) -> None:
    """Look for what no single event can show: findings, as they open and are settled, and the headcount of every school.

    Runs until told to stop; start as many as you like, each with a THABIAN_STREAMS_FOLDER of its own. `thabian findings sink`
    brings what it tells into the warehouse.
    """
    from thabian import streams_process  # Faust takes a second to import

    settings = settings_module.load()
    logs.configure(settings)
    with serving(settings, "streams", metrics_port, warehouse=False) as health:
        code = streams_process.run(settings, until_end=until_end, health=health)
    raise typer.Exit(code)
