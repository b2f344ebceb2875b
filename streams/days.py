"""Days as the findings count them: in Bangkok, which has no summer time, and by academic years, which begin on 16 May."""

from datetime import date
from functools import lru_cache
from typing import Final

from streams.event import Event
from streams.pupil import Point

_EPOCH: Final = date(1970, 1, 1)
_BUDDHIST_ERA: Final = 543
_BEGINS: Final = (5, 16)
_DAY_MS: Final = 86_400_000
_BANGKOK_MS: Final = 7 * 3_600_000


def day_of(moment_ms: int) -> int:
    """The day in Bangkok, in days since 1970, of a time in ms since 1970 UTC."""
    return (moment_ms + _BANGKOK_MS) // _DAY_MS


def date_of(day: int) -> date:
    """The date of a day since 1970."""
    return date.fromordinal(_EPOCH.toordinal() + day)


@lru_cache(maxsize=1_000)
def first_day(year: int) -> int:
    """16 May of an academic year (B.E.)."""
    return (date(year - _BUDDHIST_ERA, *_BEGINS) - _EPOCH).days


@lru_cache(maxsize=1_000)
def point_of(day: int) -> Point:
    """The academic year that contains a day, and the day."""
    found = date_of(day)
    year = found.year + _BUDDHIST_ERA
    return Point(year if (found.month, found.day) >= _BEGINS else year - 1, day)


def told(event: Event) -> int:
    """When a school had told it: the later of the day it happened and the day it was entered."""
    return max(event.day, day_of(event.recorded_at))


def becomes_known(event: Event) -> int:
    """The first day D by which the event is known at (the year of D, D)."""
    begins = first_day(event.year)
    return max(begins, event.day) if event.day < first_day(event.year + 1) else first_day(event.year + 1)
