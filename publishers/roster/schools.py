"""School codes of a roster to the ministry's 10 digits, by the schools table or --school (semantics 8.3)."""

import csv
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from publishers.roster.read_csv import decode
from publishers.roster.table import read_bytes
from schemas import thai_text
from schemas.errors import ThabianError
from schemas.thai_dates import fold_thai_digits

_TEN: Final = re.compile(r"[0-9]{10}")
_SHAPE: Final = re.compile(r"[0-9]{10}|[0-9]{8}|[0-9]{6}")
_MINISTRY: Final = frozenset(map(thai_text.key, ("school_code", "รหัสกระทรวง (10 หลัก)", "รหัสกระทรวง")))
_SMIS: Final = frozenset(map(thai_text.key, ("smis", "smis_code", "รหัสโรงเรียน (smis)", "รหัส smis")))


@dataclass(frozen=True)
class SchoolsTable:
    """10-digit codes by SMIS code (8 digits) and by OBEC code (6 digits: the last six of the ten, domain 1.5)."""

    by_code: Mapping[str, str] = field(default_factory=dict)


def has_shape(code: str) -> bool:
    """Whether it can be a school code at all: 10, 8 or 6 digits."""
    return _SHAPE.fullmatch(code) is not None


def check_ten_digits(school: str) -> str:
    """The code given as --school, in Arabic digits. Raises ThabianError when it has not the ministry's 10."""
    code = fold_thai_digits(school).strip()
    if not _TEN.fullmatch(code):
        raise ThabianError("SCHOOL_CODE_UNMAPPED", "--school is the ministry's 10-digit code", exit_code=2)
    return code


def read_table(path: Path) -> SchoolsTable:
    """A CSV with the columns school_code (10 digits) and smis (8 digits), or their Thai headers.

    An OBEC code that two schools share maps to neither. Raises ThabianError.
    """
    rows = csv.DictReader(io.StringIO(decode(read_bytes(path), path.name), newline=""))
    headers = {thai_text.key(header): header for header in rows.fieldnames or ()}
    ministry = next((headers[key] for key in headers if key in _MINISTRY), None)
    smis = next((headers[key] for key in headers if key in _SMIS), None)
    if ministry is None:
        raise ThabianError("SCHOOLS_TABLE_INVALID", f"{path.name} has no column school_code", exit_code=2)
    found: dict[str, set[str]] = {}
    for number, row in enumerate(rows, start=2):
        ten = fold_thai_digits(row[ministry] or "").strip()
        if not _TEN.fullmatch(ten):
            raise ThabianError("SCHOOLS_TABLE_INVALID", f"{path.name}: row {number}: not 10 digits", exit_code=2)
        for short in {ten[-6:], fold_thai_digits((row[smis] or "") if smis else "").strip()} - {""}:
            found.setdefault(short, set()).add(ten)
    return SchoolsTable({short: next(iter(tens)) for short, tens in found.items() if len(tens) == 1})


def resolve(codes: Iterable[str], school: str | None, table: SchoolsTable) -> dict[str, str]:
    """The 10-digit code of every code in the file that has the shape of one; the empty text is a blank cell.

    Raises ThabianError when one cannot be mapped: the whole file is refused, in one line.
    """
    given = set(codes)
    usable = {code for code in given if has_shape(code)}
    if not usable and not (school and given <= {""}):
        raise ThabianError("SCHOOL_CODE_UNMAPPED", "no row has a school code of 10, 8 or 6 digits", exit_code=2)
    mapped = {code: _ten(code, school, table) for code in usable}
    if school:
        if set(mapped.values()) - {school} or len({code for code in usable if len(code) == 8}) > 1:
            raise ThabianError("SCHOOL_MISMATCH", "the file holds rows of another school than --school", exit_code=2)
        mapped[""] = school
    return mapped


def _ten(code: str, school: str | None, table: SchoolsTable) -> str:
    if len(code) == 10:
        return code
    if code in table.by_code:
        return table.by_code[code]
    if school and (len(code) == 8 or school.endswith(code)):
        return school
    if school:
        raise ThabianError("SCHOOL_MISMATCH", "the file is of another school than --school", exit_code=2)
    kind = "SMIS (8 digits)" if len(code) == 8 else "OBEC (6 digits)"
    raise ThabianError(
        "SCHOOL_CODE_UNMAPPED", f"the school code is {kind}: give --school or --schools-table", exit_code=2
    )
