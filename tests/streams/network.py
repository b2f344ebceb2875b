"""The partitions of a stream in memory, and what they tell each other: delivered in any order between senders, repeated at
will, killed between any two steps.
"""

import random
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator
from dataclasses import replace

from streams import crossing
from streams.event import IDENTITY, NONE, VOID, Acting, Event, rank_of
from streams.finding import Finding
from streams.partition import AFTER, BEFORE, TABLES, Partition, partition
from streams.pupils import partition_of
from streams.shelf import Shelf
from streams.told import Told
from tests.snapshots.histories import ACTS
from tests.snapshots.oracle import Event as Logged

DAY_MS = 86_400_000


class Killed(Exception):
    """The process ended here."""


class Network:
    """Partitions whose tables are dicts. `chance` chooses who works next; `faults` is how often a cycle is cut short."""

    def __init__(self, partitions: int = 3, grace: int = 30, seed: int = 0, faults: float = 0.0) -> None:
        self.partitions, self.grace, self.faults = partitions, grace, faults
        self.chance = random.Random(seed)
        self.tables = [{name: {} for name in TABLES} for _ in range(partitions)]
        self.at_work: dict[int, Partition] = {}
        self.inboxes: list[deque] = [deque() for _ in range(2 * partitions)]
        self.findings: dict[bytes, tuple[str, Finding]] = {}
        self.told: list[tuple[str, Finding]] = []

    def accept(self, logged: Iterable[Logged], largest: int = 4) -> None:
        """Let intake tell of them, in messages of some at a time."""
        waiting = defaultdict(list)
        for one in logged:
            waiting[partition_of(one.person, self.partitions)].append(one)
        for number, events in waiting.items():
            first = 0
            while first < len(events):
                size = self.chance.randint(1, largest)
                self.inboxes[number].append(events[first : first + size])
                first += size

    def run(self, day: int) -> None:
        """Until nothing is left to do at that day."""
        for number in range(self.partitions):
            while not self._lives(number, lambda at_work: self._turn(at_work, day)):
                pass
        while busy := [at for at, inbox in enumerate(self.inboxes) if inbox]:
            at = self.chance.choice(busy)
            message = self.inboxes[at][0]
            if self._lives(
                at % self.partitions, lambda work, at=at, message=message: self._take(work, at, message, day)
            ):
                self.inboxes[at].popleft()

    def open_findings(self) -> set[tuple]:
        return {tuple(finding[:5]) for state, finding in self.findings.values() if state == "OPEN"}

    def rolls(self) -> dict[tuple[int, bytes], tuple[str, str, str]]:
        found = {}
        for tables in self.tables:
            for packed in tables["rolls"].values():
                rolled = crossing.unpack_rolled(packed)
                found[rolled.school, rolled.person] = (rolled.grade, rolled.sex, rolled.student_number)
        return found

    def counts(self) -> dict[tuple[int, str, str], int]:
        return {
            (school, *cell): pupils
            for at_work in self.at_work.values()
            for school, counts in at_work.schools.counts.items()
            for cell, pupils in counts.items()
            if pupils
        }

    def restart(self) -> None:
        self.at_work.clear()
        for number in range(self.partitions):
            self._of(number)

    def _of(self, number: int) -> Partition:
        if number not in self.at_work:
            shelves = {
                name: Shelf(table.get, lambda table=table: list(table.items()))
                for name, table in self.tables[number].items()
            }
            self.at_work[number] = partition(number, self.partitions, shelves, self.grace)
        return self.at_work[number]

    @staticmethod
    def _turn(at_work: Partition, day: int) -> Told:
        told = Told()
        at_work.pupils.turn(at_work.pupils.due(day), day, told)
        return told

    def _take(self, at_work: Partition, at: int, message, day: int) -> Told:
        if at >= self.partitions:
            return at_work.take_crossing(message, day)
        told = Told(1)
        at_work.pupils.take_accepted(*split(message), day, told)
        return told

    def _lives(self, number: int, work) -> bool:
        try:
            self._cycle(number, work)
        except Killed:
            self.at_work.pop(number)
            return False
        return True

    def _cycle(self, number: int, work) -> None:
        may_die = self.faults > 0
        at_work = self._of(number)
        told = work(at_work)
        self._store(number, BEFORE, may_die)
        self._send(number, told, may_die)
        at_work.pupils.settle()
        for names in AFTER:
            self._store(number, self.chance.sample(names, len(names)), may_die)

    def _store(self, number: int, names: Iterable[str], may_die: bool) -> None:
        for name in names:
            self._maybe_die(may_die)
            for key, value in self._of(number).shelves[name].take_waiting().items():
                if value is None:
                    self.tables[number][name].pop(key, None)
                else:
                    self.tables[number][name][key] = value

    def _send(self, number: int, told: Told, may_die: bool) -> None:
        for to, frames in told.frames.items():
            self._maybe_die(may_die)
            self.inboxes[self.partitions + to].extend(crossing.messages(frames, told.newest))
        for finding, is_open in told.findings:
            self._maybe_die(may_die)
            state = "OPEN" if is_open else "RESOLVED"
            self.findings[finding.finding_id] = (state, finding)
            self.told.append((state, finding))

    def _maybe_die(self, may_die: bool) -> None:
        if may_die and self.chance.random() < self.faults:
            raise Killed


def split(logged: Iterable[Logged]) -> tuple[list[Event], list[Acting]]:
    """What `accepted.read` makes of them."""
    events, acting = [], []
    for one in logged:
        place = (one.append_time, one.topic, one.partition, one.offset)
        act = ACTS.index(one.act) + 1
        new = one.new_person or NONE
        if act in (IDENTITY, VOID) or one.replaces or one.stands_before:
            acting.append(
                Acting(one.school, one.event_id, place, one.voids or NONE, one.replaces or NONE, one.person, new)
            )
        if act not in (IDENTITY, VOID):
            events.append(_event(one, act, place))
    return events, acting


def _event(one: Logged, act: int, place) -> Event:
    values = one.values
    birth = (values["birth_key"], one.cohort if values["birth_key"] else 0) if "birth_key" in values else None
    return Event(
        one.year, (one.day.toordinal() - 719_163), one.recorded_at, rank_of(act), one.event_id, one.school, act,
        one.person, one.other_school, place, values.get("grade"), values.get("student_number"), values.get("sex"), birth,
    )  # fmt: skip


def copies_marked(log: list[Logged]) -> Iterator[Logged]:
    """As intake tells them in this order: a copy that stands before one accepted sooner says so, others are not told."""
    first = {}
    for one in log:
        key = (one.school, one.event_id)
        place = (one.append_time, one.topic, one.partition, one.offset)
        if key not in first:
            first[key] = place
            yield one
        elif place == first[key]:
            yield one
        elif place < first[key]:
            first[key] = place
            yield replace(one, stands_before=True)
