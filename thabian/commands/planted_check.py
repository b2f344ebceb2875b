"""Findings against what a simulation planted: every case found, none invented, what was settled settled."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from publishers.simulator.planted import Case
from schemas.errors import ThabianError
from warehouse.findings_standing import standing
from warehouse.interface import Warehouse

_PUPILS = """
SELECT hex(event_id), hex(person_key), hex(new_person_key) FROM change_log
WHERE event_id IN (SELECT UUIDStringToNum(id) FROM (SELECT arrayJoin(%(ids)s) AS id))
"""
_CONFLICTS = """
SELECT count() FROM receipts
WHERE outcome = 'CONFLICT' AND event_id IN (SELECT UUIDStringToNum(id) FROM (SELECT arrayJoin(%(ids)s) AS id))
"""
_NOBODY = "00" * 16


@dataclass
class Result:
    """Of one kind of case, or of no case."""

    kind: str
    planted: int = 0
    found: int = 0
    missing: int = 0
    """Not found, or found in another state."""
    invented: int = 0
    """Open findings of other codes about its pupils; of no case: about anybody else."""

    @property
    def holds(self) -> bool:
        """Whether nothing is missing and nothing invented."""
        return not (self.missing or self.invented)


def compare(warehouse: Warehouse, cases: Sequence[Case]) -> list[Result]:
    """A result for each kind, and one for all open findings about other pupils."""
    pupils = _pupils(warehouse, [event for case in cases for event in case.events])
    about: dict[str, set[str]] = {}
    for code, persons in _open(warehouse):
        for person in persons:
            about.setdefault(person, set()).add(code)
    results: dict[str, Result] = {}
    known: set[str] = set()
    for case in cases:
        result = results.setdefault(case.kind, Result(case.kind))
        persons = set().union(*(pupils.get(UUID(event).hex, set()) for event in case.events))
        known |= persons
        _count(result, case, set().union(*(about.get(person, set()) for person in persons)), warehouse)
    others = Result(
        "nobody planted", invented=sum(len(codes) for person, codes in about.items() if person not in known)
    )
    return [*results.values(), others]


def cases_of(folder: Path) -> list[Case]:
    """What a simulation wrote beside its events."""
    try:
        read = json.loads((folder / "planted.json").read_text(encoding="utf-8"))
        return [Case(**case) for case in read]
    except (OSError, ValueError, TypeError) as error:
        raise ThabianError("FILE_UNREADABLE", f"{folder / 'planted.json'} cannot be read", exit_code=2) from error


def _count(result: Result, case: Case, codes: set[str], warehouse: Warehouse) -> None:
    result.planted += 1
    if case.state == "NONE":  # what a receipt says: no finding
        ((conflicts,),) = warehouse.rows(_CONFLICTS, {"ids": list(case.events)})
        expected, is_there = set(), conflicts > 0
    elif case.state == "OPEN":
        expected, is_there = set(case.expected), set(case.expected) <= codes
    else:  # settled: not open any more, or never told because both events were looked at together
        expected, is_there = set(), not set(case.expected) & codes
    result.found += is_there
    result.missing += not is_there
    result.invented += len(codes - expected - (set() if is_there else set(case.expected)))


def _pupils(warehouse: Warehouse, events: list[str]) -> dict[str, set[str]]:
    """Event id, as hex → the pupils it names, as hex."""
    found: dict[str, set[str]] = {}
    for event, person, new in warehouse.rows(_PUPILS, {"ids": events}):
        found.setdefault(event.lower(), set()).update({person, new} - {_NOBODY})
    return found


def _open(warehouse: Warehouse) -> list[tuple[str, set[str]]]:
    """(code, pupils it is about) of every open finding. ONE_PERSON_TWO_IDS has its second pupil in the subject."""
    rows = warehouse.rows(
        f"SELECT code, hex(person_key), arrayMap(person -> hex(person), persons), hex(subject) FROM ({standing()})"
        " WHERE state = 'OPEN'"
    )
    return [
        (code, ({person, *persons} | ({subject} if code == "ONE_PERSON_TWO_IDS" else set())) - {_NOBODY})
        for code, person, persons, subject in rows
    ]
