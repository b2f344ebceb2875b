"""census(Y, D, C) in plain Python: naive, one function per rule of semantics 5. What the SQL fold is compared with."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

ENTRIES = ("enrolled", "in")
EXITS = ("out", "dropped", "died")
GOES_ON = ("promoted", "repeats")
DECISIONS = (*GOES_ON, "graduated", "deferred", "undecided")
RANKS = dict.fromkeys(ENTRIES, 0) | dict.fromkeys(EXITS, 2)

Cut = Mapping[tuple[str, int], int]
Values = dict[str, str | int]


@dataclass(frozen=True)
class Event:
    """One stored copy of an accepted event. Times are milliseconds."""

    school: int
    person: bytes
    act: str
    event_id: bytes
    year: int = 2565
    day: date = date(2022, 5, 16)
    recorded_at: int = 0
    values: Mapping[str, str | int] = field(default_factory=dict)
    replaces: bytes = b""
    voids: bytes = b""
    new_person: bytes = b""
    reason: str = ""
    other_school: int = 0
    topic: str = "student-changes.a"
    partition: int = 0
    offset: int = 0
    append_time: int = 0
    stands_before: bool = False
    """For the stream: intake accepted another copy sooner."""
    cohort: int = 0
    """For the stream: as AcceptedChanges has it."""

    @property
    def place(self) -> tuple[int, date, int, int, bytes]:
        """Rule 5.4: the order of the walk."""
        return self.year, self.day, self.recorded_at, RANKS.get(self.act, 1), self.event_id


def census(log: Iterable[Event], year: int, day: date, cut: Cut) -> dict[tuple[int, bytes], Values]:
    """The roll: attributes by (school, person)."""
    events = rule_5_2_removal(rule_5_1_set(log, cut))
    ends = rule_5_3_persons(events)
    pupils: dict[tuple[int, bytes], list[Event]] = {}
    for event in events:
        if event.act not in ("void", "identity"):
            pupils.setdefault((event.school, ends.get(event.person, event.person)), []).append(event)
    roll = {}
    for (school, person), history in pupils.items():
        history.sort(key=lambda event: event.place)
        begin = rule_5_4_roll(history, person, year, day)
        if begin is not None:
            roll[school, person] = rule_5_6_attributes(history, person, begin, year, day)
    return roll


def rule_5_1_set(log: Iterable[Event], cut: Cut) -> list[Event]:
    """Records below the cut, one per identity: the first in the log (2.4)."""
    first: dict[tuple[int, bytes], Event] = {}
    for event in sorted(log, key=lambda event: (event.append_time, event.topic, event.partition, event.offset)):
        if event.offset < cut.get((event.topic, event.partition), 0):
            first.setdefault((event.school, event.event_id), event)
    return list(first.values())


def rule_5_2_removal(events: list[Event]) -> list[Event]:
    """Without the non-void events that a void, or another event's `replaces`, of the same school names. One step."""
    named = {
        (event.school, target)
        for event in events
        for target in (event.voids, event.replaces)
        if target and target != event.event_id
    }
    return [event for event in events if event.act == "void" or (event.school, event.event_id) not in named]


def rule_5_3_persons(events: list[Event]) -> dict[bytes, bytes]:
    """From each old id to the one it ends in. Two live targets or a cycle: not followed."""
    targets: dict[bytes, set[bytes]] = {}
    for event in events:
        if event.act == "identity":
            targets.setdefault(event.person, set()).add(event.new_person)
    step = {old: next(iter(new)) for old, new in targets.items() if len(new) == 1}
    step = {old: new for old, new in step.items() if not _returns(step, old)}
    ends = {}
    for old in step:
        end = old
        while end in step:
            end = step[end]
        ends[old] = end
    return ends


def _returns(step: Mapping[bytes, bytes], old: bytes) -> bool:
    at = step[old]
    for _ in step:
        if at == old:
            return True
        at = step.get(at, b"")
    return False


def rule_5_5_decisions(history: list[Event]) -> dict[int, Event]:
    """By year: the last recorded decision, for the years whose last decision lets a stay go on."""
    last: dict[int, Event] = {}
    for event in sorted(history, key=lambda event: (event.recorded_at, event.event_id)):
        if event.act in DECISIONS:
            last[event.year] = event
    return {year: event for year, event in last.items() if event.act in GOES_ON}


def walk(history: list[Event], person: bytes, until: tuple[int, date]) -> list[tuple[Event, bool]]:
    """Rules 5.3 to 5.5: every time on the roll up to `until`: the entry it began with, and whether it is still open."""
    goes_on = rule_5_5_decisions(history)
    open_under: set[bytes] = set()
    ever_under: set[bytes] = set()
    times: list[Event] = []
    year = history[0].year
    for event in history:
        if (event.year, event.day) > until:
            break
        while year < event.year:
            open_under = open_under if year in goes_on else set()
            year += 1
        if event.act in ENTRIES:
            if not open_under:
                times.append(event)
            open_under.add(event.person)
            ever_under.add(event.person)
        elif event.act in EXITS:
            if event.person != person and event.person in ever_under:
                open_under.discard(event.person)
            else:
                open_under.clear()
    while year < until[0]:
        open_under = open_under if year in goes_on else set()
        year += 1
    return [(begin, bool(open_under) and begin is times[-1]) for begin in times]


def rule_5_4_roll(history: list[Event], person: bytes, year: int, day: date) -> Event | None:
    """The entry with which the pupil last came on the roll, if on it at (year, day)."""
    return next((begin for begin, is_open in walk(history, person, (year, day)) if is_open), None)


def rule_5_6_attributes(history: list[Event], person: bytes, begin: Event, year: int, day: date) -> Values:
    """The first entry, then corrections since ENTRY, then all else of the stay in the order of the walk."""
    values: Values = dict(begin.values)
    for event in _corrections(history, person, begin):
        values |= event.values
    told = [
        ((event.year, 1, event.place), event.values)
        for event in history
        if event.act in (*ENTRIES, "changed") and event.place > begin.place and (event.year, event.day) <= (year, day)
    ]
    decided = [
        ((decided_for + 1, 0, event.place), event.values)
        for decided_for, event in rule_5_5_decisions(history).items()
        if begin.year <= decided_for < year
    ]
    for _, given in sorted(told + decided, key=lambda voice: voice[0]):
        values |= given
    return {name: value for name, value in values.items() if value not in ("", 0)}


def _corrections(history: list[Event], person: bytes, begin: Event) -> list[Event]:
    """Corrections since ENTRY that stand in the stay of `begin`, or after it and before the next: bounded by C alone."""
    begins = [entry for entry, _ in walk(history, person, (9999, date.max))]
    later = [entry.place for entry in begins if entry.place > begin.place]
    return [
        event
        for event in history
        if event.act == "mended" and event.place > begin.place and (not later or event.place < min(later))
    ]
