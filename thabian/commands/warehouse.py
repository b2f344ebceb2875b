"""`thabian warehouse`: bring ClickHouse's tables up to this release."""

from typing import Annotated

import typer
from rich.console import Console
from rich.syntax import Syntax

from thabian import settings as settings_module
from thabian.clock import now_ms
from thabian.connections import open_warehouse
from warehouse import cluster as clusters
from warehouse import migrate as migrations

app = typer.Typer(no_args_is_help=True, help="The warehouse's tables.")


@app.callback()
def warehouse() -> None:
    """The warehouse's tables."""


@app.command()
def migrate(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print the statements, run none.")] = False,
    allow_destructive: Annotated[bool, typer.Option(help="Run migrations that can lose stored data.")] = False,
) -> None:
    """Apply the migrations that are not applied yet, each once, in order."""
    settings = settings_module.load()
    console = Console()
    database = settings.clickhouse_database
    server = open_warehouse(settings, database="default")
    exists = bool(server.rows("SELECT 1 FROM system.databases WHERE name = %(name)s", {"name": database}))
    if not exists and not dry_run:
        server.execute(f"CREATE DATABASE IF NOT EXISTS {database}")
    server.close()
    store = open_warehouse(settings)
    todo = migrations.available() if dry_run and not exists else migrations.pending(store)
    for migration in todo:
        console.print(
            f"{migration.number:04} {migration.name}{'  (can lose data)' if migration.is_destructive else ''}"
        )
        if dry_run:
            console.print(Syntax(";\n\n".join(migration.statements) + ";", "sql", background_color="default"))
        else:
            migrations.apply(store, migration, now_ms=now_ms(), allow_destructive=allow_destructive)
    console.print(f"{len(todo)} migration(s) {'to apply' if dry_run else 'applied'} in database {database}.")
    store.close()


@app.command()
def ddl(
    cluster: Annotated[str, typer.Option(help="Name of the cluster in ClickHouse's remote_servers.")],
) -> None:
    """Print the tables of a cluster, made from the same migrations: replicated, and Distributed over what is sharded.

    Runs nothing, and needs no warehouse. Hand it to clickhouse-client --multiquery, then run `thabian warehouse migrate`,
    which finds the tables there and notes their migrations.
    """
    database = settings_module.load().clickhouse_database
    for statement in clusters.statements(cluster, database):
        typer.echo(f"{statement};\n")
