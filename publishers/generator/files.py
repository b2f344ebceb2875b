"""A synthetic roster as DMC would hand it out: the report's stamp, the headers, the pupils."""

import csv
import io
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import openpyxl

from publishers.generator.layouts import FILE_NAMES, HEADERS, row
from publishers.generator.people import Person
from publishers.roster import term
from schemas import code_lists
from schemas.errors import ThabianError
from schemas.thai_dates import BE_OFFSET

SUFFIXES: Final = (".xlsx", ".csv")
_MADE_AT: Final = (2, 0)
"""DMC makes its reports at 02:00 (domain 1.1)."""


def default_name(academic_year: int, round_number: int, columns: int) -> Path:
    """DMC's own file name, such as `2565-1-student.xlsx`."""
    return Path(f"{academic_year}-{round_number}-{FILE_NAMES[columns]}.xlsx")


def write(path: Path, people: Iterable[Person], school: str, year_and_round: tuple[int, int], columns: int) -> None:
    """Write a workbook or a CSV (UTF-8 with its mark), by the file's suffix. Raises ThabianError."""
    if path.suffix.lower() not in SUFFIXES:
        raise ThabianError("FILE_NOT_WRITABLE", f"{path.name}: the suffix is {' or '.join(SUFFIXES)}", exit_code=2)
    made = _made_at(*year_and_round)
    stamp = f"วันและเวลาที่สร้างรายงาน {made:%Y-%m-%d %H:%M:%S.%f}"
    rows = [[stamp], list(HEADERS[columns]), *(row(person, school, year_and_round[0], columns) for person in people)]
    try:
        (_write_csv if path.suffix.lower() == ".csv" else _write_xlsx)(path, rows, made)
    except OSError as error:
        raise ThabianError(
            "FILE_NOT_WRITABLE", f"{path.name} cannot be written ({error.strerror})", exit_code=2
        ) from None


def _made_at(academic_year: int, round_number: int) -> datetime:
    """The census day of the round, local time; the first day of its term where that day moves by year."""
    days = code_lists.load("rounds").entry(str(round_number)).extra
    month, day = days.get("census", days["starts"]).split("-")
    return datetime(academic_year - BE_OFFSET, int(month), int(day), *_MADE_AT, tzinfo=term.BANGKOK)


def _write_csv(path: Path, rows: list[list[str]], _: datetime) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(rows)


def _write_xlsx(path: Path, rows: list[list[str]], made: datetime) -> None:
    book = openpyxl.Workbook(write_only=True)
    book.properties.creator = "thabian generate"
    book.properties.created = book.properties.modified = made.astimezone(UTC).replace(tzinfo=None)
    sheet = book.create_sheet("student")
    for cells in rows:
        sheet.append(cells)
    whole = io.BytesIO()  # a file that cannot be written must not leave half a workbook open
    book.save(whole)
    path.write_bytes(whole.getvalue())
