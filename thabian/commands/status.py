"""`thabian status`: how everything is, on one screen."""

import threading
import time
from typing import Annotated, Literal

import typer
from rich.console import Console
from rich.live import Live

from thabian import settings as settings_module
from thabian import status as asking
from thabian.commands import status_output
from thabian.connections import settled
from thabian.settings import Settings


def show(
    watch: Annotated[bool, typer.Option("--watch", help="Show it anew until Ctrl-C.")] = False,
    every: Annotated[float, typer.Option(min=0.5, help="Seconds between two looks, with --watch.")] = 3.0,
    output: Annotated[Literal["table", "json"], typer.Option("--format", help="How to print.")] = "table",
) -> None:
    """Show on one screen how everything is: parts, lag, throughput, outcomes, dead letters, findings, rounds.

    A part that is away is said to be, and the rest is shown. Exit code 1 if anything could not be asked.
    """
    settings = settled(settings_module.load())
    if watch:
        try:
            _watch(settings, every, output)
        except KeyboardInterrupt:
            raise typer.Exit(0) from None
    found = asking.look(settings)
    if output == "json":
        typer.echo(status_output.as_json(found))
    else:
        Console(highlight=False).print(status_output.screen(found))
    raise typer.Exit(0 if found.is_whole else 1)


def _watch(settings: Settings, every: float, output: str) -> None:
    """Until interrupted. Never more than half of the time is spent asking."""
    rest, console = threading.Event(), Console(highlight=False)
    with Live(console=console, screen=console.is_terminal and output == "table", auto_refresh=False) as live:
        while True:
            began = time.monotonic()
            found = asking.look(settings)
            if output == "json":
                typer.echo(status_output.as_json(found))
            else:
                live.update(status_output.screen(found), refresh=True)
            rest.wait(max(every, time.monotonic() - began))
