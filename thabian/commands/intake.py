"""`thabian intake`: take events from the ingress topics into the register."""

from typing import Annotated

import typer

from thabian import intake_process, logs
from thabian import settings as settings_module
from thabian.commands.rewind import rewind
from thabian.serving import serving

app = typer.Typer(invoke_without_command=True)


@app.callback(invoke_without_command=True)
def run(
    context: typer.Context,
    until_end: Annotated[bool, typer.Option("--until-end", help="Stop when everything there now is taken in.")] = False,
    metrics_port: Annotated[
        int, typer.Option(help="Serve /metrics, /healthz and /readyz on this port; 0: do not.")
    ] = 0,
) -> None:
    """Take events in: decode, validate, dedupe, store, answer, commit. SIGTERM finishes the batch and leaves the group.

    Runs until told to stop. While the warehouse is away it waits, paused, and catches up afterwards.
    """
    if context.invoked_subcommand is not None:
        return
    settings = settings_module.load()
    logs.configure(settings)
    with serving(settings, "intake", metrics_port) as health:
        total = intake_process.run(settings, until_end=until_end, health=health)
    outcomes = ", ".join(f"{count:,} {name}" for name, count in sorted(total.items())) or "nothing new"
    typer.echo(f"Taken in: {outcomes}.")


app.command("rewind")(rewind)
