"""Which days a census of an academic year may count.

The year runs from 16 May to 15 May. From 1 May on a school takes in who comes in the new year, and dates it so: a census may
look there too. A day after the year's last one is the next year's: with this one's number it would count who has long left.
"""

from datetime import date
from typing import Final

from schemas.errors import ThabianError
from schemas.thai_dates import format_be

_FIRST_YEAR_CE: Final = 543
_TAKEN_IN_FROM: Final = (5, 1)
_LAST_DAY: Final = (5, 15)


def bounds(year: int) -> tuple[date, date]:
    """The first and the last day of an academic year, B.E., that a census of it may count."""
    begins = year - _FIRST_YEAR_CE
    return date(begins, *_TAKEN_IN_FROM), date(begins + 1, *_LAST_DAY)


def is_in(year: int, day: date) -> bool:
    """Whether a census of the academic year may count the day."""
    first, last = bounds(year)
    return first <= day <= last


def check(year: int, day: date) -> None:
    """SNAPSHOT_DAY_OUTSIDE_YEAR where it may not."""
    if is_in(year, day):
        return
    first, last = map(format_be, bounds(year))
    said = f"--as-of {format_be(day)} lies outside academic year {year}: a census of it counts a day from {first} to {last}"
    raise ThabianError("SNAPSHOT_DAY_OUTSIDE_YEAR", said, exit_code=2)
