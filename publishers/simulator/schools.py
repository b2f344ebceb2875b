"""The schools of a simulation: which grades each has, how many pupils, and which of them exchange pupils."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from publishers.generator import schools as generated

LARGEST_PART: Final = 2_000
"""Pupils of a school that are made together: with a group's schools, what bounds memory."""
GROUP: Final = 8
"""Schools that exchange pupils among themselves."""
PER_ROOM: Final = 35
_NUMBERS_APART: Final = 20_000
"""Between the student numbers of two parts of a school."""

_KINDERGARTEN_AND_PRIMARY: Final = tuple(f"{code:02}" for code in range(1, 10))
_FROM_SECOND: Final = tuple(f"{code:02}" for code in range(2, 10))
_EXTENDED: Final = tuple(f"{code:02}" for code in range(2, 13))
_SECONDARY: Final = tuple(f"{code:02}" for code in range(10, 16))
_SPANS: Final = (_KINDERGARTEN_AND_PRIMARY, _FROM_SECOND, _KINDERGARTEN_AND_PRIMARY, _EXTENDED, _FROM_SECOND)
_SECONDARY_EVERY: Final = 16


@dataclass(slots=True)
class School:
    """One school at work: `pupils` of them are made in this part, which gives student numbers from `last_number` on."""

    code: str
    affiliation: str
    grades: tuple[str, ...]
    pupils: int
    last_number: int = 0

    def next_number(self) -> str:
        """A student number nobody has here."""
        self.last_number += 1
        return f"{self.last_number:06}"

    def room(self, share: float) -> str:
        """One of a grade's rooms; `share` from 0 to 1, exclusive."""
        return str(int(share * (self.pupils // len(self.grades) // PER_ROOM + 1)) + 1)


def made(affiliations: Sequence[str], areas: int, count: int) -> list[dict[str, str]]:
    """`count` schools, spread evenly over affiliations; first the first of each, then the second of each, and so on."""
    shares = [count // len(affiliations) + (place < count % len(affiliations)) for place in range(len(affiliations))]
    lists = [
        list(generated.schools(affiliation, min(areas, share), share))
        for affiliation, share in zip(affiliations, shares, strict=True)
        if share
    ]
    longest = max(map(len, lists), default=0)
    return [dict(schools[place]) for place in range(longest) for schools in lists if place < len(schools)]


def sizes(schools: int, pupils: int, chance: random.Random) -> list[int]:
    """Pupils by school: uneven, as schools are, and exactly `pupils` together."""
    weights = [chance.lognormvariate(0, 0.6) for _ in range(schools)]
    whole, reached, found, given = sum(weights), 0.0, [], 0
    for weight in weights:
        reached += weight
        upto = round(pupils * reached / whole)
        found.append(upto - given)
        given = upto
    return found


def grades(place: int) -> tuple[str, ...]:
    """The grades of the school at a place of its affiliation's list."""
    return _SECONDARY if place % _SECONDARY_EVERY == _SECONDARY_EVERY // 2 else _SPANS[place % len(_SPANS)]


def parts(schools: Sequence[dict[str, str]], pupils: Sequence[int]) -> Iterator[list[School]]:
    """What is made at a time: a group of schools, each with its share of at most LARGEST_PART of its pupils."""
    seen: dict[str, int] = {}
    whole = []
    for school, size in zip(schools, pupils, strict=True):
        place = seen[school["affiliation"]] = seen.get(school["affiliation"], -1) + 1
        whole.append(School(school["school_code"], school["affiliation"], grades(place), size))
    for group in _groups(whole):
        for part in range(max(-(-max(school.pupils for school in group) // LARGEST_PART), 1)):
            yield [
                School(
                    school.code,
                    school.affiliation,
                    school.grades,
                    min(max(school.pupils - part * LARGEST_PART, 0), LARGEST_PART),
                    part * _NUMBERS_APART,
                )
                for school in group
            ]


def _groups(schools: list[School]) -> Iterator[list[School]]:
    """Neighbours; a last one alone goes with those before it."""
    begins = list(range(0, len(schools), GROUP))
    if len(begins) > 1 and len(schools) - begins[-1] == 1:
        begins.pop()
    for begin, end in zip(begins, [*begins[1:], len(schools)], strict=True):
        yield schools[begin:end]
