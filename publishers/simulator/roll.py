"""Who is on which roll, kept as it is made: what was true when, and as told by when. It never looks at an event.

A spell is a stretch of a stay in one grade. Telling something new ends what was told so far and begins a new telling, so
that the roll can be counted as of any day, as known at any moment.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date

from publishers.simulator.calendar import FOREVER, Point


@dataclass(slots=True)
class Spell:
    """On a school's roll from `first` up to the day before `end`, as told from `known_from` until before `known_until`."""

    grade: str
    sex: str
    first: date
    end: date
    known_from: int
    known_until: int = FOREVER

    def stands_at(self, point: Point) -> bool:
        """Whether it is counted there: told before, on the roll at the day's end."""
        return self.known_from < point.known_until <= self.known_until and self.first <= point.as_of < self.end


@dataclass(slots=True)
class Stay:
    """One time on one school's roll, and all that was ever told of it."""

    school: str
    year_ends: date
    """First day of the next year: who is not told to go on is not counted from here."""
    told: list[Spell] = field(default_factory=list)
    now: list[Spell] = field(default_factory=list)
    before: list[Spell] = field(default_factory=list)

    def enter(self, day: date, known: int, grade: str, sex: str) -> None:
        """The pupil is on the roll from this day on."""
        self._tell(known, [Spell(grade, sex, day, self.year_ends, known)])

    def leave(self, day: date, known: int) -> None:
        """The first day not counted."""
        self._tell(known, [replace(spell, end=min(spell.end, day)) for spell in self.now if spell.first < day])

    def mend(self, known: int, *, grade: str | None = None, sex: str | None = None) -> None:
        """It was never otherwise: grade or sex of the whole stay."""
        self._tell(known, [replace(spell, grade=grade or spell.grade, sex=sex or spell.sex) for spell in self.now])

    def change_grade(self, day: date, known: int, grade: str) -> None:
        """Another grade from this day on."""
        kept = [replace(spell, end=min(spell.end, day)) for spell in self.now if spell.first < day]
        later = [replace(spell, first=max(spell.first, day), grade=grade) for spell in self.now if spell.end > day]
        self._tell(known, kept + later)

    def go_on(self, known: int, grade: str | None) -> None:
        """Decided at the year's end: on the roll next year as well, in this grade, or the same one."""
        last = self.this_year()[-1]
        next_year = replace(last, first=self.year_ends, end=date.max, grade=grade or last.grade)
        self._tell(known, [*self.this_year(), next_year])

    def end_with_the_year(self, known: int) -> None:
        """Decided at the year's end: not on the roll next year."""
        self._tell(known, self.this_year())

    def this_year(self) -> list[Spell]:
        """What is told of the year itself."""
        return [spell for spell in self.now if spell.first < self.year_ends]

    def strike(self, known: int) -> None:
        """The pupil was never there."""
        self._tell(known, [])

    def take_back(self, known: int) -> None:
        """What was told last is untrue: as it was before that."""
        self._tell(known, self.before)

    def _tell(self, known: int, spells: Iterable[Spell]) -> None:
        for spell in self.now:
            spell.known_until = known
        self.before = self.now
        self.now = [Spell(spell.grade, spell.sex, spell.first, spell.end, known) for spell in spells]
        self.told += self.now


def counted(stays: Iterable[Stay], points: Iterable[Point]) -> Iterator[tuple[Point, str, str, str]]:
    """(point, school, grade, sex) of everyone who is counted anywhere."""
    points = tuple(points)
    for stay in stays:
        for spell in stay.told:
            for point in points:
                if spell.stands_at(point):
                    yield point, stay.school, spell.grade, spell.sex
