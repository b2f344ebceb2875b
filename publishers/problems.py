"""What was found in a row of a file: where and which code, never a pupil's value."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from schemas import codes
from schemas.codes import Code, Severity
from schemas.errors import ThabianError

BY_CODE: Final = {code.code: code for code in (*codes.ROSTER, *codes.EVENT_LINES)}


@dataclass(frozen=True, slots=True)
class Problem:
    """One code at one place. `row` counts from 1 as the spreadsheet or editor does; `column` may be empty."""

    row: int
    column: str
    code: Code

    @property
    def refuses(self) -> bool:
        """Whether the row is not published because of it."""
        return self.code.severity is Severity.ROW


def problem(row: int, column: str, code: str) -> Problem:
    """A problem by its code's name."""
    return Problem(row, column, BY_CODE[code])


def line(file: str, found: Problem) -> str:
    """One line for a person: file, row, column, code, meaning."""
    column = f", column {found.column}" if found.column else ""
    return f"{file}: row {found.row}{column}: {found.code.code}: {found.code.meaning}"


def write_csv(path: Path, problems: Iterable[Problem]) -> None:
    """The problems as a table that a spreadsheet opens with its Thai intact."""
    try:
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            table = csv.writer(file)
            table.writerow(("row", "column", "code", "severity", "meaning", "remedy"))
            table.writerows(_columns(found) for found in problems)
    except OSError as error:
        raise ThabianError(
            "FILE_NOT_WRITABLE", f"{path.name} cannot be written ({error.strerror})", exit_code=2
        ) from None


def _columns(found: Problem) -> tuple[str, ...]:
    code = found.code
    return (str(found.row), found.column, code.code, code.severity.value, code.meaning, code.remedy)
