"""Rosters for tests, as rows; generated people only."""

import csv
import io
from datetime import UTC, datetime

import openpyxl
from stdnum.th import pin

from publishers.generator.layouts import HEADERS
from publishers.roster import check, read_csv, read_xlsx, term
from publishers.roster.schools import SchoolsTable
from publishers.roster.table import Source

SCHOOL = "1020080005"
NOW = datetime(2022, 6, 20, 3, 4, 5, 678901, tzinfo=UTC)
ENTRY = term.first_day(2565, 1)
STAMP = "วันและเวลาที่สร้างรายงาน 2022-06-11 02:00:12.244315"

NO_TABLE = SchoolsTable()

H36 = HEADERS[36]
AT = {
    "school_code": 0, "person_id": 2, "grade": 3, "room": 4, "student_number": 5, "sex": 6, "title": 7, "first_name": 8,
    "last_name": 9, "birth_date": 10, "nationality": 17, "house_number": 18, "disadvantage": 34, "deferred": 35,
}  # fmt: skip


def person_id(number: int) -> str:
    """A number no one has, with its right check digit."""
    first = f"199{number:09}"
    return first + str(pin.calc_check_digit(first + "0"))


def row(number: int = 1, **cells: object) -> list[object]:
    """A good row of the 36-column layout, with some cells set to something else."""
    good = {
        "school_code": SCHOOL, "person_id": person_id(number), "grade": "ป.1", "room": "1", "student_number": f"{number:05}",
        "sex": "ช", "title": "เด็กชาย", "first_name": "ธนกร", "last_name": "ทองจำลอง", "birth_date": "13/05/2558",
        "nationality": "ไทย",
    }  # fmt: skip
    found: list[object] = ["-"] * len(H36)
    for name, value in (good | cells).items():
        found[AT[name]] = value
    return found


def xlsx(rows, headers=H36, above=((STAMP,),)) -> bytes:
    book = openpyxl.Workbook()
    for cells in (*above, headers, *rows):
        book.active.append(list(cells))
    for cell in (cell for cells in book.active.iter_rows() for cell in cells if cell.data_type == "f"):
        cell.data_type = "s"  # `="1990…"` typed as text, not worked out by the spreadsheet
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def csv_bytes(rows, headers=H36, encoding="utf-8", above=((STAMP,),), delimiter=",") -> bytes:
    file = io.StringIO()
    csv.writer(file, delimiter=delimiter).writerows(
        (*above, headers, *(["" if c is None else c for c in r] for r in rows))
    )
    return file.getvalue().encode(encoding)


def source(content: bytes) -> Source:
    read = xlsx_or_csv(content)
    return Source("roster", read(content, "roster"))


def xlsx_or_csv(content: bytes):
    return read_xlsx.xlsx_sheets if content.startswith(b"PK") else read_csv.csv_sheets


def checked(content: bytes, school=None, table=NO_TABLE) -> check.Checked:
    return check.check(check.find_roster(source(content)), school, table, ENTRY)


def check_rows(*rows, **options) -> check.Checked:
    return checked(xlsx(rows), **options)


def codes(found: check.Checked) -> list[tuple[int, str]]:
    return [(item.row, item.code.code) for item in found.problems]
