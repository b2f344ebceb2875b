"""What `thabian status` prints."""

import json
from collections.abc import Callable, Iterator
from itertools import groupby
from typing import Any, Final, TypeVar

from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from consumers.outcomes import Outcome
from schemas.errors import ThabianError
from snapshots.moments import format_minute, format_moment
from snapshots.sealed import Seals
from thabian.looks.intake import Answered
from thabian.looks.lag import Behind, Lag
from thabian.looks.rounds import Running
from thabian.status import Answer, Status

_SCHOOLS: Final = ("expected", "recorded", "confirmed", "certified", "acknowledged")
_STATES: Final = ("OPEN", "CONFIRMED", "DISMISSED")
_UNITS: Final = ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s"))
Found = TypeVar("Found")


def screen(status: Status) -> RenderableType:
    """All of it, the parts first."""
    return Group(
        _parts(status),
        *_section("intake", status.intake, _intake),
        *_section("lag", status.lag, _lag),
        *_section("dead letters waiting", status.dead_letters, _letters),
        *_section("findings", status.findings, _findings),
        *_section("rounds", status.rounds, _rounds),
        *_section("census", status.snapshots, _census),
    )


def as_json(status: Status) -> str:
    """One line."""
    facts = {
        "at": format_moment(status.at),
        "parts": {name: "up" if is_up else "not answering" for name, is_up in status.parts.items()},
        "intake": _facts(status.intake, _intake_facts),
        "lag": _facts(status.lag, _lag_facts),
        "dead_letters": _facts(status.dead_letters, dict),
        "findings": _facts(status.findings, _findings_facts),
        "rounds": _facts(status.rounds, lambda found: [_round_facts(one) for one in found]),
        "census": _facts(status.snapshots, _census_facts),
    }
    return json.dumps(facts, ensure_ascii=False)


def _facts(answer: Answer[Found], told: Callable[[Found], Any]) -> Any:  # noqa: ANN401 - whatever JSON holds
    return {"error": answer.error.code} if answer.found is None and answer.error else told(answer.found)  # type: ignore[arg-type]


def _section(name: str, answer: Answer[Found], told: Callable[[Found], RenderableType]) -> Iterator[RenderableType]:
    yield Text(f"\n{name}", style="bold")
    if answer.found is None:
        yield _not_known(answer.error)
    else:
        yield told(answer.found)


def _not_known(error: ThabianError | None) -> Text:
    return Text(f"  not known: {error}", style="red")


def _parts(status: Status) -> Text:
    line = Text(format_minute(status.at))
    for name, is_up in status.parts.items():
        line.append(f"   {name} ")
        line.append("up" if is_up else "not answering", style="green" if is_up else "bold red")
    return line


def _intake(found: Answered) -> RenderableType:
    names = [outcome.name for outcome in Outcome if found.today.get(outcome.name) or found.hour.get(outcome.name)]
    speed = Text(f"  {found.per_second:,.1f} events a second in the last minute")
    if not names:
        return Group(speed, Text("  nothing taken in today"))
    table = _table("outcome", "last hour", "today")
    for name in names:
        table.add_row(name, f"{found.hour.get(name, 0):,}", f"{found.today.get(name, 0):,}")
    return Group(speed, table)


def _lag(found: Lag) -> RenderableType:
    """A row a topic: what waits in each of its partitions, in their order."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for heading in ("group", "run", "topic", "waiting, by partition", "behind"):
        table.add_column(heading, overflow="fold", justify="right" if heading in ("run", "behind") else "left")
    for (group, topic), parts in _by_topic(found):
        waiting = " ".join(f"{one.lag:,}" for one in parts)
        table.add_row(group, f"{found.members[group]}", topic, waiting, _behind(parts))
    return table


def _by_topic(found: Lag) -> Iterator[tuple[tuple[str, str], list[Behind]]]:
    for key, parts in groupby(found.partitions, key=lambda one: (one.group, one.topic)):
        yield key, list(parts)


def _behind(parts: list[Behind]) -> str:
    if any(one.seconds is None for one in parts):
        return "?"
    longest = max(one.seconds or 0.0 for one in parts)
    return duration(longest) if longest else "-"


def _letters(found: dict[str, int]) -> RenderableType:
    return Text("  none") if not found else _counted("code", "letters", found)


def _counted(name: str, what: str, found: dict[str, int]) -> Table:
    table = _table(name, what)
    for key, count in sorted(found.items()):
        table.add_row(key, f"{count:,}")
    return table


def _findings(found: dict[tuple[str, ...], float]) -> RenderableType:
    if not found:
        return Text("  none stand")
    table = _table("kind", *(state.lower() for state in _STATES))
    for code in sorted({code for code, _ in found}):
        table.add_row(code, *(f"{found.get((code, state), 0):,.0f}" for state in _STATES))
    return table


def _rounds(found: tuple[Running, ...]) -> RenderableType:
    if not found:
        return Text("  none is open")
    table = _table("schools of round", *_SCHOOLS)
    for one in found:
        table.add_row(one.round.name, *(f"{one.schools[state]:,}" for state in _SCHOOLS))
    return Group(table, Text("\n".join(_deadline(one) for one in found)))


def _deadline(one: Running) -> str:
    if one.progress.deadline is None:
        return f"  {one.round.name}: every deadline has passed"
    ends, act, whom = one.progress.deadline
    left = duration((ends - one.now_ms) / 1000)
    until = f"{act}{f' of {whom}' if whom else ''} until {format_minute(ends, is_end=True)}"
    return f"  {one.round.name}: {until}, {left} from now"


def _census(found: Seals) -> RenderableType:
    lines = [
        f"  {one.round}: {one.version}, sealed {format_minute(one.sealed_at)}"
        + (f" in {duration(one.took_ms / 1000)}" if one.took_ms is not None else "")
        for one in found.newest
    ]
    lines += [f"  {name}: overdue for {duration(late / 1000)}" for name, late in found.overdue.items() if late]
    return Text("\n".join(lines) or "  nothing is sealed")


def duration(seconds: float) -> str:
    """The two largest units: `3 d 4 h`, `12 s`."""
    left = round(seconds)
    parts: list[str] = []
    for size, unit in _UNITS:
        count, left = divmod(left, size)
        if count or parts:
            parts.append(f"{count} {unit}" if count else "")
        if len(parts) == 2:
            break
    return " ".join(part for part in parts if part) or "0 s"


def _table(first: str, *numbers: str) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
    table.add_column(first, overflow="fold")
    for heading in numbers:
        table.add_column(heading, justify="right", overflow="fold")
    return table


def _intake_facts(found: Answered) -> dict[str, Any]:
    return {"events_per_second": round(found.per_second, 1), "last_hour": found.hour, "today": found.today}


def _lag_facts(found: Lag) -> list[dict[str, Any]]:
    return [
        {
            "group": group,
            "processes": found.members[group],
            "topic": topic,
            "waiting": {str(one.partition): one.lag for one in parts},
            "behind_s": {str(one.partition): one.seconds for one in parts},
        }
        for (group, topic), parts in _by_topic(found)
    ]


def _findings_facts(found: dict[tuple[str, ...], float]) -> list[dict[str, Any]]:
    return [{"code": code, "state": state, "findings": count} for (code, state), count in sorted(found.items())]


def _round_facts(one: Running) -> dict[str, Any]:
    deadline = one.progress.deadline
    ends = (
        {"ends": format_minute(deadline[0], is_end=True), "act": deadline[1], "of": deadline[2]} if deadline else None
    )
    return {"round": one.round.name, "schools": one.schools, "next_deadline": ends}


def _census_facts(found: Seals) -> dict[str, Any]:
    newest = [
        {"round": one.round, "version": one.version, "sealed_at": format_moment(one.sealed_at), "took_ms": one.took_ms}
        for one in found.newest
    ]
    return {"newest": newest, "overdue_s": {name: late // 1000 for name, late in found.overdue.items() if late}}
