"""One cell of a roster: what a spreadsheet can hold, read without guessing (semantics 8.1, 8.2)."""

import re
from datetime import date, datetime, time
from typing import Final

from schemas import identity, limits, thai_dates, thai_text

Cell = str | int | float | bool | date | datetime | time | None

LONGEST_ID: Final = 30
"""Characters of anything that may still be a number written badly."""

_FORMULA_TEXT: Final = re.compile(r'="(.*)"', re.DOTALL)
_NOTHING: Final = re.compile(r"[-–—_.…\s]*")
_NOTHING_WORD: Final = "ไม่มี"
_SCIENTIFIC: Final = re.compile(r"[0-9]+([.,][0-9]+)?E\+?[0-9]+")
_MASK: Final = re.compile(r"[0-9Gx*#•N.…]*([Xx*#•N]{2,}|[Xx*#•]|\.{2,}|…)[0-9Xx*#•N.…]*")
_TWELVE: Final = re.compile(r"[0-9]{12}")
_ROUNDED: Final = 1_000_000


class CellError(Exception):
    """A cell that cannot be read; `code` is one of `schemas.codes.ROSTER`. Holds no value."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def is_blank(cell: Cell) -> bool:
    """Whether there is nothing at all in it, not even a dash."""
    return cell is None or (isinstance(cell, str) and not thai_text.repair(cell))


def is_date(cell: Cell) -> bool:
    """Whether the spreadsheet holds it as a date or a time."""
    return isinstance(cell, (date, time))


def text(cell: Cell) -> str:
    """The cell as repaired text; empty for every way of writing nothing: blank, `-`, `.....`, `ไม่มี` (semantics 8.2)."""
    plain = thai_text.repair(_plain(cell))
    formula = _FORMULA_TEXT.fullmatch(plain)
    inner = thai_text.repair(formula[1]) if formula else plain
    return "" if inner == _NOTHING_WORD or _NOTHING.fullmatch(inner) else inner


def code_text(cell: Cell) -> str:
    """The same for a code, a number or a grade: without spaces, in Arabic digits."""
    if is_date(cell):
        raise CellError("CODE_IS_DATE")
    return thai_dates.fold_thai_digits(text(cell)).replace(" ", "")


def person_id(cell: Cell) -> str:
    """The 13 characters of the pupil's number. Raises CellError with what is wrong with it; nothing is guessed."""
    if is_date(cell) or isinstance(cell, bool) or (isinstance(cell, float) and not cell.is_integer()):
        raise CellError("ID_NOT_EXACT")
    bare = code_text(cell).upper()
    if not bare:
        raise CellError("ID_MISSING")
    if isinstance(cell, (int, float)) and len(bare) == 13 and int(cell) % _ROUNDED == 0:
        raise CellError("ID_SCIENTIFIC")  # 1.10E+12 was read back in as a number
    found = identity.normalise_person_id(bare)
    if found is None:
        raise CellError(_what_is_wrong(bare))
    if identity.is_placeholder(found):
        raise CellError("ID_PLACEHOLDER")
    return found


def birth_date(cell: Cell, entry: date) -> tuple[date | None, bool]:
    """(day, whether it was typed in the Common Era). Raises CellError; `entry` is the day the pupil came on the roll.

    A date cell of the spreadsheet holds either era, and may show Buddhist years by its format alone: no sign of a slip.
    """
    if isinstance(cell, time):
        raise CellError("BIRTH_DATE_UNREADABLE")
    written = cell.isoformat()[:10] if isinstance(cell, date) else thai_dates.fold_thai_digits(text(cell))
    if not written:
        return None, False
    try:
        day = thai_dates.parse_be_or_ce_date(written.replace(" ", "") if "/" in written else written)
    except ValueError:
        raise CellError("BIRTH_DATE_UNREADABLE") from None
    if not limits.FIRST_BIRTH <= day <= entry:
        raise CellError("BIRTH_DATE_IMPLAUSIBLE")
    return day, isinstance(cell, str) and str(day.year) in written


def _plain(cell: Cell) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell)


def _what_is_wrong(bare: str) -> str:
    core = bare.replace("-", "")
    if len(core) > LONGEST_ID:
        return "ID_INVALID"
    if _SCIENTIFIC.fullmatch(core):
        return "ID_SCIENTIFIC"
    if _MASK.fullmatch(core):
        return "ID_MASKED"
    return "ID_TWELVE_DIGITS" if _TWELVE.fullmatch(core) else "ID_INVALID"
