"""A file of schools, read row by row: every error by its row and code, and nothing loaded until there is none."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby, pairwise
from typing import Final

from schemas import code_lists, school_columns, thai_text
from schemas.errors import ThabianError
from schemas.thai_dates import fold_thai_digits, parse_be_or_ce_date
from snapshots.schools import OPEN_FROM, OPEN_TO, School

Row = tuple[int, Sequence[str]]
"""(number as the editor or spreadsheet counts it, cells as text; nothing is the empty text)."""

HEADER_WITHIN: Final = 10
"""Rows in which the headers are looked for: exports put titles above them."""

_KEYS: Final = {
    thai_text.key(text): column for column, aliases in school_columns.ALIASES.items() for text in (column, *aliases)
}
_YES: Final = frozenset(map(thai_text.key, ("1", "true", "yes", "y", "ใช่", "เป็น", "มี")))
_NO: Final = frozenset(map(thai_text.key, ("0", "false", "no", "n", "ไม่ใช่", "ไม่เป็น", "ไม่มี")))
_DIGITS: Final = {"smis_code": 8, "obec_code": 6}


@dataclass(frozen=True, slots=True)
class RowError:
    """What is wrong with a row. `code` is one of `schemas.codes.SCHOOLS`."""

    row: int
    column: str
    code: str


class _Wrong(Exception):
    def __init__(self, column: str, code: str) -> None:
        super().__init__(code)
        self.column, self.code = column, code


def parse(sheets: Iterable[Sequence[Row]], name: str) -> tuple[list[School], list[RowError]]:
    """The schools of the first sheet that has the headers, and every error in it. Raises SCHOOLS_FILE_INVALID."""
    for rows in sheets:
        places = next(((at, found) for at, row in enumerate(rows[:HEADER_WITHIN]) if (found := _header(row[1]))), None)
        if places:
            at, columns = places
            return _schools(rows[at + 1 :], columns)
    required = ", ".join(school_columns.REQUIRED)
    raise ThabianError("SCHOOLS_FILE_INVALID", f"{name} has no row of headers with {required}", exit_code=2)


def _header(cells: Sequence[str]) -> dict[str, int] | None:
    """Column → place, or None when this is no row of headers."""
    found: dict[str, int] = {}
    for place, cell in enumerate(cells):
        column = _KEYS.get(thai_text.key(cell))
        if column:
            found.setdefault(column, place)
    return found if all(column in found for column in school_columns.REQUIRED) else None


def _schools(rows: Sequence[Row], columns: Mapping[str, int]) -> tuple[list[School], list[RowError]]:
    found: list[tuple[int, School]] = []
    errors: list[RowError] = []
    for number, cells in rows:
        given = {column: cells[place] if place < len(cells) else "" for column, place in columns.items()}
        if not any(given.values()):
            continue
        try:
            found.append((number, _school(given)))
        except _Wrong as wrong:
            errors.append(RowError(number, wrong.column, wrong.code))
    errors += _twice(found)
    return [school for _, school in found], sorted(errors, key=lambda error: error.row)


def _school(given: Mapping[str, str]) -> School:
    code = _bare(given["school_code"])
    if not (code.isascii() and code.isdigit() and len(code) == 10 and code[0] != "0"):
        raise _Wrong("school_code", "SCHOOL_CODE_NOT_TEN")
    for column in ("name", "area"):
        if not given[column]:
            raise _Wrong(column, "SCHOOL_CELL_MISSING")
    begins, ends = _day(given, "valid_from"), _day(given, "valid_to")
    if begins and ends and ends < begins:
        raise _Wrong("valid_to", "SCHOOL_DAY_UNREADABLE")
    return School(
        code=int(code),
        name=given["name"],
        affiliation=_affiliation(given.get("affiliation", ""), code),
        area=given["area"],
        district=given.get("district", ""),
        province=given.get("province", ""),
        is_boarding=_flag(given, "is_boarding", default=False),
        is_expected=_flag(given, "is_expected", default=True),
        valid_from=begins,
        valid_to=ends,
        smis_code=_short(given, "smis_code"),
        obec_code=_short(given, "obec_code"),
    )


def _bare(text: str) -> str:
    return fold_thai_digits(text).replace(" ", "").replace("-", "")


def _affiliation(text: str, code: str) -> str:
    """The first two digits of the school code, which the cell may repeat as digits or by its name."""
    known = code_lists.load("affiliations")
    said = known.by_label(text) or _bare(text) or code[:2]
    if code[:2] not in known.codes or said != code[:2]:
        raise _Wrong("affiliation", "SCHOOL_AFFILIATION_WRONG")
    return code[:2]


def _flag(given: Mapping[str, str], column: str, *, default: bool) -> bool:
    key = thai_text.key(given.get(column, ""))
    if not key:
        return default
    if key not in _YES | _NO:
        raise _Wrong(column, "SCHOOL_FLAG_UNREADABLE")
    return key in _YES


def _day(given: Mapping[str, str], column: str) -> date | None:
    text = given.get(column, "")
    try:
        found = parse_be_or_ce_date(text) if text else None
    except ValueError:
        raise _Wrong(column, "SCHOOL_DAY_UNREADABLE") from None
    if found and not OPEN_FROM < found < OPEN_TO:
        raise _Wrong(column, "SCHOOL_DAY_UNREADABLE")
    return found


def _short(given: Mapping[str, str], column: str) -> str:
    text = _bare(given.get(column, ""))
    if text and not (text.isascii() and text.isdigit() and len(text) == _DIGITS[column]):
        raise _Wrong(column, "SCHOOL_SHORT_CODE_WRONG")
    return text


def _twice(found: list[tuple[int, School]]) -> list[RowError]:
    """Rows of a school whose days overlap those of an earlier row of it."""
    errors = []
    ordered = sorted(found, key=lambda pair: (pair[1].code, pair[1].valid_from or OPEN_FROM, pair[0]))
    for _, rows in groupby(ordered, key=lambda pair: pair[1].code):
        for (_, first), (number, second) in pairwise(rows):
            if (second.valid_from or OPEN_FROM) <= (first.valid_to or OPEN_TO):
                errors.append(RowError(number, "school_code", "SCHOOL_TWICE"))
    return errors
