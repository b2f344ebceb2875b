"""Dates of either era, in the ways people write them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.thai_dates import fold_thai_digits, format_be, parse_be_or_ce_date

TENTH_OF_JUNE = date(2022, 6, 10)


@pytest.mark.parametrize(
    "text",
    [
        "2565-06-10",
        "2022-06-10",
        "10/06/2565",
        "10/6/2022",
        "10-06-2565",
        "10.06.2565",
        "๑๐/๐๖/๒๕๖๕",
        "๒๕๖๕-๐๖-๑๐",
        "10 มิ.ย. 2565",
        "10 มิย. 2565",
        "๑๐ มิถุนายน ๒๕๖๕",
        "10 มิถุนายน พ.ศ. 2565",
        "10มิ.ย.2565",
        " \u00a010 มิ.ย. 2022\u200b ",
    ],
)
def test_one_day_in_many_spellings(text: str) -> None:
    assert parse_be_or_ce_date(text) == TENTH_OF_JUNE


def test_a_leap_day_is_asked_of_the_common_era_year() -> None:
    # 2567 B.E. is 2024, a leap year; 2568 would be one if the B.E. number itself were divided by four.
    assert parse_be_or_ce_date("29/02/2567") == date(2024, 2, 29)
    with pytest.raises(ValueError, match="no such day"):
        parse_be_or_ce_date("29/02/2568")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "10/06/65",
        "07/2565",
        "2565-13-01",
        "31 เม.ย. 2565",
        "10 June 2565",
        "10/06-2565",
        "10 ก.ก. 2565",
        "20220610",
        "1.10E+12",
    ],
)
def test_a_refusal_never_repeats_the_text(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w") as refused:
        parse_be_or_ce_date(text)
    message = str(refused.value)
    assert not text or text not in message
    assert refused.value.__cause__ is None


@given(
    st.dates(date(1900, 1, 1), date(2400, 12, 31)), st.sampled_from(["iso", "slash", "short", "long"]), st.booleans()
)
def test_what_is_printed_can_be_read(day: date, style: str, thai: bool) -> None:
    text = format_be(day, style)  # type: ignore[arg-type]
    if thai:
        text = text.translate(str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙"))
    assert parse_be_or_ce_date(text) == day


def test_era_border() -> None:
    assert parse_be_or_ce_date("2400-01-01").year == 2400
    assert parse_be_or_ce_date("2401-01-01").year == 1858


def test_digits_alone_are_folded() -> None:
    assert fold_thai_digits("ป.๖ ห้อง ๑") == "ป.6 ห้อง 1"
