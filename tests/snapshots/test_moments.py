"""Points in time as a person types them."""

from datetime import UTC, datetime

import pytest

from snapshots.moments import format_minute, format_moment, parse_moment, to_ms


def utc(*parts: int) -> int:
    return to_ms(datetime(*parts, tzinfo=UTC))  # type: ignore[misc, arg-type]


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2565-06-10 16:30", utc(2022, 6, 10, 9, 30)),
        ("2022-06-10T16:30:00.250", utc(2022, 6, 10, 9, 30) + 250),
        ("2022-06-10T16:30:00+00:00", utc(2022, 6, 10, 16, 30)),
        ("2565-06-10T16:30Z", utc(2022, 6, 10, 16, 30)),
        ("10/06/2565 16:30", utc(2022, 6, 10, 9, 30)),
        ("๑๐ มิ.ย. ๒๕๖๕ ๑๖:๓๐", utc(2022, 6, 10, 9, 30)),
        ("2565-06-10", utc(2022, 6, 10, 17)),
        ("10 มิ.ย. 2565", utc(2022, 6, 10, 17)),
        ("2565-06-10 24:00", utc(2022, 6, 10, 17)),
    ],
)
def test_bangkok_unless_said_otherwise_and_a_day_means_its_end(text: str, moment: int) -> None:
    assert parse_moment(text) == moment


@pytest.mark.parametrize("text", ["", "16:30", "2565-06-10 25:00", "2565-06-31 16:30", "2565-06-10 16:30+99:00"])
def test_a_refusal_is_a_value_error(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        parse_moment(text)


def test_printed_in_bangkoks_time_and_the_buddhist_era() -> None:
    assert format_moment(utc(2022, 6, 10, 17) + 5) == "2565-06-11 00:00:00.005 +07:00"


def test_a_days_end_is_its_24_00_when_it_is_an_end() -> None:
    midnight = utc(2022, 6, 10, 17)
    assert format_minute(midnight, is_end=True) == "10 มิ.ย. 2565 24:00"
    assert format_minute(midnight) == "11 มิ.ย. 2565 00:00"
    assert format_minute(utc(2022, 6, 10, 9, 30), is_end=True) == "10 มิ.ย. 2565 16:30"
