"""`thabian snapshot explain`: the events behind a number, and why those that do not count do not."""

import json
import uuid
from pathlib import Path
from typing import Annotated, Any, BinaryIO, Literal

import typer

from schemas.errors import ThabianError
from snapshots import cell_values, versions
from snapshots import explain as explanations
from snapshots.explain import CellFilter, ExplainedPupil
from snapshots.fold import rules_digest
from snapshots.versions import Version
from thabian.commands import census_warehouse, output_file
from thabian.commands.snapshot_diff import code_of, event_facts, event_line, named
from warehouse.interface import Warehouse


def explain(
    snapshot: Annotated[
        str, typer.Argument(metavar="ID|latest", help="A version's id or the beginning of it.")
    ] = "latest",
    school: Annotated[str | None, typer.Option(metavar="CODE", help="A school, by its 10-digit code.")] = None,
    grade: Annotated[str | None, typer.Option(help="Of the school: this grade, such as 04.")] = None,
    sex: Annotated[str | None, typer.Option(help="Of the school: this sex, M or F.")] = None,
    room: Annotated[str | None, typer.Option(help="Of the school: this room.")] = None,
    person_key: Annotated[
        str | None, typer.Option(metavar="HEX", help="A pupil, by the key that rows and diff print.")
    ] = None,
    event: Annotated[str | None, typer.Option(metavar="UUID", help="The pupils an event is about, by its id.")] = None,
    wanted: Annotated[
        Literal["table", "json"], typer.Option("--format", help="How to print; json: a line for each pupil.")
    ] = "table",
    out: Annotated[Path | None, typer.Option("-o", "--output", help="File. Default: standard output.")] = None,
) -> None:
    """Show the events behind a cell or a pupil: what each did, and why those that do not count do not.

    Of a cell: the pupils counted in it, then those of whom some event spoke of it.
    """
    if sum(option is not None for option in (school, person_key, event)) != 1:
        raise typer.BadParameter("say what to explain: one of --school, --person-key, --event")
    cell = CellFilter(grade, sex, room) if school is not None else CellFilter()
    with census_warehouse.opened() as warehouse:
        version = versions.find(warehouse, snapshot)
        if school is not None:
            found = explanations.of_school(warehouse, version, code_of(school) or 0, cell)
            if not found:
                cell_values.check(warehouse, version, cell)
        else:
            found = _by_key(warehouse, version, person_key, event)
    with output_file.opened(out, is_binary=False) as stream:
        if wanted == "json":
            for pupil in found:
                stream.write(json.dumps(_facts(pupil, cell), ensure_ascii=False).encode() + b"\n")
        else:
            _print(found, cell, version, stream)


def _by_key(warehouse: Warehouse, version: Version, person_key: str | None, event: str | None) -> list[ExplainedPupil]:
    try:
        key = bytes.fromhex(person_key) if person_key is not None else uuid.UUID(str(event)).bytes
    except ValueError:
        raise typer.BadParameter("that is neither 32 hex digits nor an event's id") from None
    of = explanations.of_event if person_key is None else explanations.of_person
    found = of(warehouse, version, key)
    if not found:
        raise ThabianError("NOT_IN_SNAPSHOT", "no event below the cut of that version is about it", exit_code=2)
    return found


def _values(pupil: ExplainedPupil) -> dict[str, str] | None:
    return named(None if pupil.sealed is None else tuple(pupil.sealed.values()))


def _facts(pupil: ExplainedPupil, cell: CellFilter) -> dict[str, Any]:
    return {
        "school_code": f"{pupil.school_code:010}",
        "person_key": pupil.person_key.hex(),
        "counted": cell.counts(pupil),
        "values": _values(pupil),
        "events": [event_facts(told.event) | {"counts": told.counts, "why": told.why} for told in pupil.events],
    }


def _print(found: list[ExplainedPupil], cell: CellFilter, version: Version, stream: BinaryIO) -> None:
    counted, place = sum(map(cell.counts, found)), "on the roll" if cell == CellFilter() else "counted in the cell"
    lines = [f"{version.version}: {counted:,} of {len(found):,} pupils {place}"]
    if version.rules != rules_digest():
        lines.append("sealed under other rules: the reasons below are those of the rules now")
    for pupil in found:
        values = _values(pupil)
        shown = "not on the roll" if values is None else ", ".join(f"{name} {value}" for name, value in values.items())
        lines += ["", f"โรงเรียน {pupil.school_code:010}  {pupil.person_key.hex()}  {shown}"]
        lines += [
            f"  {'✓' if told.counts else '✗'} {event_line(told.event)}\n      {told.why}" for told in pupil.events
        ]
    stream.write("".join(f"{line}\n" for line in lines).encode())
