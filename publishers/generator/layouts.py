"""The two DMC layouts as headers, in the ministry's order, and a made-up pupil as a row of either (domain 1.1, 1.2)."""

import csv
from collections.abc import Mapping
from importlib.resources import files
from typing import Final

from publishers.generator.people import Person
from publishers.roster.layout import TWICE
from schemas import code_lists
from schemas.thai_dates import BE_OFFSET, format_be

SCHOOL_NAME: Final = "โรงเรียนตัวอย่าง"
_BLANK: Final = "-"


def _headers() -> dict[int, tuple[str, ...]]:
    text = (files("publishers") / "generator" / "headers.csv").read_text(encoding="utf-8")
    found: dict[int, tuple[str, ...]] = {}
    for line in csv.DictReader(text.splitlines()):
        columns = int(line["columns"])
        found[columns] = (*found.get(columns, ()), line["header"])
    return found


HEADERS: Final[Mapping[int, tuple[str, ...]]] = _headers()
"""By number of columns. The order of the last 15 of the 91 is ours: it is not public."""

FILE_NAMES: Final[Mapping[int, str]] = {36: "student", 91: "studentInSchoolList"}


def row(person: Person, school: str, academic_year: int, columns: int) -> list[str]:
    """A pupil's cells in the order of the headers; what is not made up is `-`, as DMC writes it."""
    known = {
        "รหัสโรงเรียน": school,
        "ชื่อโรงเรียน": SCHOOL_NAME,
        "เลขประจำตัวประชาชน": person.person_id,
        "ชั้น": code_lists.load("grades").entry(person.grade).label,
        "ห้อง": person.room or _BLANK,
        "รหัสนักเรียน": person.student_number,
        "เพศ": "ช" if person.sex == "M" else "ญ",
        "คำนำหน้าชื่อ": person.title,
        "ชื่อ": person.first_name,
        "นามสกุล": person.last_name,
        "วันเกิด": format_be(person.birth_date, "slash"),
        "อายุ(ปี)": str(_age_on_entry(person, academic_year)),
        "สัญชาติ": "ไทย",
    }
    twice = iter((person.person_id, person.student_number))
    return [next(twice) if header == TWICE else known.get(header, _BLANK) for header in HEADERS[columns]]


def _age_on_entry(person: Person, academic_year: int) -> int:
    born = person.birth_date
    return academic_year - BE_OFFSET - born.year - ((born.month, born.day) > (5, 16))
