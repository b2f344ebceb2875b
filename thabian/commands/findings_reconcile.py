"""`thabian findings reconcile`: hold what the stream found against the same rules in SQL."""

import json
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Annotated, Final, Literal

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from schemas.errors import ThabianError
from schemas.thai_dates import format_be, parse_be_or_ce_date
from snapshots.findings.found import Found
from snapshots.findings.reconcile import Reconciled, stored_so_far
from snapshots.findings.reconcile import reconcile as hold_against
from snapshots.log_ends import Cut
from snapshots.moments import BANGKOK
from thabian import rehearsal
from thabian import settings as settings_module
from thabian.commands import census_warehouse
from thabian.settings import Settings
from warehouse.interface import Warehouse

_POLL_S: Final = 0.5


def reconcile(
    at: Annotated[
        str | None,
        typer.Option("--at", metavar="DAY", help="The day to look at: 2565-06-10, 2022-06-10. Default: today."),
    ] = None,
    wait: Annotated[int, typer.Option(min=0, help="Seconds to wait until stream and sink have come so far.")] = 60,
    output: Annotated[Literal["table", "json"], typer.Option("--format", help="How to print.")] = "table",
) -> None:
    """Hold the findings of the stream against the same rules in SQL, over everything stored by now.

    Ask while intake is idle: events that come meanwhile reach one of the two first. Exit code 1 if anything differs.
    """
    settings = settings_module.load()
    day = _day(settings, at)
    with census_warehouse.opened() as warehouse:
        cut = _caught_up(settings, warehouse, wait)
        found = hold_against(warehouse, cut, day, settings.findings_grace_days)
        if not found.holds and stored_so_far(warehouse) != cut:
            raise ThabianError(
                "STREAMS_BEHIND",
                "events were stored while stream and SQL were compared: ask again while intake is idle",
            )
    _print(day, found, output)
    if not found.holds:
        raise ThabianError(
            "FINDINGS_DIFFER",
            f"{len(found.missing):,} finding(s) in SQL alone, {len(found.surplus):,} in the stream alone",
        )


def _day(settings: Settings, text: str | None) -> date:
    if text is None:
        return datetime.fromtimestamp(rehearsal.now_ms(settings) / 1000, UTC).astimezone(BANGKOK).date()
    try:
        return parse_be_or_ce_date(text)
    except ValueError as error:
        raise ThabianError("DATE_INVALID", f"--at: {error}", exit_code=2) from None


def _caught_up(settings: Settings, warehouse: Warehouse, wait_s: int) -> Cut:
    """Everything stored by now, once it was answered, looked at by the stream, and its findings are in the warehouse."""
    from thabian.stream_positions import messages_behind

    cut = stored_so_far(warehouse)
    give_up_at = time.monotonic() + wait_s
    while behind := messages_behind(settings, cut):
        if time.monotonic() >= give_up_at:
            raise ThabianError(
                "STREAMS_BEHIND",
                f"{behind:,} messages behind after {wait_s} seconds: are intake, the stream and its sink running?",
            )
        time.sleep(_POLL_S)
    return cut


def _print(day: date, found: Reconciled, output: str) -> None:
    if output == "json":
        typer.echo(json.dumps(_facts(day, found), ensure_ascii=False))
        return
    console = Console(soft_wrap=True, highlight=False)
    table = Table(box=SIMPLE_HEAD)
    table.add_column("code", no_wrap=True)
    for heading in ("equal", "SQL alone", "stream alone"):
        table.add_column(heading, justify="right", no_wrap=True)
    for code, counts in _counts(found):
        table.add_row(code, *(f"{count:,}" for count in counts))
    console.print(table)
    for where, name, one in _differences(found):
        schools = f"school {one.school_code:010}" + (f" other {one.other_school:010}" if one.other_school else "")
        console.print(f"{where:8} {name.hex()}  {one.code}  {schools}", markup=False)
    console.print(f"{format_be(day)}: {'stream and SQL find the same.' if found.holds else 'THEY DIFFER.'}")


def _facts(day: date, found: Reconciled) -> dict[str, object]:
    """Ids, codes and schools, never more."""
    return {
        "day": day.isoformat(),
        "equal": dict(sorted(found.equal.items())),
        **{
            kind: [
                {
                    "finding_id": name.hex(),
                    "code": one.code,
                    "school_code": f"{one.school_code:010}",
                    "other_school": f"{one.other_school:010}" if one.other_school else None,
                }
                for where, name, one in _differences(found)
                if where == kind
            ]
            for kind in ("missing", "surplus")
        },
        "holds": found.holds,
    }


def _counts(found: Reconciled) -> Iterator[tuple[str, tuple[int, int, int]]]:
    missing = [one.code for one in found.missing.values()]
    surplus = [one.code for one in found.surplus.values()]
    for code in sorted({*found.equal, *missing, *surplus}):
        yield code, (found.equal.get(code, 0), missing.count(code), surplus.count(code))


def _differences(found: Reconciled) -> Iterator[tuple[str, bytes, Found]]:
    for where, findings in (("missing", found.missing), ("surplus", found.surplus)):
        for name, one in sorted(findings.items(), key=lambda item: (item[1].code, item[1].school_code, item[0])):
            yield where, name, one
