"""The pupils of one partition: what is known of each, and what changed by what it was told.

A pupil belongs to the partition its number leads to (semantics 5.3). What is known is a set that only grows: events by number
and all acting events. Everything told is a function of that set and the day: order, repeats and crashes do not matter.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from streams import days, event, standing
from streams.acting import ActingEvents
from streams.crossing import Moved, Rolled
from streams.event import Acting, Event
from streams.finding import Finding
from streams.findings import rules
from streams.pupil import Pupil
from streams.shelf import Shelf
from streams.standing import Said, Standing
from streams.told import Told

_KEY: Final = 16


def partition_of(person: bytes, partitions: int) -> int:
    """Where intake places a number's events."""
    return int.from_bytes(person[:4], "big") % partitions


def partition_of_school(school: int, partitions: int) -> int:
    """Where a school's roll is kept."""
    return school % partitions


class Pupils:
    """`events` by number, `holders` the numbers by event id, `standings` by pupil, `acts` of every partition."""

    def __init__(
        self, number: int, partitions: int, events: Shelf, holders: Shelf, standings: Shelf, acts: Shelf, grace: int
    ) -> None:
        self.number = number
        self.partitions = partitions
        self._events, self._holders, self._standings, self._acts = events, holders, standings, acts
        self._grace = grace
        self._acting = ActingEvents()
        self._sent: dict[bytes, Standing] = {}
        """What is told in this cycle, not yet stored as such."""
        self._read: dict[bytes, list[Event]] = {}
        """Events by number, as far as they were read in this cycle."""
        for packed in acts.values():
            for acting in event.unpack_acting(packed):
                self._acting.learn(acting)

    def take_accepted(self, events: Sequence[Event], acting: Sequence[Acting], day: int, told: Told) -> None:
        """A message of register.accepted."""
        for one in acting:
            told.broadcast(self.partitions, one)
        persons = self._keep(events)
        for person in persons:
            self._send_on(person, (one for one in events if one.person == person), told)
        self._look_at({self._acting.end(person) for person in persons}, day, told)

    def take_moved(self, moved: Sequence[Moved], day: int, told: Told) -> None:
        """Events of numbers that lead here."""
        persons = [person for one in moved for person in self._keep(list(event.unpack(one.events, one.person)))]
        self._look_at({self._acting.end(person) for person in persons}, day, told)

    def take_acting(self, acting: Sequence[Acting], day: int, told: Told) -> None:
        """Acting events of any partition, this one included."""
        pupils: set[bytes] = set()
        for one in acting:
            touched, named = self._acting.touched(one), self._acting.named_by(one)
            before = {person: self._acting.end(person) for person in touched}
            if self._acting.learn(one):
                self._acts.put(one.school.to_bytes(8, "big") + one.event_id, event.pack_acting(one))
            touched |= self._acting.touched(one)
            for person in touched:
                end = self._acting.end(person)
                pupils |= {person, end, before.get(person, end)}
                if end != before.get(person, person):
                    self._send_on(person, self._of(person), told)
            for target in (*named, one.event_id):
                pupils |= {self._acting.end(person) for person in self._holding(target)}
        self._look_at(pupils, day, told)

    def due(self, day: int) -> list[bytes]:
        """The pupils that have to be looked at again because of the day."""
        return [person for person, packed in self._standings.items() if standing.is_due(packed, day)]

    def turn(self, persons: Iterable[bytes], day: int, told: Told) -> None:
        """Look at them for a day."""
        self._look_at(set(persons), day, told)

    def _keep(self, events: Sequence[Event]) -> set[bytes]:
        """Add to what is known. The numbers they are of, known before or not: what follows may not have been told."""
        by_person: dict[bytes, list[Event]] = {}
        for one in events:
            by_person.setdefault(one.person, []).append(one)
            held = self._holders.get(one.event_id) or b""
            if one.person not in _keys(held):
                self._holders.put(one.event_id, held + one.person)
        for person, more in by_person.items():
            known = self._of(person)
            both = event.merged(known, more) if known or len(more) > 1 else more
            self._read[person] = list(both)
            if both != known:
                self._events.put(person, b"".join(map(event.pack, both)))
        return set(by_person)

    def _send_on(self, person: bytes, events: Iterable[Event], told: Told) -> None:
        """A number that leads to a pupil of another partition: its events belong there."""
        to = partition_of(self._acting.end(person), self.partitions)
        if to != self.number and partition_of(person, self.partitions) == self.number:
            packed = b"".join(map(event.pack, events))
            if packed:
                told.cross(to, Moved(person, packed))

    def _of(self, person: bytes) -> list[Event]:
        if person not in self._read:
            self._read[person] = list(event.unpack(self._events.get(person) or b"", person))
        return self._read[person]

    def _holding(self, event_id: bytes) -> Iterator[bytes]:
        return _keys(self._holders.get(event_id) or b"")

    def settle(self) -> None:
        """All that was told is sent: it stands so."""
        for pupil, now in self._sent.items():
            self._standings.put(pupil, standing.pack(now))
        self._sent.clear()
        self._read.clear()

    def _look_at(self, pupils: set[bytes], day: int, told: Told) -> None:
        for pupil in pupils:
            if partition_of(pupil, self.partitions) == self.number:
                stored = standing.unpack(self._standings.get(pupil), pupil)
                before = self._sent.get(pupil, stored)
                now, findings = self._stands(pupil, day)
                if now != before:
                    self._sent[pupil] = now
                    if now.told != before.told or before.perhaps != Said():
                        self._standings.put(
                            pupil, standing.pack(stored._replace(perhaps=_both(stored.perhaps, now.told)))
                        )
                        _tell(self.partitions, before, now, findings, told)

    def _stands(self, key: bytes, day: int) -> tuple[Standing, list[Finding]]:
        numbers = self._acting.group(key)
        events = [one for person in numbers for one in self._of(person)]
        if len(numbers) > 1:
            events = event.merged((), events)
        live = sorted([one for one in events if self._acting.counts(one)])
        pupil = Pupil(key, live, days.point_of(day), self._grace)
        findings = rules.look(pupil) if live else []
        findings += self._strangers(key, events)
        findings += self._not_followed(key)
        rolls = tuple(
            Rolled(school, key, True, found.grade, found.sex, found.student_number)
            for school, found in sorted(pupil.rolls.items())
        )
        due = rules.next_day(pupil) if live else standing.NEVER
        bare = sorted(Finding(*one[:5]) for one in findings)
        return Standing(day, due, Said(rolls, tuple(bare))), findings

    def _strangers(self, key: bytes, events: list[Event]) -> Iterator[Finding]:
        """VOID_OF_ANOTHER_SCHOOL, VOID_OF_ANOTHER_PERSON (semantics 5.2)."""
        for one in events:
            if self._acting.is_named(one.event_id) and self._acting.is_first(one):
                for school, act in self._acting.strangers(one):
                    evidence = (act, one.event_id)
                    yield Finding("VOID_OF_ANOTHER_SCHOOL", key, school, one.school, act, evidence=evidence)
                for act in self._acting.of_others(one):
                    evidence = (act, one.event_id)
                    yield Finding("VOID_OF_ANOTHER_PERSON", key, one.school, subject=act, evidence=evidence)

    def _not_followed(self, key: bytes) -> Iterator[Finding]:
        """IDENTITY_NOT_FOLLOWED (semantics 5.3)."""
        live = self._acting.replacements(key)
        if live and not self._acting.is_followed(key):
            for school in sorted({school for school, _ in live}):
                yield Finding("IDENTITY_NOT_FOLLOWED", key, school)


def _both(one: Said, other: Said) -> Said:
    """What either says."""
    return Said(tuple(sorted({*one.rolls, *other.rolls})), tuple(sorted({*one.findings, *other.findings})))


def _tell(partitions: int, before: Standing, now: Standing, findings: list[Finding], told: Told) -> None:
    """What changed. What may or may not have been told is told again, or taken back."""
    unsure = {rolled.school for rolled in before.perhaps.rolls}
    held = {rolled.school: rolled for rolled in (*before.perhaps.rolls, *before.told.rolls)}
    for rolled in now.told.rolls:
        if held.pop(rolled.school, None) != rolled or rolled.school in unsure:
            told.cross(partition_of_school(rolled.school, partitions), rolled)
    for school, rolled in held.items():
        told.cross(partition_of_school(school, partitions), Rolled(school, rolled.person, False))
    was_open = {*before.told.findings, *before.perhaps.findings}
    is_told = set(before.told.findings) - set(before.perhaps.findings)
    told.findings += [(one, True) for one in findings if Finding(*one[:5]) not in is_told]
    told.findings += [(one, False) for one in sorted(was_open - set(now.told.findings))]


def _keys(packed: bytes) -> Iterator[bytes]:
    return (packed[at : at + _KEY] for at in range(0, len(packed), _KEY))
