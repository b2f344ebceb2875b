"""Made-up pupils by number: two pupils never share an id or a family name, and no state is kept to see to that."""

import random
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from stdnum.th import pin

from publishers.generator import people
from schemas.thai_dates import BE_OFFSET

_FAMILY: Final = "สมมติ"
"""Says that no one has this name."""
_CONSONANTS: Final = "กขคงจชซดตถทธนบปผพฟมยรลวสหอ"
_VOWEL: Final = "า"
_NUMBERS: Final = 10**9
_STEP: Final = 3**18
"""Without a common divisor with _NUMBERS: a walk in such steps meets every number once."""
_NO_PROVINCE: Final = "99"
"""Digits 2 and 3 name the registering province; none has this code, so no one living has such a number."""


@dataclass(frozen=True, slots=True)
class Pupil:
    """What a school knows of a pupil when it enrols one."""

    handle: str
    """Names the pupil in files beside the events; derived from nothing a register holds."""
    person_id: str
    grade: str
    sex: str
    title: str
    first_name: str
    last_name: str
    birth_date: date
    spare: tuple[int, int]

    @property
    def spare_id(self) -> str:
        """Another valid number that nobody else has: one typed by mistake, or the national one after a G code."""
        return national(*self.spare)

    def profile(self) -> dict[str, object]:
        """The attributes an entry gives."""
        return {
            "title": self.title,
            "first_name": self.first_name,
            "last_name": self.last_name,
            "sex": self.sex,
            "birth_date": self.birth_date,
            "nationality": "ไทย",
        }


def pupil(number: int, grade: str, academic_year: int, start: int, chance: random.Random, *, is_g: bool) -> Pupil:
    """Pupil `number` of a simulation whose numbers start at `start`, of an age that fits the grade."""
    sex = "M" if chance.random() < 0.515 else "F"  # NSO SYB-2020/197: Bangkok's primary schools, 103,622 of 200,014
    age = int(grade) + people.AGE_OVER_CODE
    born = date(academic_year - BE_OFFSET - age, 5, 16) - timedelta(days=int(chance.random() * 365))
    return Pupil(
        handle=f"P{number:07}",
        person_id=g_code(2 * number, start) if is_g else national(2 * number, start),
        grade=grade,
        sex=sex,
        title=people.title(sex, age),
        first_name=chance.choice(people.names(sex)),
        last_name=family_name(number, start),
        birth_date=born,
        spare=(2 * number + 1, start),
    )


def national(number: int, start: int) -> str:
    """A valid 13-digit number, another one for each `number` below 10⁹."""
    first = f"1{_NO_PROVINCE}{_mixed(number, start):09}"
    return first + str(pin.calc_check_digit(first + "0"))


def g_code(number: int, start: int) -> str:
    """G and 12 digits, another one for each `number`."""
    return f"G{_NO_PROVINCE}{_mixed(number, start):09}0"


def family_name(number: int, start: int) -> str:
    """A name that is spelled from the number, so that equal names are planted and never chance (semantics 7, match_key)."""
    rest, spelled = _mixed(number, start), ""
    for _ in range(7):  # 26⁷ > 10⁹
        rest, digit = divmod(rest, len(_CONSONANTS))
        spelled += _CONSONANTS[digit] + _VOWEL
    return _FAMILY + spelled


def _mixed(number: int, start: int) -> int:
    return (number * _STEP + start) % _NUMBERS
