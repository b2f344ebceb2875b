"""`thabian streams`: findings and headcounts, as events are accepted."""

from typing import Annotated

import typer
from prometheus_client import start_http_server

from thabian import logs
from thabian import settings as settings_module


def run(
    until_end: Annotated[
        bool, typer.Option("--until-end", help="Stop when everything told so far is looked at.")
    ] = False,
    metrics_port: Annotated[int, typer.Option(help="Serve /metrics on this port; 0: do not.")] = 0,
) -> None:
    """Look for what no single event can show: findings, as they open and are settled, and the headcount of every school.

    Runs until told to stop; start as many as you like, each with a THABIAN_STREAMS_FOLDER of its own. `thabian findings sink`
    brings what it tells into the warehouse.
    """
    from thabian import streams_process  # Faust takes a second to import

    settings = settings_module.load()
    logs.configure(settings)
    if metrics_port:
        start_http_server(metrics_port)
    raise typer.Exit(streams_process.run(settings, until_end=until_end))
