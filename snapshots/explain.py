"""The events behind a number: of a pupil or of a cell of a school, what each did, and why those that do not count do not.

What an event did is read off the steps of the fold itself, run for the one school: no rule is told twice.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from schemas.attributes import CENSUS
from schemas.errors import ThabianError
from snapshots import logged_events, versions
from snapshots.fold import KINDS, Fold, Part, steps
from snapshots.logged_events import LoggedEvent, written
from snapshots.versions import Version
from warehouse.interface import Warehouse

_STEPS: Final = {"20_turns": steps("sql/balance")["20_turns"]} | steps("sql/explain")
_WALK: Final = "SELECT person_key, event_id, kind, is_known, turned, begin, place, voice, speaks_for FROM explained"
_DECISIONS: Final = frozenset({"graduated", "promoted", "repeats", "deferred", "undecided"})
_NOTHING: Final = KINDS.index("nothing")
_STOPS: Final = KINDS.index("stops")


@dataclass(frozen=True, slots=True)
class CellFilter:
    """A cell of a school; None: any."""

    grade: str | None = None
    sex: str | None = None
    room: str | None = None

    def holds(self, values: Mapping[str, str | int]) -> bool:
        """Whether values lie in the cell."""
        wanted = {"grade": self.grade, "sex": self.sex, "room": self.room}
        return all(value is None or values.get(name, "") == value for name, value in wanted.items())

    def counts(self, pupil: "ExplainedPupil") -> bool:
        """Whether the pupil is one of the number in the cell."""
        return pupil.sealed is not None and self.holds(pupil.sealed)

    def is_spoken_of(self, event: LoggedEvent, values: Mapping[str, str | int]) -> bool:
        """Whether an event gives something of the cell, and a pupil of these values would lie in it by what it gives."""
        return not event.given.keys().isdisjoint(("grade", "sex", "room")) and self.holds({**values, **event.given})


@dataclass(frozen=True, slots=True)
class ExplainedEvent:
    """An event, whether it counts, and what it did or why it does not count."""

    event: LoggedEvent
    counts: bool
    why: str


@dataclass(frozen=True, slots=True)
class ExplainedPupil:
    """A pupil of a school: the sealed attributes (None: not on the roll), and the events in the order of the log."""

    school_code: int
    person_key: bytes
    sealed: Mapping[str, str | int] | None
    events: tuple[ExplainedEvent, ...]


def of_school(
    warehouse: Warehouse, version: Version, school_code: int, cell: CellFilter | None = None
) -> list[ExplainedPupil]:
    """Every pupil of a school, or of a cell: those counted in it, then those of whom some event spoke of it.

    SCHOOL_NOT_IN_SNAPSHOT when the school has no slice.
    """
    cell = cell or CellFilter()
    found = _pupils(warehouse, version, school_code)
    counted = [pupil for pupil in found if cell.counts(pupil)]
    others = [
        pupil
        for pupil in found
        if pupil not in counted
        and (cell == CellFilter() or any(cell.is_spoken_of(told.event, pupil.sealed or {}) for told in pupil.events))
    ]
    return counted + others


def of_person(warehouse: Warehouse, version: Version, key: bytes) -> list[ExplainedPupil]:
    """A pupil at every school that knows the pupil, under any number of the chain that `key` belongs to."""
    ends = logged_events.identity_ends(warehouse, version.run)
    pupil = ends.get(key, key)
    numbers = [pupil, *(old for old, new in ends.items() if new == pupil)]
    schools = warehouse.rows(
        "SELECT DISTINCT school_code FROM change_log WHERE hex(person_key) IN %(numbers)s ORDER BY school_code",
        {"numbers": [number.hex().upper() for number in numbers]},
    )
    kept = {item.school_code for item in versions.slices(warehouse, version)}
    found = [_pupils(warehouse, version, code) for (code,) in schools if code in kept]
    return [one for pupils in found for one in pupils if one.person_key == pupil]


def of_event(warehouse: Warehouse, version: Version, event_id: bytes) -> list[ExplainedPupil]:
    """The pupils of the events of this id: of every school that has one."""
    rows = warehouse.rows(
        "SELECT DISTINCT school_code FROM change_log WHERE event_id = unhex(%(id)s)", {"id": event_id.hex()}
    )
    kept = {item.school_code for item in versions.slices(warehouse, version)}
    found = [_pupils(warehouse, version, code) for (code,) in sorted(rows) if code in kept]
    return [one for pupils in found for one in pupils if any(told.event.event_id == event_id for told in one.events)]


def _pupils(warehouse: Warehouse, version: Version, school_code: int) -> list[ExplainedPupil]:
    """Every pupil that some event of the school, or a removed one, is about."""
    if school_code not in {item.school_code for item in versions.slices(warehouse, version)}:
        raise ThabianError("SCHOOL_NOT_IN_SNAPSHOT", "that school has no events in this version", exit_code=2)
    part = Part(frozenset({school_code}), version.run)
    fold = Fold(warehouse, version.academic_year, version.as_of, versions.cut_of(warehouse, version.cut), part)
    fold.prepare()
    school = _School(fold)
    fold.dispose()
    return school.pupils(_sealed(warehouse, version, school_code))


def _sealed(warehouse: Warehouse, version: Version, school_code: int) -> dict[bytes, dict[str, str | int]]:
    rows = warehouse.rows(
        f"SELECT person_key, {', '.join(CENSUS)} FROM census_rows WHERE (run, school_code) IN ("
        "SELECT folded_by, school_code FROM census_slices"
        " WHERE version = %(version)s AND run = %(run)s AND school_code = %(school)s)",
        {"version": version.version, "run": version.run, "school": school_code},
    )
    return {key: dict(zip(CENSUS, values, strict=True)) for key, *values in rows}


class _School:
    """All that the fold knows of one school's events."""

    def __init__(self, fold: Fold) -> None:
        warehouse, parameters = fold.warehouse, fold.parameters() | {"until_year": fold.year}
        self._events = logged_events.read(warehouse, fold.filled("{in_cut} AND {wanted}"), parameters)
        self._ends: dict[bytes, bytes] = dict(warehouse.rows("SELECT old, new FROM identity_ends"))
        copies = warehouse.rows("SELECT toString(topic), partition, offset FROM later_copies")
        self._later_copies = set(copies)
        rows = warehouse.rows(fold.query(_WALK, _STEPS), parameters, settings=fold.settings)
        self._walk: dict[bytes, tuple[Any, ...]] = {row[1]: row for row in rows}
        self._removers: dict[bytes, LoggedEvent] = {}
        for event in self._events:
            if event.position not in self._later_copies:
                self._removers.update(dict.fromkeys(event.targets, event))
        self._by_id = {event.event_id: event for event in self._events if event.position not in self._later_copies}

    def pupils(self, sealed: Mapping[bytes, Mapping[str, str | int]]) -> list[ExplainedPupil]:
        """By key."""
        told: dict[bytes, dict[tuple[str, int, int], ExplainedEvent]] = {}
        for event in self._events:
            explained = self._explained(event)
            for key in self._about(event):
                told.setdefault(key, {})[event.position] = explained
        code = self._events[0].school_code if self._events else 0
        return [ExplainedPupil(code, key, sealed.get(key), tuple(told[key].values())) for key in sorted(told)]

    def _about(self, event: LoggedEvent) -> set[bytes]:
        """The pupils an event is about: its own, and those of the events it removes."""
        numbers = {
            event.person_key,
            *(self._by_id[target].person_key for target in event.targets if target in self._by_id),
        }
        return {self._ends.get(number, number) for number in numbers}

    def _explained(self, event: LoggedEvent) -> ExplainedEvent:
        if event.position in self._later_copies:
            return ExplainedEvent(event, False, f"a later copy: the one at {self._by_id[event.event_id].place} counts")
        if event.act == "void":
            return ExplainedEvent(event, True, self._removes(event))
        remover = self._removers.get(event.event_id)
        if remover is not None:
            verb = "voided" if remover.act == "void" else "replaced"
            return ExplainedEvent(event, False, f"{verb} by {written(remover.event_id)}, {remover.place}")
        if event.act == "identity":
            end = self._ends.get(event.person_key)
            return ExplainedEvent(
                event, end is not None,
                f"the number leads to {end.hex()}" if end else "not followed: several targets, or a cycle",
            )  # fmt: skip
        counts, why = _told(event, self._walk[event.event_id])
        removes = self._removes(event)
        return ExplainedEvent(event, counts or bool(removes), "; ".join(text for text in (why, removes) if text))

    def _removes(self, event: LoggedEvent) -> str:
        there = [target for target in sorted(event.targets) if target in self._by_id]
        if there:
            return "removes " + ", ".join(written(target) for target in there)
        return "names no event of the school: does nothing" if event.act == "void" else ""


def _told(event: LoggedEvent, row: tuple[Any, ...]) -> tuple[bool, str]:
    """Whether an event that stands in the walk counts, and what it did."""
    _, _, kind, is_known, turned, begin, place, voice, speaks_for = row
    said = [CENSUS[number - 1] for number in speaks_for]
    gives = f"gives {', '.join(said)}" if said else ""
    if kind == _NOTHING:
        return False, "a decision recorded later for the same year counts"
    if event.act in _DECISIONS:
        return _decided(kind, turned, gives)
    if event.act != "mended" and not is_known:
        return False, "lies after the day counted"
    if turned == 1 and place == begin:
        return True, "; ".join(text for text in ("came on the roll", gives) if text)
    if turned >= 0:
        return True, "came on the roll, and left it since" if turned else "left the roll"
    if event.act in ("out", "dropped", "died"):
        return False, "left nothing open to leave: off the roll, or still on it under another number"
    if not begin:
        return False, "the pupil is off the roll"
    if not voice:
        return False, "belongs to another time on the roll"
    return bool(said), gives or "what it gives, a stronger event gives as well"


def _decided(kind: int, turned: int, gives: str) -> tuple[bool, str]:
    if kind == _STOPS:
        return (True, "left the roll at the year's end") if turned == 0 else (False, "does not act by the day counted")
    return True, "; ".join(text for text in ("lets the pupil go on at the year's end", gives) if text)
