"""`thabian monitor`: what no process can say of itself, as metrics."""

from typing import Annotated

import typer

from thabian import logs, monitor_process
from thabian import settings as settings_module
from thabian.connections import settled
from thabian.serving import serving


def run(
    metrics_port: Annotated[
        int, typer.Option(min=1, max=65535, help="Serve /metrics, /healthz and /readyz on this port.")
    ] = 9100,
) -> None:
    """Watch the installation from outside and serve what it finds as metrics: lag, dead letters, audit, rounds, disks.

    Runs until told to stop, and changes nothing. One is enough: it sees every process's work in the broker and the warehouse.
    What a look that fails has told stays as it was; its age is thabian_monitor_last_look_timestamp_seconds.
    """
    settings = settings_module.load()
    logs.configure(settings)
    settings = settled(settings)
    with serving(settings, "monitor", metrics_port, partitions=False) as health:
        monitor_process.run(settings, health)
