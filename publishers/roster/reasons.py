"""Why pupils came or went, as the school says it: a CSV beside a roster, since a roster shows only that they did.

person_id,kind,reason,date,other_school
"""

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Final

from publishers.roster.read_csv import decode
from publishers.roster.schools import has_shape
from publishers.roster.table import read_bytes
from schemas import code_lists, identity, limits
from schemas.errors import ThabianError
from schemas.thai_dates import fold_thai_digits, parse_be_or_ce_date

COLUMNS: Final = ("person_id", "kind", "reason", "date", "other_school")

EXITS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "transferred_out": "StudentTransferredOut",
        "dropped_out": "StudentDroppedOut",
        "died": "StudentDied",
        "never_came": "EventVoided",
    }
)
ENTRIES: Final[Mapping[str, str]] = MappingProxyType(
    {"enrolled": "StudentEnrolled", "transferred_in": "StudentTransferredIn"}
)
_KINDS: Final = (*EXITS, *ENTRIES)
_MINISTRY_DIGITS: Final = 10


@dataclass(frozen=True, slots=True)
class Reason:
    """Why one pupil came or went, and when. `reason`: a code of dropout_reasons; `other_school`: 10 digits, or empty."""

    person_id: str
    kind: str
    reason: str
    day: date
    other_school: str

    @property
    def is_exit(self) -> bool:
        """Whether the pupil left."""
        return self.kind in EXITS


def read(path: Path) -> Mapping[str, Reason]:
    """Reasons by person_id. Raises ThabianError FILE_MISSING, or REASONS_INVALID with row and column, never a value."""
    rows = csv.DictReader(io.StringIO(decode(read_bytes(path), path.name), newline=""))
    absent = [name for name in COLUMNS if name not in (rows.fieldnames or ())]
    if absent:
        raise ThabianError("REASONS_INVALID", f"{path.name} has no column {absent[0]}", exit_code=2)
    found: dict[str, Reason] = {}
    for number, row in enumerate(rows, start=2):
        if not any(str(row[name] or "").strip() for name in COLUMNS[1:]):
            continue  # not filled in yet
        try:
            reason = _reason({name: (row[name] or "").strip() for name in COLUMNS})
        except _WrongError as error:
            raise ThabianError("REASONS_INVALID", f"{path.name}: row {number}, column {error}", exit_code=2) from None
        if found.setdefault(reason.person_id, reason) != reason:
            raise ThabianError("REASONS_INVALID", f"{path.name}: row {number}: the pupil stands twice", exit_code=2)
    return found


def write(path: Path, persons: Iterable[str]) -> None:
    """A file to fill in, with the numbers of pupils who need a reason; its owner alone may read it."""
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(COLUMNS)
    table.writerows((person, "", "", "", "") for person in sorted(persons))
    try:
        path.touch(mode=0o600)
        path.chmod(0o600)
        path.write_text(text.getvalue(), encoding="utf-8-sig")
    except OSError as error:
        raise ThabianError(
            "FILE_NOT_WRITABLE", f"{path.name} cannot be written ({error.strerror})", exit_code=2
        ) from None


class _WrongError(Exception):
    """The column, and what it may hold."""


def _reason(row: Mapping[str, str]) -> Reason:
    person = identity.normalise_person_id(row["person_id"])
    if person is None:
        raise _WrongError("person_id: 13 digits, or G and 12 digits, written as text")
    kind = row["kind"]
    if kind not in _KINDS:
        raise _WrongError(f"kind: one of {', '.join(_KINDS)}")
    return Reason(person, kind, _code(kind, row["reason"]), _day(row["date"]), _school(row["other_school"]))


def _code(kind: str, text: str) -> str:
    if kind != "dropped_out":
        return text
    listed = code_lists.load("dropout_reasons")
    code = text if text in listed.codes else listed.by_label(text)
    if code is None:
        raise _WrongError("reason: a code or label of the list dropout_reasons, see docs/code-lists.md")
    return code


def _day(text: str) -> date:
    try:
        day = parse_be_or_ce_date(text)
    except ValueError:
        raise _WrongError("date: a day such as 2565-07-01 or 1 ก.ค. 2565") from None
    if not limits.FIRST_DAY <= day <= limits.LAST_DAY:
        raise _WrongError("date: a day the register can hold")
    return day


def _school(text: str) -> str:
    code = fold_thai_digits(text)
    if code and not (has_shape(code) and len(code) == _MINISTRY_DIGITS):
        raise _WrongError("other_school: the ministry's 10 digits, or blank")
    return code
