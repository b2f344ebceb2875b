"""`thabian findings`: what somebody should look at, and what officers did about it."""

import typer

from thabian.commands.findings_sink import sink

app = typer.Typer(no_args_is_help=True, help="Findings: what somebody should look at, and what officers did about it.")

app.command("sink")(sink)
