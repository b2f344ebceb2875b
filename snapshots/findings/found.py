"""One open finding, as SQL finds it, and its id (docs/findings.md)."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

NOTHING: Final = bytes(16)
"""What a part a rule does not name is, of those that are 16 bytes."""

_BUDDHIST_ERA: Final = 543
_FIRST_DAY: Final = (5, 16)


@dataclass(frozen=True, slots=True, order=True)
class Found:
    """A finding whose condition holds. Keys and subject are 16 bytes; persons: where it is about several, in order."""

    code: str
    person_key: bytes
    school_code: int
    other_school: int
    subject: bytes
    persons: tuple[bytes, ...] = ()
    evidence: tuple[bytes, ...] = ()

    @property
    def finding_id(self) -> bytes:
        """The first 16 bytes of SHA-256 of `code|hex|decimal|decimal|hex`; the code as it is, hex in lower case."""
        parts = (
            self.code,
            self.person_key.hex(),
            str(self.school_code),
            str(self.other_school),
            self.subject.hex(),
        )
        return hashlib.sha256("|".join(parts).encode()).digest()[:16]


def made_of(rows: Iterable[Sequence[Any]]) -> Iterator[Found]:
    """From rows of a rule: code, person, school, other school, subject, and for some the persons, in hex."""
    for code, person, school, other, subject, *persons in rows:
        several = tuple(bytes.fromhex(one) for one in persons[0]) if persons else ()
        yield Found(code, person, school, other, subject, several)


def academic_year(day: date) -> int:
    """The year, B.E., that contains a day: it begins on 16 May."""
    return day.year + _BUDDHIST_ERA - ((day.month, day.day) < _FIRST_DAY)


def first_day(year: int) -> date:
    """16 May of an academic year B.E."""
    return date(year - _BUDDHIST_ERA, *_FIRST_DAY)
