"""`thabian findings show`: one finding, its life, and the events that show it."""

import json
from dataclasses import asdict
from typing import Annotated, Any, Literal

import typer
from rich.console import Console

from schemas import code_lists, codes
from schemas.thai_dates import format_be
from snapshots.findings_register import acts, history, standing
from snapshots.logged_events import LoggedEvent, written
from snapshots.moments import format_moment
from thabian import rehearsal, settings
from thabian.commands import census_warehouse, findings_output
from thabian.commands.findings_act import Id
from warehouse.interface import Warehouse


def show(
    finding: Id,
    output: Annotated[Literal["text", "json"], typer.Option("--format", help="How to print.")] = "text",
) -> None:
    """Show one finding: its states, the events that show it, what officers did. Never a pupil's values."""
    now = rehearsal.now_ms(settings.load())
    with census_warehouse.opened() as warehouse:
        facts = _facts(warehouse, finding, now)
    if output == "json":
        typer.echo(json.dumps(facts, ensure_ascii=False, indent=2))
    else:
        _print(facts)


def _facts(warehouse: Warehouse, finding: str, now: int) -> dict[str, Any]:
    one = standing.find(warehouse, finding)
    known = findings_output.names(warehouse)
    lived = history.states(warehouse, one.finding_id)
    shown: list[str] = next(
        (evidence for *_, evidence in reversed(lived) if evidence), []
    )  # what is settled has none of its own
    events = history.events(warehouse, shown)
    meaning = next((code for code in codes.REGISTER_FINDINGS if code.code == one.code), None)
    return findings_output.facts(one, known, now) | {
        "id": one.finding_id.hex(),
        "meaning": meaning.meaning if meaning else "",
        "action": meaning.remedy if meaning else "",
        "affiliations": sorted(
            {label for code in (one.school_code, one.other_school) if (label := _affiliation(code))}
        ),
        "states": [
            {"told_at": format_moment(at), "state": state, "day": format_be(day)} for at, state, day, _ in lived
        ],
        "evidence": [_event(event, findings_output.school(event.school_code, known)) for event in events],
        "acts": [
            asdict(act) | {"acted_at": format_moment(act.acted_at)} for act in acts.read(warehouse, one.finding_id)
        ],
    }


def _affiliation(school: int) -> str:
    entry = code_lists.load("affiliations")
    code = f"{school:010}"[:2]
    return entry.entry(code).label if code in entry.codes else ""


def _event(event: LoggedEvent, school: str) -> dict[str, str]:
    return {
        "event": written(event.event_id),
        "kind": event.kind,
        "school": school,
        "effective_date": format_be(event.effective_date),
        "recorded_at": format_moment(event.recorded_at),
        "position": event.place,
    }


def _print(facts: dict[str, Any]) -> None:
    console = Console(highlight=False, markup=False, soft_wrap=True)
    console.print(f"{facts['id']}  {facts['code']} ({facts['severity']}): {facts['meaning']}")
    if facts["action"]:
        console.print(f"to do: {facts['action']}")
    console.print(f"state: {facts['state']}, settled: {'yes' if facts['settled'] else 'no'}")
    console.print(f"school: {facts['school'] or '-'}")
    if facts["other_school"]:
        console.print(f"talk to: {facts['other_school']}")
    if facts["affiliations"]:
        console.print(f"สังกัด: {', '.join(facts['affiliations'])}")
    console.print(f"opened: {facts['opened'] or 'never'}")
    for heading, columns in _PARTS.items():
        console.print(f"\n{heading}:" if facts[heading] else f"\n{heading}: none")
        for row in facts[heading]:
            console.print("  " + "  ".join(str(row[name]) for name in columns))


_PARTS = {
    "states": ("told_at", "state", "day"),
    "evidence": ("effective_date", "kind", "school", "event", "position"),
    "acts": ("acted_at", "act", "actor", "reason", "proof"),
}
