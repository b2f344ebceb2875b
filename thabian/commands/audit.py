"""`thabian audit`: every record has one outcome, stored whole; or what is missing or doubled."""

import dataclasses
import json
from typing import Annotated, Final, Literal

import typer
from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

from consumers.audit_report import AuditReport, Counts, Trouble
from consumers.outcomes import Outcome
from schemas.errors import ThabianError
from snapshots.moments import parse_moment
from thabian import auditing
from thabian import settings as settings_module
from thabian.commands.whole_table import print_whole

_OUTCOMES: Final = tuple(outcome.name for outcome in Outcome)


def run(
    begins: Annotated[
        str | None,
        typer.Option("--from", metavar="TIME", help="Append time: '2565-06-10 16:30'. Default: from the beginning."),
    ] = None,
    ends: Annotated[
        str | None, typer.Option("--to", metavar="TIME", help="Append time, exclusive. Default: the end of the log.")
    ] = None,
    output: Annotated[Literal["table", "json"], typer.Option("--format", help="How to print.")] = "table",
) -> None:
    """Prove that every record of the ingress topics has one outcome, stored whole; or name what is missing or doubled.

    What intake has in hand counts as missing: ask while it is idle, or up to a time it has passed. Exit code 1 if anything is
    missing or doubled.
    """
    report = auditing.audit(settings_module.load(), from_ms=_time(begins), to_ms=_time(ends))
    if output == "json":
        typer.echo(json.dumps(dataclasses.asdict(report) | {"complete": report.complete}, ensure_ascii=False))
    else:
        _print(report)
    raise typer.Exit(0 if report.complete else 1)


def _time(text: str | None) -> int | None:
    try:
        return None if text is None else parse_moment(text)
    except ValueError as error:
        raise ThabianError("DATE_INVALID", str(error), exit_code=2) from None


def _print(report: AuditReport) -> None:
    console = Console(soft_wrap=True, highlight=False)
    table = Table(box=SIMPLE)
    table.add_column("partition", no_wrap=True)
    shown = [name for name in _OUTCOMES if any(one.outcomes.get(name) for one in report.partitions)]
    for name in ("records", *shown, "missing", "doubled"):
        table.add_column(name, justify="right", no_wrap=True)
    for one in report.partitions:
        counts = (one.records, *(one.outcomes.get(name, 0) for name in shown))
        troubles = (_count(report.missing, one), _count(report.doubled, one))
        table.add_row(f"{one.topic}[{one.partition}]", *(f"{count:,}" for count in (*counts, *troubles)))
    print_whole(console, table)
    for name, found in (("missing", report.missing), ("doubled", report.doubled)):
        for trouble in found:
            console.print(f"{name}  {trouble}", markup=False)
    for reused in report.reused:
        console.print(
            f"reused   school {reused.school_code:010} event {reused.event_id}: {reused.copies} copies,"
            f" {reused.contents} content(s); the first in the log counts"
        )
    if report.reused_count > len(report.reused):
        console.print(f"reused   {report.reused_count - len(report.reused):,} identities more")
    for note in report.notes:
        console.print(f"note     {note}", markup=False)
    records = sum(one.records for one in report.partitions)
    verdict = "each has one outcome, stored whole" if report.complete else "NOT COMPLETE"
    console.print(f"{records:,} records in {len(report.partitions)} partitions: {verdict}.")


def _count(troubles: list[Trouble], one: Counts) -> int:
    return sum(
        trouble.count for trouble in troubles if (trouble.topic, trouble.partition) == (one.topic, one.partition)
    )
