"""`thabian receipts`: what became of events, by school or event."""

import json
import uuid
from typing import Annotated, Any, Final, Literal

import typer
from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

from schemas.errors import ThabianError
from thabian import settings as settings_module
from thabian.connections import open_warehouse
from warehouse.interface import Row

_COLUMNS: Final = ("outcome", "codes", "kind", "school", "event", "topic", "partition", "offset", "append_time")
_NARROW: Final = ("outcome", "codes", "kind", "school", "event", "position")
_QUERY: Final = """
SELECT toString(outcome), codes, kind,
       if(school_code = 0, '', leftPad(toString(school_code), 10, '0')),
       lower(hex(event_id)),
       topic, partition, offset, toString(append_time)
FROM receipts
WHERE {condition}
ORDER BY append_time DESC, topic, partition, offset DESC, stored DESC, outcome
LIMIT 1 BY topic, partition, offset
LIMIT %(limit)s
"""

Outcome = Literal["ACCEPTED", "DUPLICATE", "CONFLICT", "REJECTED", "DEAD_LETTER", "LOST"]


def show(
    school: Annotated[str | None, typer.Option(help="10-digit school code.")] = None,
    event: Annotated[str | None, typer.Option(help="event_id (UUID).")] = None,
    outcome: Annotated[Outcome | None, typer.Option(help="Only this outcome.")] = None,
    code: Annotated[str | None, typer.Option(help="Only receipts with this code.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many, newest first.")] = 50,
    counts: Annotated[bool, typer.Option("--counts", help="Count by outcome and code instead.")] = False,
    output: Annotated[Literal["table", "json"], typer.Option("--format", help="How to print.")] = "table",
) -> None:
    """Show what became of events: one receipt for every message of every ingress topic."""
    conditions: list[str] = ["1"]
    values: dict[str, Any] = {"limit": limit}
    if school is not None:
        if not (school.isdecimal() and len(school) == 10):
            raise ThabianError("SCHOOL_CODE_INVALID", "a school code has 10 digits", exit_code=2)
        conditions.append(f"school_code = {int(school)}")
    if event is not None:
        conditions.append(f"event_id = unhex('{_event_hex(event)}')")
    if outcome is not None:
        conditions.append("outcome = %(outcome)s")
        values["outcome"] = outcome
    if code is not None:
        conditions.append("has(codes, %(code)s)")
        values["code"] = code
    warehouse = open_warehouse(settings_module.load())
    condition = " AND ".join(conditions)
    if counts:
        query = f"""
            SELECT toString(outcome), arrayJoin(if(empty(codes), [''], codes)) AS code, uniqExact(topic, partition, offset)
            FROM receipts WHERE {condition} GROUP BY outcome, code ORDER BY outcome, code
        """
        _print(warehouse.rows(query, values), ("outcome", "code", "messages"), output)
    else:
        found = [_with_event(row) for row in warehouse.rows(_QUERY.format(condition=condition), values)]
        _print(
            found if output == "json" else [_narrow(row) for row in found],
            _COLUMNS if output == "json" else _NARROW,
            output,
        )
    warehouse.close()


def _with_event(row: Row) -> Row:
    at = _COLUMNS.index("event")
    event = uuid.UUID(row[at])
    return (*row[:at], str(event) if event.int else "", *row[at + 1 :])


def _narrow(row: Row) -> Row:
    """For a terminal: the place in the log in one column."""
    *facts, topic, partition, offset, _ = row
    return (*facts, f"{topic}[{partition}]@{offset}")


def _event_hex(text: str) -> str:
    try:
        return uuid.UUID(text).hex
    except ValueError:
        raise ThabianError("EVENT_ID_INVALID", "an event_id is a UUID", exit_code=2) from None


def _print(rows: list[Row], columns: tuple[str, ...], output: str) -> None:
    if output == "json":
        for row in rows:
            typer.echo(json.dumps(dict(zip(columns, row, strict=True)), ensure_ascii=False))
        return
    table = Table(box=SIMPLE)
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(", ".join(cell) if isinstance(cell, list) else str(cell) for cell in row))
    Console().print(table)
