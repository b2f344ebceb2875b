"""Pupils by grade and sex, and rooms, as EMIS publishes them (domain 6); subtotal rows are skipped by name."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from publishers.roster.read_csv import decode
from publishers.roster.table import read_bytes
from schemas import code_lists
from schemas.errors import ThabianError
from schemas.thai_dates import fold_thai_digits

_SCHOOL, _GRADE, _BOYS, _GIRLS, _ROOMS = "school_id", "ชั้น/เพศ", "ชาย", "หญิง", "ห้องเรียน"
_COLUMNS: Final = (_GRADE, _BOYS, _GIRLS, _ROOMS)


@dataclass(frozen=True, slots=True)
class GradeCount:
    """One grade of one school. `rooms` is 0 where its pupils sit in another grade's room."""

    grade: str
    boys: int
    girls: int
    rooms: int


def read(path: Path, school: str) -> tuple[GradeCount, ...]:
    """The grades of one school that have pupils. Raises ThabianError FILE_MISSING or COUNTS_INVALID."""
    rows = csv.DictReader(io.StringIO(decode(read_bytes(path), path.name), newline=""))
    absent = [column for column in _COLUMNS if column not in (rows.fieldnames or ())]
    if absent:
        raise _invalid(path, f"the column {absent[0]} is missing")
    numbered = enumerate(rows, start=2)
    own = [(number, row) for number, row in numbered if row.get(_SCHOOL, school) == school]
    counts = [_count(path, number, row) for number, row in own if not _is_subtotal(row)]
    found = tuple(count for count in counts if count.boys + count.girls)
    if not found:
        raise _invalid(path, f"it has no pupils of the school {school}")
    return found


def _is_subtotal(row: Mapping[str, str]) -> bool:
    label = row[_GRADE] or ""
    return code_lists.load("grade_subtotals").by_label(label) is not None


def _count(path: Path, number: int, row: Mapping[str, str]) -> GradeCount:
    grade = code_lists.load("grades").by_label(row[_GRADE] or "")
    if grade is None:
        raise _invalid(path, f"row {number}: the grade is in no list")
    try:
        boys, girls, rooms = (int(fold_thai_digits(row[column] or "0")) for column in (_BOYS, _GIRLS, _ROOMS))
    except ValueError:
        raise _invalid(path, f"row {number}: not a whole number") from None
    if min(boys, girls, rooms) < 0 or rooms > boys + girls:
        raise _invalid(path, f"row {number}: a count below 0, or more rooms than pupils")
    return GradeCount(grade, boys, girls, rooms)


def _invalid(path: Path, reason: str) -> ThabianError:
    return ThabianError("COUNTS_INVALID", f"{path.name}: {reason}", exit_code=2)
