"""`thabian snapshot diff`: every cell and pupil that changed between two versions, and the events that did it."""

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Annotated, Any, BinaryIO, Literal

import typer

from schemas.attributes import CENSUS
from schemas.errors import ThabianError
from schemas.thai_dates import format_be
from snapshots import versions
from snapshots.diff import PupilChange, SchoolChange, Values
from snapshots.diff import diff as compare
from snapshots.logged_events import LoggedEvent, written
from snapshots.moments import format_moment
from snapshots.versions import Version
from thabian.commands import census_warehouse, output_file


def diff(
    before: Annotated[str, typer.Argument(metavar="ID", help="The earlier version: its id or the beginning of it.")],
    after: Annotated[str, typer.Argument(metavar="ID|latest", help="The later version.")] = "latest",
    school: Annotated[str | None, typer.Option(metavar="CODE", help="Only this school, by its 10-digit code.")] = None,
    limit: Annotated[int, typer.Option(min=0, help="Pupils to print; a table alone stops there.")] = 50,
    wanted: Annotated[
        Literal["table", "json"], typer.Option("--format", help="How to print; json: a line for each school.")
    ] = "table",
    out: Annotated[Path | None, typer.Option("-o", "--output", help="File. Default: standard output.")] = None,
) -> None:
    """Show every cell and pupil that changed between two versions, and the events that did it."""
    with census_warehouse.opened() as warehouse, output_file.opened(out, is_binary=False) as stream:
        old, new = versions.find(warehouse, before), versions.find(warehouse, after)
        changes = compare(warehouse, old, new, code_of(school))
        if wanted == "json":
            for change in changes:
                stream.write(json.dumps(_facts(change), ensure_ascii=False).encode() + b"\n")
            return
        _print(changes, old, new, limit, stream)


def code_of(school: str | None) -> int | None:
    """A school's code as a number; wrong usage when it is none."""
    if school is None:
        return None
    if not (school.isascii() and school.isdigit()):
        raise ThabianError("SCHOOL_NOT_IN_SNAPSHOT", "a school's code is its 10 digits", exit_code=2)
    return int(school)


def event_facts(event: LoggedEvent) -> dict[str, Any]:
    """An event for programs; no value that names a pupil is in it."""
    return {
        "event_id": written(event.event_id),
        "kind": event.kind,
        "act": event.act,
        "school_code": f"{event.school_code:010}",
        "academic_year": event.academic_year,
        "effective_date": event.effective_date.isoformat(),
        "recorded_at": format_moment(event.recorded_at),
        "topic": event.topic,
        "partition": event.partition,
        "offset": event.offset,
        "appended_at": format_moment(event.append_time),
        "received_at": format_moment(event.first_received),
        "removes": [written(target) for target in sorted(event.targets)],
    }


def event_line(event: LoggedEvent) -> str:
    """An event in one line for people."""
    return (
        f"{event.kind:22} {written(event.event_id)}  {format_be(event.effective_date)}  {event.place}"
        f"  received {format_moment(event.append_time)[:19]}"
    )


def named(values: Values | None) -> dict[str, str] | None:
    """A pupil's attributes by name, those that there are."""
    if values is None:
        return None
    given = {name: value for name, value in zip(CENSUS, values, strict=True) if value not in ("", 0)}
    return {name: f"{value:016x}" if isinstance(value, int) else value for name, value in given.items()}


def _facts(change: SchoolChange) -> dict[str, Any]:
    return {
        "school_code": f"{change.school_code:010}",
        "cells": [
            dict(zip(("grade", "sex", "room"), cell.cell, strict=True)) | {"before": cell.before, "after": cell.after}
            for cell in change.cells
        ],
        "pupils": [
            {
                "person_key": pupil.person_key.hex(),
                "before": named(pupil.before),
                "after": named(pupil.after),
                "changed": pupil.attributes,
                "events": [event_facts(event) for event in pupil.events],
            }
            for pupil in change.pupils
        ],
    }


def _print(changes: Iterable[SchoolChange], old: Version, new: Version, limit: int, stream: BinaryIO) -> None:
    def say(line: str) -> None:
        stream.write(f"{line}\n".encode())

    say(f"{old.version} ({format_be(old.as_of)}) → {new.version} ({format_be(new.as_of)})")
    schools = pupils = cells = 0
    for change in changes:
        if pupils < limit:
            _print_school(say, change, limit - pupils)
        schools, pupils, cells = schools + 1, pupils + len(change.pupils), cells + len(change.cells)
    more = f"; {limit:,} pupils printed, all with --format json" if pupils > limit else ""
    say(f"{schools:,} schools, {cells:,} cells and {pupils:,} pupils differ{more}")


def _print_school(say: Callable[[str], None], change: SchoolChange, limit: int) -> None:
    say(f"\nโรงเรียน {change.school_code:010}")
    for cell in change.cells:
        grade, sex, room = (value or "–" for value in cell.cell)
        say(f"  ชั้น {grade} เพศ {sex} ห้อง {room}: {cell.before:,} → {cell.after:,} ({cell.after - cell.before:+,})")
    for pupil in change.pupils[:limit]:
        say(f"  {pupil.person_key.hex()}  {_what(pupil)}")
        for event in pupil.events:
            say(f"    {event_line(event)}")


def _what(pupil: PupilChange) -> str:
    before, after = named(pupil.before), named(pupil.after)
    if before is None or after is None:
        return "came on the roll" if before is None else "left the roll"
    shown = {name: (before.get(name, "–"), after.get(name, "–")) for name in pupil.attributes}
    return ", ".join(f"{name} {old} → {new}" for name, (old, new) in shown.items())
