"""Points in time as a person types them, in Bangkok's time unless another is given."""

import re
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Final

from schemas.thai_dates import fold_thai_digits, format_be, parse_be_or_ce_date

BANGKOK: Final = timezone(timedelta(hours=7), "Asia/Bangkok")
"""UTC+7 since 1920, without summer time."""

_WITH_TIME: Final = re.compile(r"(?P<day>.+?)(?:[Tt]|\s+)(?P<time>\d{1,2}:\d{2}.*)")
_MILLISECOND: Final = timedelta(milliseconds=1)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def parse_moment(text: str) -> int:
    """Milliseconds since 1970 UTC of `2565-06-10 16:30`, `2022-06-10T16:30:00+07:00`, `10 มิ.ย. 2565 16:30`, either era.

    Without an offset: Bangkok. A day alone means its end, 24:00 in Bangkok, so that all that day's records are known;
    `2565-06-15 24:00` may be written.
    Raises ValueError without the text.
    """
    clean = fold_thai_digits(text).strip()
    parts = _WITH_TIME.fullmatch(clean)
    if not parts:
        return to_ms(datetime.combine(parse_be_or_ce_date(clean) + timedelta(days=1), time(), BANGKOK))
    day = parse_be_or_ce_date(parts["day"])
    return to_ms(_at(day, parts["time"].strip()))


def format_moment(milliseconds: int) -> str:
    """`2565-06-10 16:30:00.000 +07:00`, Bangkok's time in the Buddhist Era."""
    moment = (_EPOCH + timedelta(milliseconds=milliseconds)).astimezone(BANGKOK)
    return f"{format_be(moment.date())} {moment:%H:%M:%S}.{moment.microsecond // 1000:03} +07:00"


def format_minute(milliseconds: int, *, is_end: bool = False) -> str:
    """`10 มิ.ย. 2565 16:30`, Bangkok's time. The end of a day, said as an end, is its 24:00."""
    moment = (_EPOCH + timedelta(milliseconds=milliseconds)).astimezone(BANGKOK)
    if is_end and moment.time() == time():
        return f"{format_be(moment.date() - timedelta(days=1), 'short')} 24:00"
    return f"{format_be(moment.date(), 'short')} {moment:%H:%M}"


def to_ms(moment: datetime) -> int:
    """Milliseconds since 1970 UTC."""
    return (moment - _EPOCH) // _MILLISECOND


def _at(day: date, clock: str) -> datetime:
    if clock == "24:00":
        return datetime.combine(day + timedelta(days=1), time(), BANGKOK)
    try:
        at = time.fromisoformat(clock.replace(" ", ""))
    except ValueError:
        raise ValueError("not a time: write 16:30, 16:30:00 or 16:30+07:00") from None
    return datetime.combine(day, at if at.tzinfo else at.replace(tzinfo=BANGKOK))
