"""What `thabian round` prints."""

import json
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from snapshots.calendars import Round
from snapshots.findings_register.counts import blocked_schools
from snapshots.moments import format_minute
from snapshots.rounds import progress as progress_module
from snapshots.rounds import signing, store, windows
from snapshots.rounds.act import Act
from snapshots.rounds.acting import Done
from snapshots.rounds.progress import Counts, Progress
from snapshots.rounds.signing import Blocker
from snapshots.rounds.state import State, fold
from snapshots.schools import School
from warehouse.interface import Warehouse

SHOWN = 20


@dataclass(frozen=True, slots=True)
class Look:
    """A round as it stands. `sealed`: the version at the cut, or the newest of the round's day; empty: none."""

    round: Round
    state: State
    members: dict[int, School]
    progress: Progress
    known_at: int
    sealed: str
    blockers: tuple[Blocker, ...]
    late: int


def look(warehouse: Warehouse, each: Round, now_ms: int) -> Look:
    """Look at a round."""
    members = signing.members(warehouse, each)
    state = fold(store.acts(warehouse, each.name))
    known_at = windows.known_at(each, state)
    at_cut = signing.version_at_cut(warehouse, each, known_at)
    sealed = signing.checksums(warehouse, at_cut, members) if at_cut else {}
    sent = progress_module.recorded(warehouse, each, members)
    return Look(
        round=each,
        state=state,
        members=members,
        progress=progress_module.progress(each, state, members, sent, now_ms),
        known_at=known_at,
        sealed=at_cut.version if at_cut else "",
        blockers=tuple(signing.blockers(state, members, sealed, blocked_schools(warehouse))) if at_cut else (),
        late=progress_module.late(warehouse, each, members, known_at),
    )


def tell(done: Done) -> None:
    """What was done, in a line or two."""
    act = done.act
    about = act.area or (f"{act.schools[0][0]:010}" if len(act.schools) == 1 else "")
    lines = [f"{act.round}: {act.act} by {act.actor} ({act.role}){f', {about}' if about else ''}"]
    if act.version:
        lines.append(f"signed: version {act.version}, {f'root {act.root}' if act.root else _checksum(act)}")
    elif len(act.schools) > 1 or act.area:
        lines += [f"{code:010} {checksum}".rstrip() for code, checksum in act.schools]
    if act.windows:
        lines.append(f"{', '.join(act.windows)}: until {format_minute(act.ends_at, is_end=True)}")
    for line in lines:
        typer.echo(line)
    if done.overridden:
        print_blockers(done.overridden)


def print_blockers(found: Sequence[Blocker]) -> None:
    """What stands against closing, on stderr."""
    console = Console(stderr=True, soft_wrap=True, highlight=False, markup=False)
    for one in found[:SHOWN]:
        console.print(f"{one.school.code:010} {one.code} {one.school.area} {one.school.name}")
    if len(found) > SHOWN:
        console.print(f"and {len(found) - SHOWN} more: thabian round status --format json")


def print_status(found: Look, area: str | None, output: str) -> None:
    """The whole, by area; or the schools of one."""
    if output == "json":
        typer.echo(json.dumps(_facts(found, area), ensure_ascii=False))
        return
    console = Console(highlight=False)
    for line in _head(found):
        console.print(line, soft_wrap=True, markup=False)
    console.print(_by_area(found.progress) if area is None else _schools(found, area))
    print_blockers(found.blockers)


def print_history(acts: Sequence[Act], waiting: Collection[bytes], output: str) -> None:
    """Every act, the oldest first; those without effect say so."""
    effective = fold(acts).effective
    for act in acts:
        marks = [] if act.event_id in effective else ["no effect"]
        marks += ["not sent yet"] if act.event_id in waiting else []
        if output == "json":
            typer.echo(json.dumps(_act(act) | {"marks": marks}, ensure_ascii=False))
            continue
        what = [act.act, act.area or ", ".join(f"{code:010}" for code, _ in act.schools)]
        what += [f"of {act.version}"] if act.version else []
        what += [f"{' '.join(act.windows)} until {format_minute(act.ends_at, is_end=True)}"] if act.windows else []
        what += [f"({act.reason})"] if act.reason else []
        what += [f"[{mark}]" for mark in marks]
        typer.echo(
            f"{format_minute(act.acted_at)}  {act.role:9} {act.actor}: {' '.join(part for part in what if part)}"
        )


def _head(found: Look) -> list[str]:
    deadline = found.progress.deadline
    lines = [f"{found.round.name}: {found.round.title}: {found.state.state}"]
    lines.append(f"cut (K) {signing.cut_text(found.known_at)}: {found.sealed or 'not sealed yet'}")
    if deadline:
        ends, act, whom = deadline
        lines.append(f"next deadline: {act}{f' of {whom}' if whom else ''}, {format_minute(ends, is_end=True)}")
    if found.late:
        lines.append(f"{found.late} events came at the cut or later: they count in later versions")
    return lines


def _by_area(progress: Progress) -> Table:
    table = Table(box=SIMPLE_HEAD)
    table.add_column("area", overflow="fold")
    for heading in ("schools", "recorded", "confirmed", "certified", "acknowledged", "returned"):
        table.add_column(heading, justify="right")
    for area, counts in [*progress.areas.items(), ("all", progress.total)]:
        table.add_row(Text(area), *(f"{number:,}" for number in _numbers(counts)))
    return table


def _schools(found: Look, area: str) -> Table:
    against = {one.school.code: one.code for one in found.blockers}
    table = Table(box=SIMPLE_HEAD)
    for heading in ("school", "name", "state", "since", "against closing"):
        table.add_column(heading, overflow="fold", no_wrap=heading == "school")
    for code, school in sorted(found.members.items()):
        if school.area == area:
            stands = found.state.school(code)
            since = format_minute(stands.since) if stands.since else ""
            table.add_row(f"{code:010}", Text(school.name), stands.state, since, against.get(code, ""))
    return table


def _numbers(counts: Counts) -> tuple[int, ...]:
    return tuple(asdict(counts).values())


def _facts(found: Look, area: str | None) -> dict[str, Any]:
    deadline = found.progress.deadline
    return {
        "round": found.round.name,
        "state": found.state.state,
        "cut": signing.cut_text(found.known_at),
        "version": found.sealed,
        "total": asdict(found.progress.total),
        "areas": {name: asdict(counts) for name, counts in found.progress.areas.items() if area in (None, name)},
        "next_deadline": {"ends": format_minute(deadline[0], is_end=True), "act": deadline[1], "of": deadline[2]}
        if deadline
        else None,
        "late": found.late,
        "against_closing": [{"school": f"{one.school.code:010}", "code": one.code} for one in found.blockers],
    }


def _act(act: Act) -> dict[str, Any]:
    facts: dict[str, Any] = asdict(act) | {"event_id": act.event_id.hex(), "as_of": act.as_of.isoformat()}
    facts["schools"] = [{"school": f"{code:010}", "checksum": checksum} for code, checksum in act.schools]
    facts |= {
        name: format_minute(facts[name]) if facts[name] else None for name in ("acted_at", "begins_at", "ends_at")
    }
    return facts


def _checksum(act: Act) -> str:
    return f"checksum {act.schools[0][1]}" if act.schools else ""
