"""`thabian settings`: every setting with its value, secrets masked."""

import json
from typing import Annotated, Literal

import typer
from pydantic import SecretStr
from rich.console import Console
from rich.table import Table

from thabian import settings as settings_module


def show(
    output: Annotated[Literal["table", "json"], typer.Option("--format", help="How to print.")] = "table",
) -> None:
    """Print every setting: environment variable, value (secrets masked), meaning."""
    settings = settings_module.load()
    rows = [
        (f"THABIAN_{name.upper()}", _shown(getattr(settings, name)), field.description or "")
        for name, field in type(settings).model_fields.items()
    ]
    if output == "json":
        typer.echo(json.dumps({name: value for name, value, _ in rows}, ensure_ascii=False, indent=2))
        return
    table = Table(show_lines=False)
    table.add_column("variable", no_wrap=True)  # a name is copied from here: whole, on a narrow terminal as well
    for column in ("value", "meaning"):
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*row)
    Console().print(table)


def _shown(value: object) -> str:
    if isinstance(value, SecretStr):
        return "********" if value.get_secret_value() else ""
    return "" if value is None else str(value)
