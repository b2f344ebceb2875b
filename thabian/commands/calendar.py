"""`thabian calendar`: the calendars schools report by, row by row, and what of Thabian serves each row."""

import json
from collections.abc import Iterator
from typing import Annotated, Any, Literal

import typer
from rich.console import Console
from rich.text import Text
from typer.core import TyperGroup

from schemas.errors import ThabianError
from schemas.thai_dates import format_be
from snapshots import calendars
from snapshots.calendars import Calendar, Step
from snapshots.calendars.check import problems
from snapshots.moments import format_minute
from thabian import rehearsal, settings

app = typer.Typer(no_args_is_help=True, help="The calendars schools report by, row by row, and what serves each row.")

Output = Annotated[Literal["text", "json"], typer.Option("--format", help="How to print.")]


@app.command("list")
def list_calendars(output: Output = "text") -> None:
    """List the calendars and their rounds."""
    for calendar in map(calendars.load, calendars.names()):
        if output == "json":
            typer.echo(json.dumps(_about(calendar), ensure_ascii=False))
            continue
        typer.echo(f"{calendar.name}: {calendar.title}")
        for each in calendar.rounds.values():
            known_at = format_minute(each.known_at, is_end=True)
            typer.echo(f"  {each.name}: {each.title}; as of {format_be(each.as_of, 'short')}, cut (K) {known_at}")


@app.command()
def show(
    name: Annotated[str, typer.Argument(help="As `thabian calendar list` shows it.")], output: Output = "text"
) -> None:
    """Show a calendar: every row of its letter, with window, actor, action, and the commands that serve it."""
    calendar = calendars.load(name)
    if output == "json":
        typer.echo(
            json.dumps(_about(calendar) | {"rows": [_facts(step) for step in calendar.steps]}, ensure_ascii=False)
        )
        return
    now = rehearsal.now_ms(settings.load())
    console = Console(soft_wrap=True, highlight=False)
    console.print(Text(calendar.title, style="bold"))
    console.print(Text(f"{calendar.seed}\n{calendar.note}\n"))
    for step in calendar.steps:
        console.print(_lines(step, now))


@app.command()
def check() -> None:
    """Proof-read every calendar: rows, windows, rounds, and that each command they name exists. Exit code 1 if not."""
    known = frozenset(" ".join(path) for path in _commands())
    found = [(name, text) for name in calendars.names() for text in problems(calendars.load(name), known)]
    for name, text in found:
        typer.echo(f"{name}: {text}", err=True)
    if found:
        raise ThabianError("CALENDAR_INVALID", f"{len(found)} things do not hold")
    steps = sum(len(calendars.load(name).steps) for name in calendars.names())
    typer.echo(f"{len(calendars.names())} calendars, {steps} rows: all hold")


def _lines(step: Step, now: int) -> Text:
    text = Text(step.place, style="bold")
    text.append(f"  {_window(step)}{'  ◀ now' if step.window.holds(now) else ''}\n", style="not bold")
    text.append(f"   {step.actor}\n   {step.action}\n", style="not bold")
    served = ", ".join(f"thabian {name}" for name in step.commands) or "nothing serves it"
    text.append(f"   → {served}{f' ({step.note})' if step.note else ''}\n", style="not bold")
    return text


def _window(step: Step) -> str:
    return f"{format_minute(step.window.begins)} – {format_minute(step.window.ends, is_end=True)}"


def _about(calendar: Calendar) -> dict[str, Any]:
    rounds = [
        {
            "round": each.name,
            "title": each.title,
            "affiliation": each.affiliation,
            "area": each.area,
            "as_of": format_be(each.as_of),
            "cut": format_minute(each.known_at, is_end=True),
        }
        for each in calendar.rounds.values()
    ]
    about = {"calendar": calendar.name, "title": calendar.title, "seed": calendar.seed, "note": calendar.note}
    return about | {"rounds": rounds}


def _facts(step: Step) -> dict[str, Any]:
    return {
        "section": step.section,
        "row": step.row,
        "round": step.round,
        "acts": list(step.acts),
        "begins": format_minute(step.window.begins),
        "ends": format_minute(step.window.ends, is_end=True),
        "actor": step.actor,
        "action": step.action,
        "commands": list(step.commands),
        "note": step.note,
    }


def _commands() -> Iterator[tuple[str, ...]]:
    """Every command of Thabian, as typed after `thabian`."""
    from thabian.cli import COMMANDS  # the list names this module

    for command in COMMANDS:
        loaded = command.load()
        yield (str(command.name),)
        if isinstance(loaded, TyperGroup):
            yield from ((str(command.name), name) for name in loaded.commands)
