"""Which days a census may count: those the letters and DMC name, and none of another year."""

from datetime import date

import pytest

from schemas.errors import ThabianError
from snapshots import calendars, census_days


@pytest.mark.parametrize(
    "day",
    [
        date(2022, 5, 1),  # who comes in the new year is taken in
        date(2022, 5, 16),
        date(2022, 6, 10),
        date(2022, 11, 10),
        date(2023, 3, 31),
        date(2023, 4, 30),  # the year's end, as some years have it (domain 4)
        date(2023, 5, 15),
    ],
)
def test_a_day_of_the_year(day: date) -> None:
    census_days.check(2565, day)


@pytest.mark.parametrize("day", [date(2022, 4, 30), date(2023, 5, 16), date(2023, 8, 10), date(2021, 6, 10)])
def test_a_day_of_another_year(day: date) -> None:
    with pytest.raises(ThabianError, match="from 2565-05-01 to 2566-05-15") as raised:
        census_days.check(2565, day)
    assert (raised.value.code, raised.value.exit_code) == ("SNAPSHOT_DAY_OUTSIDE_YEAR", 2)


def test_every_calendars_day_may_be_counted() -> None:
    for name in calendars.names():
        for each in calendars.load(name).rounds.values():
            census_days.check(each.academic_year, each.as_of)
