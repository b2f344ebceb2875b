"""One part of a simulation: a group of schools, the pupils of a part of each, and what is told of them."""

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from publishers.simulator import chances, planted, stories, year_end
from publishers.simulator.calendar import Point, SchoolYear
from publishers.simulator.chances import Table
from publishers.simulator.diary import Diary
from publishers.simulator.life import Life
from publishers.simulator.planted import Case, Stage
from publishers.simulator.pupils import pupil
from publishers.simulator.roll import counted
from publishers.simulator.schools import School
from publishers.simulator.stories import Scene

Tally = Counter[tuple[Point, str, str, str]]
"""Pupils by (point, school, grade, sex)."""


@dataclass(slots=True)
class Part:
    """What was made: the events in the order they are sent, who is on which roll, and the cases planted."""

    diary: Diary
    schools: frozenset[str]
    tally: Tally = field(default_factory=Counter)
    cases: list[Case] = field(default_factory=list)
    pupils: int = 0


@dataclass(frozen=True, slots=True)
class Maker:
    """Makes parts. `start`: where the numbers of its made-up persons begin."""

    year: SchoolYear
    points: tuple[Point, ...]
    stories: Table
    start: int
    first_spare: int
    """Pupil numbers from here on are nobody's yet: for second persons of planted cases."""

    def make(
        self, schools: Sequence[School], first: int, cases: Sequence[tuple[int, str]], chance: random.Random
    ) -> Part:
        """The pupils numbered from `first` on. `cases`: (number among all cases, kind) of those to plant here."""
        part = Part(Diary(chance), frozenset(school.code for school in schools))
        waiting = list(cases)
        for place, school in enumerate(_homes(schools)):
            number = first + place
            case = next((case for case in waiting if _partners(case[1], schools, school)), None)
            if case is None:
                life = self._life(part, number, chance, chance.choice(school.grades))
                self._play(part, life, schools, school)
                self._end(part, life)
            else:
                waiting.remove(case)
                self._plant(part, number, school, _partners(case[1], schools, school), case)
            part.pupils += 1
        return part

    def _life(self, part: Part, number: int, chance: random.Random, grade: str, *, is_plain: bool = False) -> Life:
        is_g = not is_plain and chance.random() < chances.G_SHARE
        made = pupil(number, grade, self.year.academic_year, self.start, chance, is_g=is_g)
        return Life(self.year, part.diary, chance, made)

    def _play(self, part: Part, life: Life, schools: Sequence[School], home: School) -> None:
        others = [school for school in schools if school is not home and life.pupil.grade in school.grades]
        near = [school for school in others if school.affiliation == home.affiliation]
        far = [school for school in others if school.affiliation != home.affiliation]
        name = "got_a_number" if life.person_id.startswith("G") else self.stories.choose(life.chance)
        stories.STORIES[name](life, Scene(home, near, far))
        if name in planted.KINDS:
            part.cases.append(planted.case(name, [life]))

    def _plant(self, part: Part, number: int, home: School, others: Sequence[School], case: tuple[int, str]) -> None:
        chance = part.diary.chance
        life, second = (
            self._life(part, person, chance, planted.GRADE, is_plain=True)
            for person in (number, self.first_spare + case[0])
        )
        part.cases.append(planted.play(case[1], life, Stage(home, chance.choice(others), second)))
        self._end(part, life)
        self._end(part, second)

    def _end(self, part: Part, life: Life) -> None:
        """The year's end, and who was on which roll."""
        for place in life.decided:
            year_end.decide(life, place)
        part.tally.update(counted((place.stay for place in life.places), self.points))


def _partners(kind: str, schools: Sequence[School], home: School) -> list[School]:
    """Schools that a case of this kind may involve beside the pupil's own."""
    if planted.GRADE not in home.grades:
        return []
    across = planted.KINDS[kind].across
    return [
        school
        for school in schools
        if school is not home and planted.GRADE in school.grades and (school.affiliation != home.affiliation) == across
    ]


def _homes(schools: Sequence[School]) -> Iterator[School]:
    """Each pupil's school, the schools in turn: so that cases fall on all of them."""
    for place in range(max((school.pupils for school in schools), default=0)):
        yield from (school for school in schools if place < school.pupils)
