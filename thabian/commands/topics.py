"""`thabian topics`: make the broker's topics match their declaration, or show where they do not."""

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from thabian import settings as settings_module
from thabian.connections import open_admin
from thabian.topic_admin import Difference, TopicAdmin

app = typer.Typer(
    no_args_is_help=True, help="Make the broker's topics match schemas/topics.py, or show the difference."
)

Publishers = Annotated[
    list[str] | None,
    typer.Option("--publisher", help="Also this publisher's ingress topic. May be given several times."),
]


@app.command()
def apply(publisher: Publishers = None) -> None:
    """Create missing topics and mend configurations. Harmless when nothing differs."""
    settings = settings_module.load()
    client = open_admin(settings)
    try:
        admin = TopicAdmin(client, settings)
        found = admin.apply(admin.wanted(publisher or ()))
    finally:
        client.close()
    _show([item for item in found if item.mendable], "applied")
    stuck = [item for item in found if not item.mendable]
    if stuck:
        _show(stuck, "left as it is: a change would move schools to other partitions")
        raise typer.Exit(1)


@app.command()
def diff(publisher: Publishers = None) -> None:
    """Show where the broker differs. Exit code 1 if it does."""
    settings = settings_module.load()
    client = open_admin(settings)
    try:
        admin = TopicAdmin(client, settings)
        found = admin.differences(admin.wanted(publisher or ()))
    finally:
        client.close()
    _show(found, "differs")
    raise typer.Exit(1 if found else 0)


def _show(found: list[Difference], what: str) -> None:
    console = Console()
    if not found:
        console.print("The broker's topics are as declared.")
        return
    table = Table(title=f"Topics: {what}", title_justify="left")
    for column in ("topic", "what", "declared", "broker"):
        table.add_column(column)
    for item in found:
        table.add_row(item.topic, item.what, item.declared, item.broker)
    console.print(table)
