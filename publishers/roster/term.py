"""What stands around a roster: year and round in the file's name, the first day of its term, the report's stamp."""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Final

from publishers.roster.cells import Cell
from schemas import code_lists
from schemas.thai_dates import BE_OFFSET, fold_thai_digits

BANGKOK: Final = timezone(timedelta(hours=7), "Asia/Bangkok")
"""UTC+7, no daylight saving (domain 7)."""

_NAME: Final = re.compile(r"(?P<year>2[45][0-9]{2})-(?P<round>[123])-student", re.IGNORECASE)
_STAMP: Final = re.compile(
    r"วันและเวลาที่สร้างรายงาน\D*([0-9]{4})-([0-9]{2})-([0-9]{2})[ T]([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{1,3}))?"
)


def year_and_round(file_name: str) -> tuple[int, int] | None:
    """(academic year in B.E., round) of `2565-1-student.xlsx` or `2565-1-studentInSchoolList.xlsx`, else None."""
    match = _NAME.match(fold_thai_digits(file_name))
    return (int(match["year"]), int(match["round"])) if match else None


def first_day(academic_year: int, round_number: int) -> date:
    """First day of the term a round lists, from the code list rounds (semantics 8.7)."""
    month, day = code_lists.load("rounds").entry(str(round_number)).extra["starts"].split("-")
    return date(academic_year - BE_OFFSET, int(month), int(day))


def stamp(rows: Iterable[tuple[int, Sequence[Cell]]]) -> datetime | None:
    """When the report was made, from the rows above the headers; None when they do not say."""
    for _, row in rows:
        match = next((found for cell in row if isinstance(cell, str) and (found := _STAMP.search(cell))), None)
        if match:
            *parts, fraction = match.groups()
            try:
                made = datetime(*map(int, parts), tzinfo=BANGKOK)  # type: ignore[misc,arg-type]
            except ValueError:
                return None
            return made.astimezone(UTC) + timedelta(milliseconds=int((fraction or "0").ljust(3, "0")))
    return None


def recorded_at(made: datetime | None, now: datetime, revision: int) -> datetime:
    """When a roster's rows count as entered: when its report was made, else now; to the millisecond.

    A later revision of the same report is a millisecond later, so that it wins over the earlier (semantics 5.4).
    """
    when = made if made is not None and made <= now else now
    whole = when.replace(microsecond=when.microsecond // 1000 * 1000)
    return whole + timedelta(milliseconds=revision - 1)
