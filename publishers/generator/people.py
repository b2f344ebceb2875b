"""Made-up pupils: generated names, numbers that no one can have, birth dates that fit the grade."""

import csv
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Final

from stdnum.th import pin

from publishers.generator.counts import GradeCount
from schemas.thai_dates import BE_OFFSET

_NO_PROVINCE: Final = "99"
"""Digits 2 and 3 of a number name the registering province; none has this code, so no one living has such a number."""
AGE_OVER_CODE: Final = 2
"""อ.2 has code 02 and is entered at 4, ป.1 04 at 6, ม.1 10 at 12."""
_FIRST_ADULT_AGE: Final = 15
"""From this age the title is นาย or นางสาว (domain 7)."""
_VOCATIONAL: Final = {"16": 15, "17": 16, "18": 17}


@cache
def names(part: str) -> tuple[str, ...]:
    """Given names by sex code, or family names; the family names say that they are made up."""
    text = (files("publishers") / "generator" / "names.csv").read_text(encoding="utf-8")
    return tuple(line["name"] for line in csv.DictReader(text.splitlines()) if line["part"] == part)


@dataclass(frozen=True, slots=True)
class Person:
    """One made-up pupil."""

    person_id: str
    grade: str
    room: str
    """Empty: the grade has no room of its own."""
    student_number: str
    sex: str
    title: str
    first_name: str
    last_name: str
    birth_date: date


def people(
    counts: Iterable[GradeCount], academic_year: int, randomness: random.Random, wrong_check_digits: int = 0
) -> list[Person]:
    """Exactly the counted pupils, grade by grade; that many of them with a check digit that does not fit."""
    found = list(_people(counts, academic_year, randomness))
    for index in randomness.sample(range(len(found)), min(wrong_check_digits, len(found))):
        person = found[index]
        last = (int(person.person_id[12]) + randomness.randint(1, 9)) % 10
        found[index] = replace(person, person_id=f"{person.person_id[:12]}{last}")
    return found


def _people(counts: Iterable[GradeCount], academic_year: int, randomness: random.Random) -> Iterator[Person]:
    used: set[str] = set()
    for count in counts:
        sexes = ["M"] * count.boys + ["F"] * count.girls
        randomness.shuffle(sexes)
        for place, sex in enumerate(sexes):
            number = _number(randomness, used)
            age = _age(count.grade)
            yield Person(
                person_id=number,
                grade=count.grade,
                room=str(place % count.rooms + 1) if count.rooms else "",
                student_number=f"{len(used):05}",
                sex=sex,
                title=title(sex, age),
                first_name=randomness.choice(names(sex)),
                last_name=randomness.choice(names("family")),
                birth_date=_birth_date(academic_year, age, randomness),
            )


def _number(randomness: random.Random, used: set[str]) -> str:
    """A national number with its check digit that was not used yet; numbers differ within the first 12 digits."""
    while True:
        first = f"{randomness.choice('12')}{_NO_PROVINCE}{randomness.randrange(10**9):09}"
        if first not in used:
            used.add(first)
            return first + str(pin.calc_check_digit(first + "0"))


def _age(grade: str) -> int:
    """Age in years on the first day of the school year."""
    return _VOCATIONAL.get(grade, int(grade) + AGE_OVER_CODE)


def _birth_date(academic_year: int, age: int, randomness: random.Random) -> date:
    last = date(academic_year - BE_OFFSET - age, 5, 16)
    return last - timedelta(days=randomness.randrange(365))


def title(sex: str, age: int) -> str:
    """What a pupil of this sex code and age is called (domain 7)."""
    if age < _FIRST_ADULT_AGE:
        return "เด็กชาย" if sex == "M" else "เด็กหญิง"
    return "นาย" if sex == "M" else "นางสาว"
