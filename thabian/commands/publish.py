"""`thabian publish`: files to events, events to Kafka, by way of the outbox."""

import sys
from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from pathlib import Path
from typing import Annotated, BinaryIO

import typer

from publishers import delivery, json_events
from publishers.outbox import Outbox
from publishers.roster import published as published_before
from publishers.sender import Message
from schemas import topics
from schemas.errors import ThabianError
from thabian import publishing, settings
from thabian.commands import publish_report as report
from thabian.commands.publish_delivery import deliver
from thabian.commands.publish_roster import DryRun, Errors, Publisher, roster

app = typer.Typer(
    no_args_is_help=True,
    help="Publish a school's changes: a roster file, or events as JSON lines. Nothing is lost when the broker is away.",
)

app.command()(roster)


@app.command()
def events(
    file: Annotated[Path, typer.Argument(help="One JSON object a line, UTF-8; - is standard input.", allow_dash=True)],
    publisher: Publisher = topics.DEFAULT_PUBLISHER,
    dry_run: DryRun = False,
    errors: Errors = None,
) -> None:
    """Publish events of any kind from JSON lines: "kind" and the contract's fields, with plain dates (C.E.).

    A bad line is named with its field and code and costs only itself. Nothing is sent before the end of the file.

    Exit code: 0 all published; 1 some lines refused, or Kafka away; 2 nothing read.
    """
    topic = topics.ingress(publisher, "" if dry_run else settings.load().topic_prefix)
    reader = json_events.LineReader(topic)
    name = "standard input" if str(file) == "-" else file.name
    with _opened(file) as lines:
        messages = reader.read(lines)
        try:
            published = sum(1 for _ in messages) if dry_run else _deliver(topic, messages)
        finally:
            report.tell(name, reader.problems, errors)
    if not reader.lines:
        raise ThabianError("FILE_EMPTY", f"{name} holds no line", exit_code=2)
    done = "events would be published" if dry_run else "events published"
    report.summary(
        name, (("lines", reader.lines), (done, published), ("lines refused", reader.refused)), reader.problems
    )
    raise typer.Exit(1 if reader.refused else 0)


@app.command()
def resume() -> None:
    """Send what an earlier publish left in the outbox, because it was killed or the broker was away."""
    current = settings.load()
    with Outbox(current.outbox_path) as outbox:
        waiting = sum(outbox.waiting().values())
        if waiting:
            with report.progress("sending", waiting) as sent:
                delivery.resume(outbox, partial(publishing.open_sender, current), sent)
    typer.echo(f"{waiting} events sent" if waiting else "nothing was waiting")


@app.command()
def outbox() -> None:
    """Show how many events wait in the outbox, by topic."""
    path = settings.load().outbox_path
    with Outbox(path) as box:
        waiting = box.waiting()
    report.summary(f"outbox {path}", list(waiting.items()) or [("waiting", 0)], ())


@app.command()
def discard(
    publisher: Annotated[str, typer.Argument(help="Whose events to forget.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do it: they will never reach the register.")] = False,
) -> None:
    """Forget events that wait in the outbox, such as those of a publisher that was mistyped.

    What was last published of its rosters is forgotten with them: the next roster is sent whole.
    """
    current = settings.load()
    topic = topics.ingress(publisher, current.topic_prefix)
    with Outbox(current.outbox_path) as box:
        if not yes:
            typer.echo(f"{box.waiting().get(topic, 0)} events wait for {topic}; --yes forgets them")
            raise typer.Exit(2)
        forgotten = box.discard(topic, lambda db: published_before.forget(db, topic))
        typer.echo(f"{forgotten} events forgotten")


def _deliver(topic: str, messages: Iterable[Message]) -> int:
    current = settings.load()
    with Outbox(current.outbox_path) as box:
        return deliver(current, box, topic, messages)


def _opened(file: Path) -> AbstractContextManager[BinaryIO]:
    if str(file) == "-":
        return nullcontext(sys.stdin.buffer)
    try:
        return file.open("rb")
    except OSError as error:
        raise ThabianError("FILE_MISSING", f"{file.name}: {error.strerror or 'cannot be read'}", exit_code=2) from None
