"""Dates as people in Thailand write them: Buddhist or Common Era, Thai or Arabic digits, Thai month names.

The only parser of such dates: files, command lines and reports all read and print through here.
"""

import re
from datetime import date
from typing import Final, Literal

BE_OFFSET: Final = 543
LAST_CE_YEAR: Final = 2400
"""A year after this one is a Buddhist Era year (semantics 1.5)."""

MONTHS: Final = (
    "มกราคม",
    "กุมภาพันธ์",
    "มีนาคม",
    "เมษายน",
    "พฤษภาคม",
    "มิถุนายน",
    "กรกฎาคม",
    "สิงหาคม",
    "กันยายน",
    "ตุลาคม",
    "พฤศจิกายน",
    "ธันวาคม",
)
SHORT_MONTHS: Final = (
    "ม.ค.",
    "ก.พ.",
    "มี.ค.",
    "เม.ย.",
    "พ.ค.",
    "มิ.ย.",
    "ก.ค.",
    "ส.ค.",
    "ก.ย.",
    "ต.ค.",
    "พ.ย.",
    "ธ.ค.",
)

_DIGITS: Final = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")
_UNSEEN: Final = str.maketrans("", "", "\u200b\u200c\u200d\u2060\ufeff\u00ad")
_MONTH_BY_NAME: Final = {
    name.replace(".", ""): number for names in (MONTHS, SHORT_MONTHS) for number, name in enumerate(names, start=1)
}

_YEAR_FIRST: Final = re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{1,2})-(?P<day>[0-9]{1,2})")
_DAY_FIRST: Final = re.compile(r"(?P<day>[0-9]{1,2})(?P<mark>[/.-])(?P<month>[0-9]{1,2})(?P=mark)(?P<year>[0-9]{4})")
_NAMED: Final = re.compile(
    r"(?P<day>[0-9]{1,2})\s*(?P<name>[ก-๎.]+?)\s*(?:พ\.?ศ\.?\s*|ค\.?ศ\.?\s*)?(?P<year>[0-9]{4})",
)

Style = Literal["iso", "slash", "short", "long"]


def fold_thai_digits(text: str) -> str:
    """Thai digits as Arabic ones; all else stays."""
    return text.translate(_DIGITS)


def ce_year(year: int) -> int:
    """The Common Era year of a year of either era: one after 2400 is Buddhist."""
    return year - BE_OFFSET if year > LAST_CE_YEAR else year


def parse_be_or_ce_date(text: str) -> date:
    """`2565-06-10`, `2022-06-10`, `10/06/2565`, `10 มิ.ย. 2565`, `10 มิถุนายน 2565`, in Thai or Arabic digits.

    Day first unless the year is. Whether 29 February exists is asked of the Common Era year. Raises ValueError, whose
    message never holds the text: it may be a pupil's.
    """
    clean = fold_thai_digits(text).translate(_UNSEEN).strip()
    match = _YEAR_FIRST.fullmatch(clean) or _DAY_FIRST.fullmatch(clean)
    if match:
        return _day(int(match["year"]), int(match["month"]), int(match["day"]))
    named = _NAMED.fullmatch(clean)
    if not named:
        raise ValueError("not a date: write 2565-06-10, 10/06/2565 or 10 มิ.ย. 2565")
    month = _MONTH_BY_NAME.get(named["name"].replace(".", ""))
    if month is None:
        raise ValueError("not the name of a Thai month")
    return _day(int(named["year"]), month, int(named["day"]))


def format_be(day: date, style: Style = "iso") -> str:
    """A day in the Buddhist Era: `2565-06-10` (iso), `10/06/2565` (slash), `10 มิ.ย. 2565` (short), in full (long)."""
    year = day.year + BE_OFFSET
    if style == "iso":
        return f"{year:04}-{day.month:02}-{day.day:02}"
    if style == "slash":
        return f"{day.day:02}/{day.month:02}/{year:04}"
    names = SHORT_MONTHS if style == "short" else MONTHS
    return f"{day.day} {names[day.month - 1]} {year}"


def _day(year: int, month: int, day: int) -> date:
    try:
        return date(ce_year(year), month, day)
    except ValueError:
        raise ValueError("no such day in the calendar") from None
