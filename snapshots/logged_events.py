"""Events as they stand in the log and in change_log: what diff and explain point at."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any, Final

from schemas.attributes import CENSUS
from warehouse.interface import External, Warehouse

KINDS: Final = MappingProxyType(
    {
        "enrolled": "StudentEnrolled",
        "in": "StudentTransferredIn",
        "out": "StudentTransferredOut",
        "dropped": "StudentDroppedOut",
        "died": "StudentDied",
        "graduated": "StudentGraduated",
        "promoted": "YearEndDecided",
        "repeats": "YearEndDecided",
        "undecided": "YearEndDecided",
        "deferred": "DischargeDeferred",
        "mended": "ProfileCorrected",
        "changed": "ProfileCorrected",
        "identity": "IdentityReplaced",
        "void": "EventVoided",
    }
)
"""The event behind each value of change_log.act."""

_NONE: Final = bytes(16)
_FIELDS: Final = (
    "school_code, person_key, toString(act), event_id, academic_year, effective_date, toUnixTimestamp64Milli(recorded_at),"
    " replaces, voids, new_person_key, given, toString(topic), partition, offset, toUnixTimestamp64Milli(append_time),"
    " toUnixTimestamp64Milli(first_received)"
)

_GIVEN: Final = 10
"""Where `given` stands among them."""


@dataclass(frozen=True, slots=True)
class LoggedEvent:
    """One stored event. Times are milliseconds since 1970 UTC; `given`: the attributes it gives, an empty value clears."""

    school_code: int
    person_key: bytes
    act: str
    event_id: bytes
    academic_year: int
    effective_date: date
    recorded_at: int
    replaces: bytes
    voids: bytes
    new_person_key: bytes
    given: Mapping[str, str | int] = field(hash=False)
    topic: str
    partition: int
    offset: int
    append_time: int
    first_received: int

    @property
    def kind(self) -> str:
        """The event's name in the contract."""
        return KINDS[self.act]

    @property
    def identity(self) -> tuple[int, bytes]:
        """Semantics 2.1."""
        return self.school_code, self.event_id

    @property
    def position(self) -> tuple[str, int, int]:
        """Where it stands in the log."""
        return self.topic, self.partition, self.offset

    @property
    def targets(self) -> set[bytes]:
        """The events of its school that it removes (semantics 5.2)."""
        return {self.replaces, self.voids} - {_NONE, self.event_id}

    @property
    def place(self) -> str:
        """Its position, for people."""
        return f"{self.topic}[{self.partition}]@{self.offset}"


def written(event_id: bytes) -> str:
    """An event id as its sender wrote it."""
    return str(uuid.UUID(bytes=event_id))


def read(
    warehouse: Warehouse,
    condition: str,
    parameters: Mapping[str, Any],
    *,
    settings: Mapping[str, Any] | None = None,
    external: External | None = None,
) -> list[LoggedEvent]:
    """Events of change_log that meet a condition, in the order of the log, each position once."""
    statement = (
        f"SELECT {_FIELDS}, {', '.join(CENSUS)} FROM change_log WHERE {condition}"
        " ORDER BY append_time, topic, partition, offset LIMIT 1 BY topic, partition, offset"
    )
    rows = warehouse.rows(statement, parameters, settings=settings, external=external)
    return [_event(row) for row in rows]


def _event(row: tuple[Any, ...]) -> LoggedEvent:
    values = zip(CENSUS, row[-len(CENSUS) :], strict=True)
    given = {name: value for bit, (name, value) in enumerate(values) if row[_GIVEN] >> bit & 1}
    fields = [*row[:_GIVEN], given, *row[_GIVEN + 1 : -len(CENSUS)]]
    return LoggedEvent(*fields)


def numbers_by_pupil(*ends: Mapping[bytes, bytes]) -> dict[bytes, set[bytes]]:
    """Of each pupil with replaced numbers: those that lead to the pupil under any of these ends."""
    found: dict[bytes, set[bytes]] = {}
    for end in ends:
        for old, new in end.items():
            found.setdefault(new, set()).add(old)
    return found


def identity_ends(warehouse: Warehouse, run: int) -> dict[bytes, bytes]:
    """Where each replaced number leads to, as a run found."""
    return dict(warehouse.rows("SELECT DISTINCT old, new FROM census_identity_ends WHERE run = %(run)s", {"run": run}))
