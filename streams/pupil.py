"""One pupil's events, folded (semantics 5.4 to 5.6): on which rolls, and as what.

The same rules as snapshots/sql, for one pupil and in plain Python: the stream has no warehouse to ask. Tests hold the two
against each other and against a third, naive one.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from streams.event import CHANGED, DECISIONS, ENTRIES, EXITS, GOES_ON, MENDED, MOVES, Birth, Event


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

    __slots__ = ("grace", "key", "known", "last_moves", "live", "moves", "point", "rolls")

    def __init__(self, key: bytes, live: Sequence[Event], point: Point, grace: int) -> None:
        """`live`: in the order of the walk. `grace`: days."""
        self.key, self.live, self.point, self.grace = key, live, point, grace
        self.known = [event for event in live if (event.year, event.day) <= point]
        """Those that have happened by the point."""
        self.moves = [event for event in self.known if event.act in MOVES]
        """Known entries and exits."""
        self.last_moves = {event.school: event for event in self.moves}
        """The last one at each school."""
        self.rolls: dict[int, Attributes] = _rolls(live, key, point)
        """By school."""


def _rolls(live: Sequence[Event], key: bytes, point: Point) -> dict[int, Attributes]:
    by_school: dict[int, list[Event]] = {}
    for event in live:
        by_school.setdefault(event.school, []).append(event)
    found = {school: _on_roll(events, key, point) for school, events in by_school.items()}
    return {school: attributes for school, attributes in found.items() if attributes is not None}


def _on_roll(events: list[Event], key: bytes, point: Point) -> Attributes | None:
    """Of one school's events of a pupil: the attributes of the stay that is open, or None."""
    if len(events) == 1:  # most pupils: an entry and nothing else
        (event,) = events
        if event.act not in ENTRIES or (event.year, event.day) > point or event.year != point.year:
            return None
        return _attributes([event.grade, event.student_number, event.sex, event.birth])
    goes_on = _decisions(events)
    begins = _walk(events, key, point, goes_on)
    if not begins or not begins[-1][1]:
        return None
    return _voiced(events, key, begins[-1][0], point, goes_on)


def _decisions(events: list[Event]) -> dict[int, Event]:
    """Rule 5.5: the years at whose end a stay goes on, with the decision that says so."""
    last: dict[int, Event] = {}
    for event in events:
        if event.act in DECISIONS:
            held = last.get(event.year)
            if held is None or (held.recorded_at, held.event_id) < (event.recorded_at, event.event_id):
                last[event.year] = event
    return {year: event for year, event in last.items() if event.act in GOES_ON}


def _walk(
    events: list[Event], key: bytes, until: tuple[float, float], goes_on: dict[int, Event]
) -> list[tuple[Event, bool]]:
    """Rules 5.3, 5.4: the entry each time on the roll began with, and whether it lasts at the end of the walk."""
    begins: list[Event] = []
    open_under: set[bytes] = set()
    ever_under: set[bytes] = set()
    year = events[0].year
    for event in events:
        if (event.year, event.day) > until:
            break
        if open_under and any(before not in goes_on for before in range(year, event.year)):
            open_under.clear()
        year = event.year
        if event.act in ENTRIES:
            if not open_under:
                begins.append(event)
            open_under.add(event.person)
            ever_under.add(event.person)
        elif event.act in EXITS:
            if event.person != key and event.person in ever_under:
                open_under.discard(event.person)
            else:
                open_under.clear()
    if open_under and until[0] < 10_000 and any(before not in goes_on for before in range(year, int(until[0]))):
        open_under.clear()
    return [(begin, bool(open_under) and begin is begins[-1]) for begin in begins]


def _voiced(events: list[Event], key: bytes, begin: Event, point: Point, goes_on: dict[int, Event]) -> Attributes:
    """Rule 5.6: the entry, then corrections since ENTRY, then all else of the stay; the later voice wins."""
    values: list[str | Birth | None] = [begin.grade, begin.student_number, begin.sex, begin.birth]
    for event in _mends(events, key, begin, goes_on):
        _speak(values, event)
    told: list[tuple[tuple[int, int], Event]] = [
        ((event.year, 1), event)
        for event in events
        if (event.act in ENTRIES or event.act == CHANGED) and event > begin and (event.year, event.day) <= point
    ]
    told += [((year + 1, 0), event) for year, event in goes_on.items() if begin.year <= year < point.year]
    for _, event in sorted(told):
        _speak(values, event)
    return _attributes(values)


def _mends(events: list[Event], key: bytes, begin: Event, goes_on: dict[int, Event]) -> Iterator[Event]:
    """Corrections since ENTRY of the stay that began so, or after it and before the next: bounded by the cut alone."""
    mends = [event for event in events if event.act == MENDED and event > begin]
    if not mends:
        return
    later = [entry for entry, _ in _walk(events, key, (1e9, 1e9), goes_on) if entry > begin]
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
