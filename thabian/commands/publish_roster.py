"""`thabian publish roster`: a roster file to events; of a later one, only what differs from the one before."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from enum import StrEnum
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

from publishers import sender
from publishers.outbox import Outbox
from publishers.roster import next_file, reasons, schools
from publishers.roster.next_file import NextFile, Wish
from publishers.roster.prepare import Options, Prepared, prepare
from publishers.roster.reasons import Reason
from schemas import limits, topics
from schemas.thai_dates import format_be, parse_be_or_ce_date
from thabian import clock, settings
from thabian.commands import publish_report as report
from thabian.commands.publish_delivery import deliver
from thabian.settings import Settings

Publisher = Annotated[
    str, typer.Option("--publisher", help="Whose ingress topic to write to: student-changes.<publisher>.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Check and report; publish nothing.")]
Errors = Annotated[
    Path | None,
    typer.Option("--errors", metavar="FILE", help="Write every problem as CSV: row, column, code, meaning. No values."),
]


class NewAs(StrEnum):
    """How pupils come on a roll that was published before."""

    ENROLLED = "enrolled"
    TRANSFERRED_IN = "transferred_in"


def _day(text: str) -> date:
    try:
        day = parse_be_or_ce_date(text)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None
    if not limits.FIRST_DAY <= day <= limits.LAST_DAY:
        raise typer.BadParameter("the register holds days from 1970 (C.E.) on")
    return day


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
            parser=_day,
            metavar="DATE",
            help="Day of the entries, B.E. or C.E.; of a later roster, of what changed. Default: first day of the term.",
        ),
    ] = None,
    revision: Annotated[
        int, typer.Option(min=1, help="Raise it to publish a corrected file of the same year as new entries.")
    ] = 1,
    new_as: Annotated[
        NewAs, typer.Option(help="How pupils came who are not in the roster before, where --reasons does not say.")
    ] = NewAs.ENROLLED,
    reasons_file: Annotated[
        Path | None,
        typer.Option(
            "--reasons", metavar="FILE", help="CSV: person_id, kind, reason, date, other_school. Why, and when."
        ),
    ] = None,
    gone: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Write who is gone without a reason, to be filled in as --reasons. Holds ids."
        ),
    ] = None,
    again: Annotated[
        bool, typer.Option("--again", help="Send entries that were sent before once more: the register knows them.")
    ] = False,
    publisher: Publisher = topics.DEFAULT_PUBLISHER,
    dry_run: DryRun = False,
    errors: Errors = None,
) -> None:
    """Publish a DMC roster: one entry a pupil. Of a later roster of the school's year, only what differs is sent.

    New rows are entries. Changed cells are corrections: of an error (names, sex, birth date) or from the day given. A pupil
    who is gone needs a reason, and stays on the roll without one. The same file again sends nothing. A bad row is named with
    its code and costs only itself.

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
    current = settings.load()
    topic = topics.ingress(publisher, current.topic_prefix)
    wish = Wish(topic, _reasons(reasons_file), new_as.value, again, has_day=effective is not None)
    prepared = prepare(file, options)
    report.tell(file.name, prepared.checked.problems, errors)
    made = (_show if dry_run else _publish)(current, prepared, wish)
    if gone is not None:
        reasons.write(gone, made.unexplained())
    _summary(file.name, prepared, made, dry_run=dry_run)
    raise typer.Exit(1 if prepared.checked.refused else 0)


def _reasons(path: Path | None) -> Mapping[str, Reason]:
    return reasons.read(path) if path else {}


def _show(current: Settings, prepared: Prepared, wish: Wish) -> NextFile:
    """What would be sent. An outbox that is not there is not made."""
    if not current.outbox_path.exists():
        return next_file.compare(prepared, wish, None)
    with Outbox(current.outbox_path) as box:
        return box.ask(lambda db: next_file.compare(prepared, wish, db))


def _publish(current: Settings, prepared: Prepared, wish: Wish) -> NextFile:
    with Outbox(current.outbox_path) as box:
        made = box.ask(lambda db: next_file.compare(prepared, wish, db))
        messages = [sender.message(wish.topic, kind, event) for kind, event in made.events()]
        deliver(current, box, wish.topic, messages, len(messages), also=made.keep)
    return made


def _summary(name: str, prepared: Prepared, made: NextFile, *, dry_run: bool) -> None:
    checked, done = prepared.checked, "would be published" if dry_run else "published"
    differences = made.counts()
    lines = [("rows", checked.rows), (f"pupils {done}", len({event["person_id"] for _, event in made.events()}))]
    lines += [(f"events {done}", len(made.events()))]
    lines += [("rows refused", checked.refused), ("rows repeated", checked.repeats)]
    if any(not found.is_first for found in made.found.values()):
        lines += [(what, count) for what, count in differences.items() if count]
    load = prepared.load
    report.summary(
        f"{name}: {load.academic_year}, entries of {format_be(load.effective_date)}", lines, checked.problems
    )


def _source() -> str:
    return f"thabian-roster/{version('thabian')}"
