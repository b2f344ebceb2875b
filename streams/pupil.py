"""One pupil's events, folded (semantics 5.4 to 5.6): on which rolls, and as what.

The same rules as snapshots/sql, for one pupil and in plain Python: the stream has no warehouse to ask. Tests hold the two
against each other and against a third, naive one.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from streams.decided import lasting
from streams.event import CHANGED, ENTRIES, GOES_ON, MENDED, MOVES, Birth, Event
from streams.walk import FOR_EVER, Walk


class Point(NamedTuple):
    """(academic year B.E., days since 1970)."""

    year: int
    day: int


class Attributes(NamedTuple):
    """What a roll says of a pupil. Empty, or (0, 0): nothing."""

    grade: str
    student_number: str
    sex: str
    birth: Birth


class Pupil:
    """A pupil's live events and what follows from them at a point."""

    __slots__ = ("decided", "grace", "key", "known", "last_moves", "live", "moves", "point", "rolls", "walks")

    def __init__(self, key: bytes, live: Sequence[Event], point: Point, grace: int) -> None:
        """`live`: in the order of the walk. `grace`: days."""
        self.key, self.live, self.point, self.grace = key, live, point, grace
        self.known = [event for event in live if (event.year, event.day) <= point]
        """Those that have happened by the point."""
        self.moves = [event for event in self.known if event.act in MOVES]
        """Known entries and exits."""
        self.last_moves = {event.school: event for event in self.moves}
        """The last one at each school."""
        self.decided = lasting(live)
        """Decisions by (school, year)."""
        by_school = _by_school(live)
        goes_on = _goes_on(self.decided)
        self.walks = {
            school: Walk(key, goes_on.get(school, {})).to(events, point)
            for school, events in by_school.items()
            if len(events) > 1
        }
        """Of the schools with more than one event: most pupils have an entry and nothing else."""
        found = {school: _on_roll(events, self.walks.get(school), point) for school, events in by_school.items()}
        self.rolls = {school: attributes for school, attributes in found.items() if attributes is not None}
        """By school."""


def _goes_on(decided: Mapping[tuple[int, int], Event]) -> dict[int, dict[int, Event]]:
    """By school: the years at whose end a stay goes on, with the decision that says so."""
    found: dict[int, dict[int, Event]] = {}
    for (school, year), event in decided.items():
        if event.act in GOES_ON:
            found.setdefault(school, {})[year] = event
    return found


def _by_school(live: Sequence[Event]) -> dict[int, list[Event]]:
    by_school: dict[int, list[Event]] = {}
    for event in live:
        by_school.setdefault(event.school, []).append(event)
    return by_school


def _on_roll(events: list[Event], walk: Walk | None, point: Point) -> Attributes | None:
    """Of one school's events of a pupil: the attributes of the stay that is open, or None."""
    if walk is None:
        (event,) = events
        if event.act not in ENTRIES or (event.year, event.day) > point or event.year != point.year:
            return None
        return _attributes([event.grade, event.student_number, event.sex, event.birth])
    return _voiced(events, walk, point) if walk.lasts else None


def _voiced(events: list[Event], walk: Walk, point: Point) -> Attributes:
    """Rule 5.6: the entry, then corrections since ENTRY, then all else of the stay; the later voice wins."""
    begin = walk.begins[-1]
    values: list[str | Birth | None] = [begin.grade, begin.student_number, begin.sex, begin.birth]
    for event in _mends(events, walk, begin):
        _speak(values, event)
    told: list[tuple[tuple[int, int], Event]] = [
        ((event.year, 1), event)
        for event in events
        if (event.act in ENTRIES or event.act == CHANGED) and event > begin and (event.year, event.day) <= point
    ]
    told += [((year + 1, 0), event) for year, event in walk.goes_on.items() if begin.year <= year < point.year]
    for _, event in sorted(told):
        _speak(values, event)
    return _attributes(values)


def _mends(events: list[Event], walk: Walk, begin: Event) -> Iterator[Event]:
    """Corrections since ENTRY of the stay that began so, or after it and before the next: bounded by the cut alone."""
    mends = [event for event in events if event.act == MENDED and event > begin]
    if not mends:
        return
    later = [entry for entry in walk.anew().to(events, FOR_EVER).begins if entry > begin]
    for event in mends:
        if not later or event < later[0]:
            yield event


def _speak(values: list[str | Birth | None], event: Event) -> None:
    for at, value in enumerate((event.grade, event.student_number, event.sex, event.birth)):
        if value is not None:
            values[at] = value


def _attributes(values: list[str | Birth | None]) -> Attributes:
    grade, number, sex, birth = values
    return Attributes(grade or "", number or "", sex or "", birth or (0, 0))  # type: ignore[arg-type]
