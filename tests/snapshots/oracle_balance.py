"""The balance of semantics 6.4 in plain Python, independent of the SQL and of snapshots/balance.py: one pupil at a time."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from tests.snapshots.oracle import (
    DECISIONS,
    ENTRIES,
    EXITS,
    GOES_ON,
    Cut,
    Event,
    rule_5_1_set,
    rule_5_2_removal,
    rule_5_3_persons,
    walk,
)

Point = tuple[int, date]
Cells = Counter[tuple[int, str, str, str]]
"""(school, grade, term, detail) → pupils."""

TERMS = {"enrolled": "new", "in": "came_in", "out": "went_out", "dropped": "dropped", "died": "died"}


def flows(log: Iterable[Event], earlier: Point, later: Point, cut: Cut) -> Cells:
    """Every flow after the earlier point, up to and at the later one."""
    events = rule_5_2_removal(rule_5_1_set(log, cut))
    ends = rule_5_3_persons(events)
    pupils: dict[tuple[int, bytes], list[Event]] = {}
    for event in events:
        if event.act not in ("void", "identity"):
            pupils.setdefault((event.school, ends.get(event.person, event.person)), []).append(event)
    found: Cells = Counter()
    for (school, person), history in pupils.items():
        pupil = Pupil(sorted(history, key=lambda event: event.place), person)
        pupil.live(later[0])
        for at, grade, term, detail in pupil.flows:
            if earlier < at <= later:
                found[school, grade, term, detail] += 1
    return found


@dataclass
class Pupil:
    """A pupil at one school, in the middle of the walk."""

    history: list[Event]
    person: bytes
    grade: str = ""
    open_under: set[bytes] = field(default_factory=set)
    ever_under: set[bytes] = field(default_factory=set)
    flows: list[tuple[Point, str, str, str]] = field(default_factory=list)

    def live(self, until_year: int) -> None:
        """Walk all years. A year's end is at its last day, a decision's grade at the first of the next."""
        for year in range(self.history[0].year, until_year + 1):
            for at, event in enumerate(self.history):
                if event.year == year:
                    self.happens(at, event)
            self.year_ends(year)

    def happens(self, at: int, event: Event) -> None:
        if event.act in ENTRIES:
            self.enters(at, event)
        elif event.act == "changed" and self.open_under:
            self.says_grade((event.year, event.day), event)
        elif event.act in EXITS and self.open_under:
            self.leaves(event)

    def enters(self, at: int, event: Event) -> None:
        if self.open_under:
            self.says_grade((event.year, event.day), event)
        else:
            self.grade = _first_grade(self.history, at, self.person)
            self.flow((event.year, event.day), TERMS[event.act], _detail(event))
        self.open_under.add(event.person)
        self.ever_under.add(event.person)

    def leaves(self, event: Event) -> None:
        if event.person != self.person and event.person in self.ever_under:
            self.open_under.discard(event.person)
        else:
            self.open_under.clear()
        if not self.open_under:
            self.flow((event.year, event.day), TERMS[event.act], _detail(event))

    def year_ends(self, year: int) -> None:
        decisions = [event for event in self.history if event.act in DECISIONS and event.year == year]
        decision = max(decisions, key=lambda event: (event.recorded_at, event.event_id), default=None)
        if not self.open_under:
            return
        if decision and decision.act in GOES_ON:
            self.says_grade((year + 1, date.min), decision)
            return
        self.open_under.clear()
        if decision and decision.act == "graduated":
            self.flow((year, date.max), "graduated", decision.reason)
        else:
            self.flow((year, date.max), "held_over", decision.act.upper() if decision else "")

    def says_grade(self, when: Point, event: Event) -> None:
        said = str(event.values.get("grade", self.grade))
        if said != self.grade:
            self.flow(when, "moved_out")
            self.grade = said
            self.flow(when, "moved_in")

    def flow(self, when: Point, term: str, detail: str = "") -> None:
        self.flows.append((when, self.grade, term, detail))


def _first_grade(history: list[Event], begin: int, person: bytes) -> str:
    """What the entry says of the grade, mended by the corrections since ENTRY before the next time on the roll."""
    grade = str(history[begin].values.get("grade", ""))
    for event in history[begin + 1 : _next_begin(history, begin, person)]:
        if event.act == "mended" and "grade" in event.values:
            grade = str(event.values["grade"])
    return grade


def _next_begin(history: list[Event], begin: int, person: bytes) -> int:
    """Where the next time on the roll begins in the history; its length: there is none."""
    begins = [history.index(entry) for entry, _ in walk(history, person, (9999, date.max))]
    return min((at for at in begins if at > begin), default=len(history))


def _detail(event: Event) -> str:
    if event.act in ("in", "out"):
        if not event.other_school:
            return ""
        same = event.other_school // 10**8 == event.school // 10**8
        return "SAME_AFFILIATION" if same else "OTHER_AFFILIATION"
    return "" if event.act == "died" else event.reason
