"""The schools of one partition: who is on the roll, how many of each grade and sex, and student numbers given twice."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

from streams.crossing import Rolled, pack_rolled, unpack_rolled
from streams.finding import Finding, number_subject
from streams.shelf import Shelf
from streams.told import Told

Cell = tuple[str, str]
"""(grade, sex)."""


class Schools:
    """`rolls` by (school, pupil), `numbers` the pupils by (school, student number).

    The counts are kept in memory and follow from the rolls: a number that is added to would count a repeat twice. Numbers are
    to be stored before rolls: a roll that is stored says that its number is.
    """

    def __init__(self, rolls: Shelf, numbers: Shelf) -> None:
        self._rolls, self._numbers = rolls, numbers
        self.counts: defaultdict[int, Counter[Cell]] = defaultdict(Counter)
        self.changed: set[int] = set()
        """The schools whose counts are to be told."""
        for packed in rolls.values():
            rolled = unpack_rolled(packed)
            self.counts[rolled.school][rolled.grade, rolled.sex] += 1
        self.changed.update(self.counts)

    def take(self, rolled: Sequence[Rolled], told: Told) -> None:
        """What pupils' partitions say."""
        for one in rolled:
            key = one.school.to_bytes(8, "big") + one.person
            packed = self._rolls.get(key)
            before = None if packed is None else unpack_rolled(packed)
            after = one if one.is_on else None
            if before != after:
                self._rolls.put(key, None if after is None else pack_rolled(after))
                self._count(before, -1)
                self._count(after, 1)
            # Looked at again even if nothing changed: numbers may have been stored and rolls not, or the other way round.
            old, new = (number_of.student_number if number_of else "" for number_of in (before, after))
            if old and old != new:
                self._share(one.school, old, one.person, told, has=False)
            if new:
                self._share(one.school, new, one.person, told, has=True)

    def take_changed(self) -> Iterator[tuple[int, Mapping[Cell, int]]]:
        """(school, counts) of those to be told."""
        changed, self.changed = self.changed, set()
        for school in sorted(changed):
            yield school, +self.counts[school]

    def _count(self, rolled: Rolled | None, by: int) -> None:
        if rolled is not None:
            self.counts[rolled.school][rolled.grade, rolled.sex] += by
            self.changed.add(rolled.school)

    def _share(self, school: int, number: str, person: bytes, told: Told, *, has: bool) -> None:
        """STUDENT_NUMBER_TWICE (issue D, domain 1.1)."""
        subject = number_subject(number)
        key = school.to_bytes(8, "big") + subject
        packed = self._numbers.get(key) or b""
        before = {packed[at : at + 16] for at in range(0, len(packed), 16)}
        after = before | {person} if has else before - {person}
        if after == before:
            return
        self._numbers.put(key, b"".join(sorted(after)) or None)
        finding = Finding("STUDENT_NUMBER_TWICE", school=school, subject=subject, persons=tuple(sorted(after)))
        if len(after) > 1:
            told.findings.append((finding, True))
        elif len(before) > 1:
            told.findings.append((finding._replace(persons=()), False))
