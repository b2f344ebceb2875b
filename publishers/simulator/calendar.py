"""The days of a school year, and the points at which the truth is counted. Days are Common Era, times ms since 1970 UTC."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

from schemas.thai_dates import BE_OFFSET

DAY_MS: Final = 86_400_000
FOREVER: Final = 2**62
"""Later than anything that is told."""
_BANGKOK_MS: Final = 7 * 3_600_000
_OPENS_MS: Final = 8 * 3_600_000
_OFFICE_MS: Final = 30_600_000
"""08:00 to 16:30, when schools enter what happened."""


@dataclass(frozen=True, slots=True)
class SchoolYear:
    """One academic year, 16 May to 15 May (MOE regulation B.E. 2549)."""

    academic_year: int
    """Buddhist Era."""

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.academic_year - BE_OFFSET, 5, 16)

    @property
    def last_lesson(self) -> date:
        """31 March: the day decisions at its end are dated."""
        return date(self.academic_year - BE_OFFSET + 1, 3, 31)

    @property
    def after(self) -> date:
        """The first day of the next one."""
        return date(self.academic_year - BE_OFFSET + 1, 5, 16)

    def day(self, number: int) -> date:
        """The day that comes `number` days after the first."""
        return self.first + timedelta(days=number)


@dataclass(frozen=True, slots=True)
class Point:
    """A point at which the roll is counted: a day, as told before a moment. `known_until` FOREVER: all that is ever told."""

    name: str
    round: int
    academic_year: int
    as_of: date
    known_until: int = FOREVER


@dataclass(frozen=True, slots=True)
class CensusDay:
    """A certification of a census: the day counted, and the moment (ms since 1970) up to which what is told counts."""

    name: str
    round: int
    academic_year: int
    as_of: date
    known_at: int


def points(year: SchoolYear, days: tuple[CensusDay, ...]) -> tuple[Point, ...]:
    """Each certification as known then, each census as known in the end, and the first day of the next year, which shows
    what became of the decisions.
    """
    certified = [
        Point(f"round-{day.name}-certified", day.round, day.academic_year, day.as_of, day.known_at) for day in days
    ]
    final = dict.fromkeys(Point(f"round-{day.round}-final", day.round, day.academic_year, day.as_of) for day in days)
    return (*certified, *final, Point("next-year", 1, year.academic_year + 1, year.after))


def midnight_ms(day: date) -> int:
    """A day as milliseconds since 1970, at 00:00 UTC."""
    return (day - date(1970, 1, 1)).days * DAY_MS


def office_time(day: date, share: float) -> int:
    """A moment of a day's office hours in Bangkok; `share` 0 is when they begin, 1 when they end."""
    return midnight_ms(day) + _OPENS_MS - _BANGKOK_MS + int(share * _OFFICE_MS)


def moment(milliseconds: int) -> datetime:
    """Milliseconds since 1970 as an aware datetime, exactly."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=milliseconds)
