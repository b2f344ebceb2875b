"""Events of a small history, put into change_log, and what SQL finds in them."""

from datetime import date
from typing import Any

from snapshots.findings.found import Found
from snapshots.findings.rules import open_findings
from tests.snapshots.histories import WHOLE, identity, numbered, store
from tests.snapshots.oracle import Event
from warehouse.interface import Warehouse

S, T, U, ELSEWHERE = 1020080005, 1020080006, 1020080007, 1120080007
P, Q = identity(1), identity(2)
TODAY = date(2022, 8, 1)
MAY, JUNE, JULY = date(2022, 5, 16), date(2022, 6, 1), date(2022, 7, 1)


class History:
    """Events of a history, each under an id of its own."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    def add(self, act: str, school: int = S, day: date = MAY, **more: Any) -> bytes:
        event_id = more.pop("event_id", identity(1000 + len(self.events)))
        values = more.pop("values", {"grade": "05", "sex": "F"} if act in ("enrolled", "in") else {})
        person = more.pop("person", P)
        recorded_at = more.pop("recorded_at", noon(day))
        self.events.append(
            Event(school, person, act, event_id, day=day, values=values, recorded_at=recorded_at, **more)
        )
        return event_id

    def found(self, warehouse: Warehouse, today: date = TODAY, grace: int = 30) -> list[tuple[Any, ...]]:
        """(code, school, other_school) of every open finding."""
        return [(one.code, one.school_code, one.other_school) for one in self.whole(warehouse, today, grace)]

    def whole(self, warehouse: Warehouse, today: date = TODAY, grace: int = 30) -> list[Found]:
        warehouse.execute("TRUNCATE TABLE change_log")
        store(warehouse, numbered(self.events))
        return open_findings(warehouse, WHOLE, today, grace)


def noon(day: date) -> int:
    """12:00 in Bangkok, ms since 1970 UTC."""
    return ((day - date(1970, 1, 1)).days * 24 + 5) * 3_600_000
