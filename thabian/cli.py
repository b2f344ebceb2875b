"""The `thabian` command: wires the subcommands and turns every known failure into one line and an exit code."""

import sys

import typer

from schemas.errors import ThabianError
from thabian.commands import (
    demo,
    generate,
    intake,
    local,
    publish,
    receipts,
    reference,
    report,
    settings,
    snapshot,
    topics,
    warehouse,
)

app = typer.Typer(
    name="thabian",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    help="ทะเบียน, the register: student change events in, signed term censuses out.",
)
app.add_typer(local.app, name="local")
app.add_typer(topics.app, name="topics")
app.add_typer(warehouse.app, name="warehouse")
app.command("intake")(intake.run)
app.command("receipts")(receipts.show)
app.command("settings")(settings.show)
app.command("demo")(demo.run)
app.command("reference")(reference.write)
app.add_typer(generate.app, name="generate")
app.add_typer(publish.app, name="publish")
app.add_typer(snapshot.app, name="snapshot")
app.add_typer(report.app, name="report")


def main() -> None:
    """Entry point. Exit codes: 0 done, 1 refused or failed, 2 wrong usage or nothing to work on."""
    try:
        app()
    except ThabianError as error:
        sys.stderr.write(f"thabian: {error}\n")
        sys.exit(error.exit_code)
