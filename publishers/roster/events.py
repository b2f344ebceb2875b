"""Pupils of a roster to events with deterministic ids, so that publishing a file again adds nothing (semantics 2.5)."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from publishers.roster.rows import Pupil

NAMESPACE: Final = uuid.UUID("5f0c5f6e-6a0e-5d0b-9c55-9d2c1d4f5a65")
"""Of every roster event's uuid5. It is part of the contract: another one would double every pupil."""

ENTRY: Final = "StudentEnrolled"
DEFERRAL: Final = "DischargeDeferred"

Event = dict[str, object]


@dataclass(frozen=True, slots=True)
class Load:
    """What the events of one file share."""

    academic_year: int
    """Buddhist Era."""
    effective_date: date
    recorded_at: datetime
    source: str
    revision: int = 1


def event_id(school_code: str, person_id: str, kind: str, academic_year: int, revision: int) -> str:
    """The uuid5 over (school, person, kind, academic_year, revision). None of the parts can hold the separator."""
    return str(uuid.uuid5(NAMESPACE, f"{school_code}|{person_id}|{kind}|{academic_year}|{revision}"))


def events_of(pupil: Pupil, load: Load) -> Iterator[tuple[str, Event]]:
    """(kind, event) of a pupil: the entry, and the deferral beside it where column 36 says so (semantics 8.4)."""
    yield ENTRY, _header(pupil, ENTRY, load) | {"entry_reason": "OPENING"} | dict(pupil.attributes)
    if pupil.deferred:
        yield DEFERRAL, _header(pupil, DEFERRAL, load)


def _header(pupil: Pupil, kind: str, load: Load) -> Event:
    return {
        "event_id": event_id(pupil.school_code, pupil.person_id, kind, load.academic_year, load.revision),
        "school_code": pupil.school_code,
        "person_id": pupil.person_id,
        "academic_year": load.academic_year,
        "effective_date": load.effective_date,
        "recorded_at": load.recorded_at,
        "source": load.source,
    }
