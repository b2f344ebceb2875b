"""`thabian publish`: files to events, events to Kafka, by way of the outbox."""

import sys
from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, date, datetime
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, BinaryIO

import typer

from publishers import delivery, json_events, sender
from publishers.outbox import Outbox
from publishers.roster import schools
from publishers.roster.prepare import Options, Prepared, prepare
from schemas import limits, topics
from schemas.errors import ThabianError
from schemas.thai_dates import format_be, parse_be_or_ce_date
from thabian import clock, publishing, settings
from thabian.commands import publish_report as report
from thabian.settings import Settings

app = typer.Typer(
    no_args_is_help=True,
    help="Publish a school's changes: a roster file, or events as JSON lines. Nothing is lost when the broker is away.",
)

Publisher = Annotated[
    str, typer.Option("--publisher", help="Whose ingress topic to write to: student-changes.<publisher>.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Check and report; publish nothing.")]
Errors = Annotated[
    Path | None,
    typer.Option("--errors", metavar="FILE", help="Write every problem as CSV: row, column, code, meaning. No values."),
]


def _day(text: str) -> date:
    try:
        day = parse_be_or_ce_date(text)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None
    if not limits.FIRST_DAY <= day <= limits.LAST_DAY:
        raise typer.BadParameter("the register holds days from 1970 (C.E.) on")
    return day


@app.command()
def roster(
    file: Annotated[Path, typer.Argument(help="A DMC roster: .xlsx or .csv, 36 columns or in-school 91.")],
    school: Annotated[str | None, typer.Option(help="The school's 10-digit ministry code.")] = None,
    schools_table: Annotated[
        Path | None, typer.Option(metavar="FILE", help="CSV with school_code and smis: maps SMIS and OBEC codes.")
    ] = None,
    year: Annotated[
        int | None,
        typer.Option(
            min=limits.FIRST_YEAR, max=limits.LAST_YEAR, help="Academic year, B.E. Default: from the file's name."
        ),
    ] = None,
    round_number: Annotated[
        int | None, typer.Option("--round", "--term", min=1, max=3, help="Round. Default: from the file's name.")
    ] = None,
    effective: Annotated[
        date | None,
        typer.Option(
            parser=_day, metavar="DATE", help="Day of the entries, B.E. or C.E. Default: first day of the term."
        ),
    ] = None,
    revision: Annotated[
        int, typer.Option(min=1, help="Raise it to publish a corrected file of the same year as new entries.")
    ] = 1,
    publisher: Publisher = topics.DEFAULT_PUBLISHER,
    dry_run: DryRun = False,
    errors: Errors = None,
) -> None:
    """Publish a DMC roster: one entry a pupil. Publishing the same file again adds nothing.

    A bad row is named with its code and costs only itself.

    Exit code: 0 all published; 1 some rows refused, or Kafka away; 2 nothing read.
    """
    options = Options(
        now=datetime.fromtimestamp(clock.now_ms() / 1000, UTC),
        source=_source(),
        school=schools.check_ten_digits(school) if school else None,
        schools_table=schools.read_table(schools_table) if schools_table else schools.SchoolsTable(),
        academic_year=year,
        round_number=round_number,
        effective=effective,
        revision=revision,
    )
    topic = topics.ingress(publisher, "" if dry_run else settings.load().topic_prefix)
    prepared = prepare(file, options)
    report.tell(file.name, prepared.checked.problems, errors)
    messages = [sender.message(topic, kind, event) for kind, event in prepared.events()]
    if not dry_run:
        _deliver(settings.load(), topic, messages, len(messages))
    _roster_summary(file.name, prepared, len(messages), dry_run=dry_run)
    raise typer.Exit(1 if prepared.checked.refused else 0)


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
            published = sum(1 for _ in messages) if dry_run else _deliver(settings.load(), topic, messages)
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
    """Forget events that wait in the outbox, such as those of a publisher that was mistyped."""
    current = settings.load()
    topic = topics.ingress(publisher, current.topic_prefix)
    with Outbox(current.outbox_path) as box:
        if not yes:
            typer.echo(f"{box.waiting().get(topic, 0)} events wait for {topic}; --yes forgets them")
            raise typer.Exit(2)
        typer.echo(f"{box.discard(topic)} events forgotten")


def _deliver(current: Settings, topic: str, messages: Iterable[sender.Message], total: int | None = None) -> int:
    with Outbox(current.outbox_path) as box:
        waiting = sum(box.waiting().values())
        with report.progress("sending", None if total is None else waiting + total) as sent:
            count = delivery.publish(box, topic, messages, partial(publishing.open_sender, current), sent)
    if waiting:
        typer.echo(f"{waiting} events of an earlier run were sent as well", err=True)
    return count


def _opened(file: Path) -> AbstractContextManager[BinaryIO]:
    if str(file) == "-":
        return nullcontext(sys.stdin.buffer)
    try:
        return file.open("rb")
    except OSError as error:
        raise ThabianError("FILE_MISSING", f"{file.name}: {error.strerror or 'cannot be read'}", exit_code=2) from None


def _roster_summary(name: str, prepared: Prepared, events: int, *, dry_run: bool) -> None:
    checked = prepared.checked
    done = "would be published" if dry_run else "published"
    lines = (
        ("rows", checked.rows),
        (f"pupils {done}", len(checked.pupils)),
        (f"events {done}", events),
        ("rows refused", checked.refused),
        ("rows repeated", checked.repeats),
    )
    load = prepared.load
    report.summary(
        f"{name}: {load.academic_year}, entries of {format_be(load.effective_date)}", lines, checked.problems
    )


def _source() -> str:
    return f"thabian-roster/{version('thabian')}"
