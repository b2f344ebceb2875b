"""How often what happens in a year, per thousand pupils. Only the dropout rate and its reasons are published (domain 3.3, 5);
the rest is set so that every rule of the census has work to do.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

from schemas import code_lists

PER_THOUSAND: Final[Mapping[str, float]] = {
    "moved": 25,
    "moved_to_another_affiliation": 8,
    "moved_twice": 2,
    "came_back": 1.5,
    "enrolled_later": 6,
    "dropped_out": 1.4,  # NSO Social Indicators 2560: 0.14 %
    "died": 0.3,
    "birth_date_was_wrong": 4,
    "sex_was_wrong": 3,
    "grade_was_wrong": 2,
    "name_was_wrong": 5,
    "changed_room": 25,
    "changed_grade": 1,
    "entered_in_another_grade": 3,
    "entered_under_another_number": 2,
    "never_came": 3,
    "dropout_was_a_move": 0.5,
    "dropout_was_none": 0.5,
    "got_a_number": 0,
}
"""By story. To all others nothing happens. A pupil with a G code has `got_a_number` for a story, and no other one."""

G_SHARE: Final = 0.015
"""Pupils with a G code: above 90,000 of about 6.4 million (domain 2.2, 5)."""
G_GETS_A_NUMBER: Final = 0.3
"""About 30,000 of 90,000 were regularised (domain 2.2)."""

DROPOUT_REASONS: Final[Mapping[str, float]] = {
    "POVERTY": 45_092,
    "MIGRATION": 15_384,
    "FAMILY": 12_481,
    "ADJUSTMENT": 6_347,
    "OTHER": 23_651,
    "MARRIAGE": 4_822,
    "EARNING": 4_571,
    "ILLNESS": 853,
    "LAW": 231,
}
"""OBEC, academic years 2551 and 2552 (domain 3.3)."""

DECISIONS: Final[Mapping[str, float]] = {
    "goes_on": 974,
    "repeats": 10,
    "repeats_then_goes_on": 6,
    "deferred": 5,
    "undecided": 5,
}
"""At the year's end. goes_on: promoted, or graduated from a school's last grade."""

DISADVANTAGES: Final[Mapping[str, float]] = {"": 800, "POOR": 170, "MINORITY": 15, "ORPHAN": 10, "ABANDONED": 5}
DISABILITIES: Final[Mapping[str, float]] = {
    "": 975,
    "LEARNING": 17,
    "INTELLECT": 4,
    "AUTISM": 2,
    "HEARING": 1,
    "VISION": 1,
}
BOARDINGS: Final[Mapping[str, float]] = {"": 890, "PARENTS": 80, "RELATIVES": 25, "SCHEME_DORM": 5}


@dataclass(frozen=True)
class Table:
    """A choice by weights, made ready once: choosing costs one random number."""

    options: Sequence[str]
    reached: Sequence[float]

    @classmethod
    def of(cls, weights: Mapping[str, float]) -> "Table":
        """The options as they stand in `weights`."""
        return cls(tuple(weights), tuple(accumulate(weights.values())))

    def choose(self, chance: random.Random) -> str:
        """One of the options."""
        return chance.choices(self.options, cum_weights=self.reached)[0]


def stories(busier: float) -> Table:
    """Stories by name, with everything but the uneventful one `busier` times as often."""
    eventful = {name: min(rate * busier, 900 / len(PER_THOUSAND)) for name, rate in PER_THOUSAND.items()}
    return Table.of(eventful | {"stayed": 1000 - sum(eventful.values())})


def destinations(grade: str) -> tuple[str, ...]:
    """Where graduates of a grade may go, by code; none is listed for ป.6."""
    entries = code_lists.load("graduate_destinations").entries
    return tuple(entry.code for entry in entries if entry.extra["grade"] == grade)
