"""What changed between two versions: every cell, every pupil, and the events that did it.

Which events did it: those below one cut and not below the other, and, when the day counted moved, those that lie between the
two days; of the pupil (under any number that leads to the pupil), or of any number when they remove an event of the pupil.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from schemas.attributes import CENSUS
from snapshots import logged_events, versions
from snapshots.fold import Fold, point
from snapshots.logged_events import LoggedEvent
from snapshots.school_ranges import in_ranges
from snapshots.versions import Version
from warehouse.interface import External, Warehouse

RANGE_PUPILS = 300_000
"""Pupils of either version compared at a time."""

Cell = tuple[str, str, str]
"""grade, sex, room."""
Values = tuple[str | int, ...]
"""A pupil's attributes, in the order of schemas.attributes.CENSUS."""

_ATTRIBUTES: Final = ", ".join(CENSUS)
_SIDE: Final = f"""
SELECT {{side}} AS side, school_code, person_key, {_ATTRIBUTES} FROM census_rows
WHERE school_code IN %(schools)s AND (run, school_code) IN (
    SELECT folded_by, school_code FROM census_slices
    WHERE version = %({{name}})s AND run = %({{name}}_run)s AND school_code IN %(schools)s
)
"""
_ROWS: Final = f"({_SIDE.format(side=0, name='before')} UNION ALL {_SIDE.format(side=1, name='after')})"
_PUPILS: Final = f"""
SELECT school_code, person_key, countIf(side = 0), countIf(side = 1),
       {", ".join(f"anyIf({name}, side = 0)" for name in CENSUS)}, {", ".join(f"anyIf({name}, side = 1)" for name in CENSUS)}
FROM {_ROWS}
GROUP BY school_code, person_key
HAVING count() = 1 OR min(cityHash64({_ATTRIBUTES})) != max(cityHash64({_ATTRIBUTES}))
ORDER BY school_code, person_key
"""
_OF_THESE: Final = f"""
SELECT school_code, person_key, {_ATTRIBUTES} FROM ({_SIDE.format(side=1, name="after")})
WHERE (school_code, person_key) IN (SELECT school_code, person_key FROM these)
ORDER BY school_code, person_key
"""
_CELLS: Final = f"""
SELECT school_code, grade, sex, room, countIf(side = 0) AS before, countIf(side = 1) AS after
FROM {_ROWS}
GROUP BY school_code, grade, sex, room
HAVING before != after
ORDER BY school_code, grade, sex, room
"""
_REMOVES: Final = "(voids != {none} OR replaces != {none})"
_IN_ONE_CUT: Final = "(offset >= %(least)s AND ({in_cut}) != ({in_base_cut}))"
"""Below one cut and not below the other. No event before `least` is: what is looked at first, and enough for most."""
_IS_MOVE: Final = "act IN ('enrolled', 'in', 'out', 'dropped', 'died', 'changed')"
_IS_DECISION: Final = "act IN ('promoted', 'repeats', 'graduated', 'deferred', 'undecided')"
_POINT: Final = "toUInt32(academic_year) * 65536 + toUInt16(effective_date)"
_IN_TIME: Final = f"""(
    {_REMOVES} OR multiIf({_IS_MOVE}, {_POINT} <= %(last_point)s, {_IS_DECISION}, academic_year < %(last_year)s, 1)
)"""
"""By the later of the two days: what is of a later one has changed nothing yet, but for what it removes."""
_BETWEEN_DAYS: Final = f"""(
    ({_IS_MOVE} AND {_POINT} BETWEEN %(first_point)s + 1 AND %(last_point)s
     OR {_IS_DECISION} AND academic_year >= %(first_year)s AND academic_year < %(last_year)s)
    AND {{in_cut}}
    AND (school_code, event_id) NOT IN (
        SELECT school_code, arrayJoin([voids, replaces]) FROM change_log
        WHERE school_code IN %(schools)s AND {_REMOVES} AND {{in_cut}}
    )
)"""
_OF_PUPILS: Final = f"""
school_code IN %(schools)s
AND (school_code, person_key) IN (SELECT school_code, person_key FROM numbers_of_pupils)
AND ({_IN_ONE_CUT} AND {_IN_TIME} OR {_BETWEEN_DAYS})
"""
_REMOVING: Final = f"school_code IN %(schools)s AND {_REMOVES} AND {_IN_ONE_CUT}"
_REMOVED: Final = (
    "school_code IN %(schools)s AND (school_code, event_id) IN (SELECT school_code, event_id FROM targets)"
)
_ON_IDENTITIES: Final = f"""
{_IN_ONE_CUT} AND (act = 'identity' OR {_REMOVES} AND (
    (school_code, voids) IN (SELECT school_code, event_id FROM change_log WHERE act = 'identity')
    OR (school_code, replaces) IN (SELECT school_code, event_id FROM change_log WHERE act = 'identity')
))
"""


@dataclass(frozen=True, slots=True)
class CellChange:
    """Pupils of a school in one cell, before and after."""

    cell: Cell
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class PupilChange:
    """A pupil's attributes before and after (None: not on the school's roll), and the events that did it."""

    person_key: bytes
    before: Values | None
    after: Values | None
    events: tuple[LoggedEvent, ...]

    @property
    def attributes(self) -> list[str]:
        """Names of the attributes that differ; none for a pupil who came or went."""
        if self.before is None or self.after is None:
            return []
        return [name for name, old, new in zip(CENSUS, self.before, self.after, strict=True) if old != new]


@dataclass(frozen=True, slots=True)
class SchoolChange:
    """All that changed in one school."""

    school_code: int
    cells: list[CellChange] = field(default_factory=list)
    pupils: list[PupilChange] = field(default_factory=list)


def diff(
    warehouse: Warehouse, before: Version, after: Version, school_code: int | None = None
) -> Iterator[SchoolChange]:
    """Schools with a difference, by code; in bounded memory."""
    comparison = _Comparison(warehouse, before, after)
    for schools in _differing(warehouse, before, after, school_code):
        yield from comparison.of(schools)


def unchanged(
    warehouse: Warehouse, before: Version, after: Version, pupils: Collection[tuple[int, bytes]]
) -> Iterator[SchoolChange]:
    """These pupils, by (school, person_key), with the same row in both versions; and their events below one cut alone."""
    comparison = _Comparison(warehouse, before, after)
    counted = sorted(Counter(code for code, _ in pupils).items())
    for schools in in_ranges(counted, RANGE_PUPILS):
        wanted = set(schools.codes)
        yield from comparison.of_pupils(schools.codes, sorted(pupil for pupil in pupils if pupil[0] in wanted))


def _differing(warehouse: Warehouse, before: Version, after: Version, school_code: int | None) -> Iterator[list[int]]:
    """Codes of schools whose slices differ, some at a time."""
    old, new = (
        {item.school_code: (item.checksum, item.pupils) for item in versions.slices(warehouse, version)}
        for version in (before, after)
    )
    differing = [
        (code, sum(side[code][1] for side in (old, new) if code in side))
        for code in sorted(old.keys() | new.keys() if school_code is None else {school_code})
        if old.get(code) != new.get(code)
    ]
    for schools in in_ranges(differing, RANGE_PUPILS):
        yield schools.codes


class _Comparison:
    """Two versions, and what is the same for all their schools."""

    def __init__(self, warehouse: Warehouse, before: Version, after: Version) -> None:
        self._warehouse = warehouse
        old, new = (versions.cut_of(warehouse, version.cut) for version in (before, after))
        places = sorted(old.keys() | new.keys())
        both = [(old.get(place, 0), new.get(place, 0)) for place in places]
        differing = [pair for pair in both if pair[0] != pair[1]]
        self._fold = Fold(warehouse, after.academic_year, after.as_of, {place: new.get(place, 0) for place in places})
        points = sorted((point(side.academic_year, side.as_of), side.academic_year) for side in (before, after))
        self._parameters: dict[str, Any] = self._fold.parameters() | {
            "base_offsets": [old.get(place, 0) for place in places],
            "least": min(map(min, differing), default=0),
            "before": before.version, "before_run": before.run, "after": after.version, "after_run": after.run,
            "first_point": points[0][0], "first_year": points[0][1],
            "last_point": points[1][0], "last_year": points[1][1],
        }  # fmt: skip
        ends = [logged_events.identity_ends(warehouse, version.run) for version in (before, after)]
        self._old_numbers = logged_events.numbers_by_pupil(*ends)
        self._of_numbers = self._identity_events() if old != new else {}

    def of(self, schools: list[int]) -> Iterator[SchoolChange]:
        """What changed in these schools."""
        parameters = self._parameters | {"schools": schools}
        found = {code: SchoolChange(code) for code in schools}
        for code, grade, sex, room, before, after in self._warehouse.rows(_CELLS, parameters):
            found[code].cells.append(CellChange((grade, sex, room), before, after))
        rows = self._warehouse.rows(_PUPILS, parameters)
        events = self._events(schools, [(code, key) for code, key, *_ in rows])
        for code, key, was_on, is_on, *values in rows:
            before, after = tuple(values[: len(CENSUS)]), tuple(values[len(CENSUS) :])
            sides = before if was_on else None, after if is_on else None
            found[code].pupils.append(PupilChange(key, *sides, _in_order(events[code, key])))
        yield from (change for change in found.values() if change.cells or change.pupils)

    def of_pupils(self, schools: list[int], pupils: list[tuple[int, bytes]]) -> Iterator[SchoolChange]:
        """These pupils of these schools, with the row that they have in the later version."""
        events = self._events(schools, pupils)
        found = {code: SchoolChange(code) for code in schools}
        given = self._parameters | {"schools": schools}
        rows = self._warehouse.rows(_OF_THESE, given, external=_table("these", "person_key", pupils))
        for code, key, *values in rows:
            found[code].pupils.append(PupilChange(key, tuple(values), tuple(values), _in_order(events[code, key])))
        yield from found.values()

    def _events(self, schools: list[int], pupils: list[tuple[int, bytes]]) -> dict[tuple[int, bytes], set[LoggedEvent]]:
        """By (school, pupil): the events that did it."""
        found: dict[tuple[int, bytes], set[LoggedEvent]] = {pupil: set() for pupil in pupils}
        by_number: dict[tuple[int, bytes], list[set[LoggedEvent]]] = {}
        for (code, key), did in found.items():
            for number in (key, *self._old_numbers.get(key, ())):
                by_number.setdefault((code, number), []).append(did)
                did.update(self._of_numbers.get(number, ()))
        numbers = _table("numbers_of_pupils", "person_key", by_number)
        for event in self._read(_OF_PUPILS, schools, numbers) if by_number else ():
            for did in by_number[event.school_code, event.person_key]:
                did.add(event)
        for event, removed in self._removals(schools):
            for did in by_number.get((removed.school_code, removed.person_key), ()):
                did.add(event)
        return found

    def _removals(self, schools: list[int]) -> Iterator[tuple[LoggedEvent, LoggedEvent]]:
        """Events of one cut alone that remove another, and what they remove: it may be of another number."""
        removing: dict[tuple[int, bytes], list[LoggedEvent]] = {}
        for event in self._read(_REMOVING, schools):
            for target in event.targets:
                removing.setdefault((event.school_code, target), []).append(event)
        if not removing:
            return
        for removed in self._read(_REMOVED, schools, _table("targets", "event_id", removing)):
            yield from ((event, removed) for event in removing[removed.identity])

    def _identity_events(self) -> dict[bytes, list[LoggedEvent]]:
        """By number: the events of one cut alone that replace it, lead to it, or remove an event that does."""
        events = self._read(_ON_IDENTITIES, [])
        targets = {(event.school_code, target): event for event in events for target in event.targets}
        removed = self._read(
            "act = 'identity' AND (school_code, event_id) IN (SELECT school_code, event_id FROM targets)",
            [], _table("targets", "event_id", targets),
        ) if targets else []  # fmt: skip
        told = [(event, event) for event in events if event.act == "identity"]
        told += [(targets[event.identity], event) for event in removed]
        found: dict[bytes, list[LoggedEvent]] = {}
        for event, replaced in told:
            for number in (replaced.person_key, replaced.new_person_key):
                found.setdefault(number, []).append(event)
        return found

    def _read(self, condition: str, schools: list[int], external: External | None = None) -> list[LoggedEvent]:
        parameters = self._parameters | {"schools": schools or [0]}
        condition = self._fold.filled(condition)
        return logged_events.read(self._warehouse, condition, parameters, external=external)


def _in_order(events: Iterable[LoggedEvent]) -> tuple[LoggedEvent, ...]:
    return tuple(sorted(events, key=lambda event: (event.append_time, event.position)))


def _table(name: str, column: str, keys: Iterable[tuple[int, bytes]]) -> External:
    """(school code, 16 bytes) pairs, handed over with a statement."""
    pairs = list(keys)
    codes, values = [code for code, _ in pairs], [value for _, value in pairs]
    return {name: {"school_code": ("UInt64", codes), column: ("FixedString(16)", values)}}
