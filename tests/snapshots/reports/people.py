"""A small register for reports: enrolments, who they are, and a version of it."""

from datetime import date
from typing import Any

from schemas.attributes import PERSONAL
from snapshots import seal
from snapshots.reports.scope import Scope, named
from snapshots.seal import Request, Sealing
from snapshots.table import RowKind, Table
from tests.snapshots.histories import identity, numbered
from tests.snapshots.oracle import Event
from tests.snapshots.sealing import SCHOOL, take_in

TENTH = date(2022, 6, 10)
ELSEWHERE = 1120080007
"""A school of another affiliation."""


def pupil(number: int, school: int = SCHOOL, **values: str | int) -> Event:
    """An enrolment in ป.1, room 1, of a girl."""
    given = {"grade": "04", "room": "1", "sex": "F", "student_number": str(number)} | values
    return Event(school, identity(number), "enrolled", identity(number + (school << 32)), values=given)


def version(work: Sealing, *events: Event, name: str = "all", as_of: date = TENTH) -> Scope:
    """A scope of a sealed version of these events."""
    return sealed(work, numbered(events), name, as_of)


def sealed(work: Sealing, log: list[Event], name: str = "all", as_of: date = TENTH) -> Scope:
    """The same of events that have their places in the log."""
    take_in(work, log)
    made = seal.seal(work, Request(2565, 1, as_of)).version
    return named(work.warehouse, made, name)


def person(work: Sealing, event: Event, **values: Any) -> None:
    """What persons holds of an event: the given attributes, and ids."""
    ids = {name: values.pop(name, "") for name in ("person_id", "new_person_id")}
    birth = values.get("birth_date")
    work.warehouse.insert(
        "persons",
        {
            "school_code": [event.school],
            "event_id": [event.event_id],
            "person_key": [event.person],
            **{name: [value] for name, value in ids.items()},
            "given": [sum(1 << PERSONAL.index(name) for name in values)],
            **{name: [value] for name, value in values.items()},
            "birth_key": [event.values.get("birth_key", 0) if birth else 0],
            "topic": [event.topic],
            "partition": [event.partition],
            "offset": [event.offset],
        },
    )


def total(table: Table) -> dict[str, Any]:
    """The last line of kind TOTAL, by column name."""
    row = [row for row in table.rows if row.kind is RowKind.TOTAL][-1]
    return dict(zip((column.name for column in table.columns), row.cells, strict=True))


def line(table: Table, **wanted: Any) -> dict[str, Any]:
    """The one line whose cells are these, by column name."""
    names = [column.name for column in table.columns]
    rows = [dict(zip(names, row.cells, strict=True)) for row in table.rows]
    found = [row for row in rows if all(row[name] == value for name, value in wanted.items())]
    assert len(found) == 1, (wanted, rows)
    return found[0]
