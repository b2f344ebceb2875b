"""What acts on other events and on numbers (semantics 2.4, 5.2, 5.3), as one partition knows it: all of it, in memory.

A few events in a hundred. Every partition is told all of them, so that each decides alone which events of its pupils count,
and which numbers are one pupil.
"""

from collections import defaultdict
from collections.abc import Iterator

from streams.event import NONE, Acting, Event


class ActingEvents:
    """A function of the set of acting events it was told, whatever their order and however often."""

    def __init__(self) -> None:
        self._first: dict[tuple[int, bytes], Acting] = {}
        self._named: defaultdict[bytes, set[tuple[int, bytes]]] = defaultdict(set)
        """Event id → the (school, event_id) that name it."""
        self._new_of: defaultdict[bytes, set[tuple[int, bytes]]] = defaultdict(set)
        """Old number → the replacements of it, removed or not."""
        self._old_of: defaultdict[bytes, set[bytes]] = defaultdict(set)
        """New number → old numbers some replacement leads from, removed or not."""

    def learn(self, acting: Acting) -> bool:
        """Whether it was news."""
        key = (acting.school, acting.event_id)
        held = self._first.get(key)
        if held is not None and held.place <= acting.place:
            return False
        if held is not None:
            for target in held.targets:
                self._named[target].discard(key)
            self._new_of[held.person].discard(key)
        self._first[key] = acting
        for target in acting.targets:
            self._named[target].add(key)
        if acting.new_person != NONE:
            self._new_of[acting.person].add(key)
            self._old_of[acting.new_person].add(acting.person)
        return True

    def counts(self, event: Event) -> bool:
        """Whether an event is the first of its identity (2.4) and not removed (5.2)."""
        return self.is_first(event) and not self.is_removed(event.school, event.event_id)

    def is_first(self, event: Event) -> bool:
        """Whether no copy that stands before it is known."""
        first = self._first.get((event.school, event.event_id))
        return first is None or event.place <= first.place

    def is_removed(self, school: int, event_id: bytes) -> bool:
        """Whether an event of the same school names it."""
        named = self._named.get(event_id)
        return named is not None and any(by == school and act != event_id for by, act in named)

    def is_named(self, event_id: bytes) -> bool:
        """Whether any event names it."""
        return event_id in self._named

    def strangers(self, event: Event) -> list[tuple[int, bytes]]:
        """The (school, event_id) of other schools' events that name it: they do nothing."""
        return sorted(act for act in self._named.get(event.event_id, ()) if act[0] != event.school)

    def of_others(self, event: Event) -> list[bytes]:
        """The event ids of the same school's events that name it and are about another pupil: they act all the same."""
        end = self.end(event.person)
        return sorted(
            act
            for school, act in self._named.get(event.event_id, ())
            if school == event.school and self.end(self._first[school, act].person) != end
        )

    def replacements(self, person: bytes) -> list[tuple[int, bytes]]:
        """(school, new number) of the replacements of a number that count."""
        if person not in self._new_of:
            return []
        found = self._new_of.get(person, ())
        return [(school, self._first[school, at].new_person) for school, at in found if not self.is_removed(school, at)]

    def end(self, person: bytes) -> bytes:
        """The number that 5.3 leads to: this one, where nothing is followed. One on a cycle is not followed; what leads to a
        cycle is followed up to it.
        """
        if person not in self._new_of:
            return person
        way = [person]
        while (after := self._step(way[-1])) is not None:
            if after in way:
                return way[way.index(after)]
            way.append(after)
        return way[-1]

    def is_followed(self, person: bytes) -> bool:
        """Whether a replaced number leads on to another one."""
        return self._step(person) is not None and not self._returns(person)

    def group(self, end: bytes) -> list[bytes]:
        """Every number that leads to this one, and itself; empty if it leads on itself."""
        if end not in self._old_of and end not in self._new_of:
            return [end]
        return [person for person in self.upstream(end) if self.end(person) == end]

    def upstream(self, person: bytes) -> set[bytes]:
        """The numbers from which some replacement, counting or not, leads here; and this one."""
        found, todo = {person}, [person]
        while todo:
            for old in self._old_of.get(todo.pop(), ()):
                if old not in found:
                    found.add(old)
                    todo.append(old)
        return found

    def named_by(self, acting: Acting) -> set[bytes]:
        """The events it names, and those that the copy of it known so far does: they may count again."""
        held = self._first.get((acting.school, acting.event_id))
        return {*acting.targets, *(held.targets if held else ())}

    def touched(self, acting: Acting) -> set[bytes]:
        """The numbers whose way may be another one by this event."""
        olds = {acting.person} if acting.new_person != NONE else set()
        held = self._first.get((acting.school, acting.event_id))
        if held is not None and held.new_person != NONE:
            olds.add(held.person)
        for target in self.named_by(acting):
            named = self._first.get((acting.school, target))
            if named is not None and named.new_person != NONE:
                olds.add(named.person)
        return set().union(*(self.upstream(old) for old in olds))

    def all(self) -> Iterator[Acting]:
        """Each once."""
        return iter(self._first.values())

    def _step(self, person: bytes) -> bytes | None:
        if person not in self._new_of:
            return None
        targets = {new for _, new in self.replacements(person)}
        return targets.pop() if len(targets) == 1 else None

    def _returns(self, person: bytes) -> bool:
        at, passed = self._step(person), set()
        while at is not None and at != person and at not in passed:
            passed.add(at)
            at = self._step(at)
        return at == person
