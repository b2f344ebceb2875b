"""Acts for tests."""

import itertools
import uuid
from datetime import date

from snapshots.rounds.act import Act

A, B = 3101000001, 3101000002
ONE, TWO = "11" * 32, "22" * 32
_numbers = itertools.count(1)


def act(name: str, role: str, *schools: tuple[int, str], **fields) -> Act:
    """One act; each comes a minute after the one made before it."""
    number = next(_numbers)
    given = {
        "event_id": uuid.UUID(int=number).bytes,
        "round": "bangkok-1-2565/1",
        "act": name,
        "role": role,
        "actor": f"{role}-1",
        "acted_at": number * 60_000,
        "academic_year": 2565,
        "number": 1,
        "as_of": date(2022, 6, 10),
        "schools": schools,
    }
    return Act(**(given | fields))


def opened() -> Act:
    """The opening, before any other act."""
    return act("open", "bureau", acted_at=0)


def walk(to: str, school: int = A, checksum: str = ONE) -> list[Act]:
    """The acts that bring a school of an open round to a state."""
    way = [
        act("confirm", "officer", (school, "")),
        act("certify", "director", (school, checksum), version="2565-1-x"),
        act("acknowledge", "district", (school, checksum)),
    ]
    steps = {"RECORDING": 0, "CONFIRMED": 1, "CERTIFIED": 2, "ACKNOWLEDGED": 3}
    if to == "RETURNED":
        return [*way[:1], act("return", "bureau", (school, ""), reason="x")]
    return way[: steps[to]]
