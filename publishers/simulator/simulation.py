"""A whole simulated year, part by part, in memory that does not grow with the number of pupils. The same plan makes the same
bytes: every part has randomness of its own, seeded from the plan's seed and the part's number.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass

from publishers.simulator import chances, planted, schools
from publishers.simulator.calendar import CensusDay, Point, SchoolYear, points
from publishers.simulator.part import Maker, Part


@dataclass(frozen=True, slots=True)
class Plan:
    """What to simulate."""

    year: SchoolYear
    census_days: tuple[CensusDay, ...]
    affiliations: tuple[str, ...]
    areas: int
    schools: int
    pupils: int
    seed: int
    cases: int = 2
    """Of each planted kind."""
    busier: float = 1.0
    """How many times as often as usual something happens to a pupil."""

    @property
    def points(self) -> tuple[Point, ...]:
        """Where the truth is counted."""
        return points(self.year, self.census_days)

    def schools_made(self) -> list[dict[str, str]]:
        """The schools, in the columns of schemas/school_columns.py."""
        return schools.made(self.affiliations, self.areas, self.schools)


def parts(plan: Plan) -> Iterator[Part]:
    """Part after part; those of one group of schools stand together."""
    chance = random.Random(f"{plan.seed}|plan")  # noqa: S311 - made-up pupils
    made = plan.schools_made()
    sizes = schools.sizes(len(made), plan.pupils, chance)
    maker = Maker(
        plan.year, plan.points, chances.stories(plan.busier), chance.randrange(10**9), first_spare=plan.pupils
    )
    whole = list(schools.parts(made, sizes))
    names = planted.names(len(plan.affiliations), plan.schools)
    cases = list(enumerate(names * plan.cases))
    first = 0
    for number, group in enumerate(whole):
        own = cases[number :: len(whole)]
        part = maker.make(group, first, own, random.Random(f"{plan.seed}|{number}"))  # noqa: S311 - made-up pupils
        first += part.pupils
        yield part
