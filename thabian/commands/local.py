"""`thabian local`: a real Kafka and the real ClickHouse engine on this machine."""

import dataclasses
import json
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from deploy.local.errors import LocalPartError, Trouble
from deploy.local.stack import LocalStack, PartStatus
from schemas.errors import ThabianError
from thabian import settings
from thabian.commands.local_progress import LocalProgress

CODES = {
    Trouble.FAILED: "LOCAL_PART_FAILED",
    Trouble.NOT_LOOPBACK: "LOCAL_NOT_LOOPBACK",
    Trouble.NOT_RUNNING: "LOCAL_NOT_RUNNING",
    Trouble.NOT_INSTALLED: "LOCAL_NOT_INSTALLED",
    Trouble.PORT_TAKEN: "LOCAL_PORT_TAKEN",
    Trouble.DOWNLOAD_FAILED: "LOCAL_DOWNLOAD_FAILED",
    Trouble.UNKNOWN_PART: "LOCAL_UNKNOWN_PART",
}
WRONG_USAGE = {Trouble.NOT_LOOPBACK, Trouble.UNKNOWN_PART}

app = typer.Typer(
    no_args_is_help=True,
    help="Run a real Kafka broker and the real ClickHouse engine on this machine. Python is all they need.",
)

Home = Annotated[
    Path | None,
    typer.Option(
        "--home", help="Folder of the data and logs. Default: THABIAN_LOCAL_HOME, or under the user's data folder."
    ),
]


class Format(StrEnum):
    """How `status` is printed."""

    TABLE = "table"
    JSON = "json"


@app.command()
def up(
    home: Home = None,
    kafka_port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="Port of the broker. 0: a free one, remembered.")
    ] = None,
    clickhouse_port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="Port of the ClickHouse server. 0: a free one, remembered.")
    ] = None,
    host: Annotated[str, typer.Option(help="Loopback address to listen on.")] = "127.0.0.1",
    brokers: Annotated[
        int | None,
        typer.Option(
            help="1, or 3 of which one may be lost for good. Settled at the first start. Default: as before, or 1."
        ),
    ] = None,
) -> None:
    """Start what does not run yet, and wait until it answers. Harmless when all is up.

    The first start downloads Kafka (43 MB). A part that was killed is started again with its data. With three brokers, let
    THABIAN_TOPIC_REPLICATION be 3 before `thabian topics apply`.
    """
    console = Console(stderr=True)
    with _told_clearly(), LocalProgress(console) as progress:
        found = _stack(home, kafka_port, clickhouse_port, host, brokers).up(progress)
    typer.echo(f"kafka       {found.kafka_bootstrap}")
    typer.echo(f"clickhouse  {found.clickhouse_host}:{found.clickhouse_port} (native protocol)")


@app.command()
def down(home: Home = None) -> None:
    """Stop all parts; the data stays."""
    with _told_clearly():
        stopped = _stack(home).down()
    typer.echo(f"stopped {' and '.join(stopped)}" if stopped else "nothing was running")


@app.command()
def status(
    home: Home = None,
    format_: Annotated[Format, typer.Option("--format", help="Output format.")] = Format.TABLE,
) -> None:
    """Show all parts. Exit code 0 if all are up, else 1."""
    with _told_clearly():
        parts = _stack(home).status()
    if format_ is Format.JSON:
        typer.echo(json.dumps([dataclasses.asdict(part) for part in parts], default=str, indent=2))
    else:
        _print_table(parts)
    raise typer.Exit(0 if all(part.state == "up" for part in parts) else 1)


@app.command()
def logs(
    part: Annotated[str, typer.Argument(help="kafka (of three brokers: kafka-2, kafka-3) or clickhouse")],
    home: Home = None,
    lines: Annotated[int, typer.Option("-n", "--lines", min=1, help="How many of the last lines.")] = 50,
) -> None:
    """Print the last lines of a part's log."""
    with _told_clearly():
        for line in _stack(home).logs(part, lines):
            typer.echo(line)


@app.command()
def reset(
    home: Home = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Stop all parts and delete all their data, logs and remembered ports."""
    stack = _stack(home)
    if not yes:
        typer.confirm(f"Delete all local topics and tables in {stack.home}?", abort=True)
    with _told_clearly():
        stack.reset()
    typer.echo("all local data is deleted")


def _stack(
    home: Path | None,
    kafka_port: int | None = None,
    clickhouse_port: int | None = None,
    host: str = "127.0.0.1",
    brokers: int | None = None,
) -> LocalStack:
    defaults = settings.load()
    return LocalStack(
        (home or defaults.local_home).expanduser().resolve(),
        defaults.local_kafka_port if kafka_port is None else kafka_port,
        defaults.local_clickhouse_port if clickhouse_port is None else clickhouse_port,
        host,
        brokers or 0,
    )


@contextmanager
def _told_clearly() -> Iterator[None]:
    try:
        yield
    except LocalPartError as error:
        exit_code = 2 if error.trouble in WRONG_USAGE else 1
        raise ThabianError(CODES[error.trouble], error.message, exit_code=exit_code) from error


def _print_table(parts: list[PartStatus]) -> None:
    table = Table(box=None, pad_edge=False)
    for heading in ("part", "state", "address", "pid", "memory", "log"):
        table.add_column(heading, overflow="fold")
    for part in parts:
        memory = f"{part.memory / 1e6:.0f} MB" if part.memory is not None else ""
        pid = str(part.pid) if part.pid is not None else ""
        table.add_row(part.name, part.state, part.address or "", pid, memory, str(part.log))
    Console().print(table)
