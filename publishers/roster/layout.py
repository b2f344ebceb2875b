"""Which column is what: headers by name, whatever their spacing, and the one that stands twice by position.

Both DMC layouts are read: the roster of 36 columns, and "in school" of 91, whose last 15 come in any order
(domain 1.1, 1.2).
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from openpyxl.utils import get_column_letter

from publishers.roster.cells import Cell, text
from schemas import thai_text

HEADERS: Final[Mapping[str, tuple[str, ...]]] = {
    "school_code": ("รหัสโรงเรียน",),
    "person_id": ("เลขประจำตัวประชาชน", "เลขประจำตัวประชาชนนักเรียน", "หมายเลขบัตรประชาชน"),
    "grade": ("ชั้น", "ชั้นเรียน", "ระดับชั้น"),
    "room": ("ห้อง", "ห้องเรียน"),
    "student_number": ("รหัสนักเรียน", "รหัสประจำตัวนักเรียน"),
    "sex": ("เพศ",),
    "title": ("คำนำหน้าชื่อ", "คำนำหน้า"),
    "first_name": ("ชื่อ",),
    "last_name": ("นามสกุล",),
    "birth_date": ("วันเกิด", "วันเดือนปีเกิด"),
    "nationality": ("สัญชาติ",),
    "disadvantage": ("ความด้อยโอกาส",),
    "disability": ("ความพิการ",),
    "boarding": ("การพักนอนประจำ", "การพักนอน"),
    "deferred": ("ยังไม่สามารถจำหน่ายได้", "ยังไม่สามารถจำหน่ายได้ (3.1.8)"),
    "house_number": ("บ้านเลขที่",),
    "village_number": ("หมู่",),
    "street": ("ถนน/ซอย",),
    "subdistrict": ("ตำบล",),
    "district": ("อำเภอ",),
    "province": ("จังหวัด",),
    **{
        f"{place}.{field}": (f"{header} ({thai})",)
        for place, thai in (("current", "ที่อยู่ปัจจุบัน"), ("registered", "ทะเบียนบ้าน"))
        for field, header in (
            ("house_number", "เลขที่บ้าน"),
            ("village_number", "หมู่"),
            ("street", "ถนน"),
            ("subdistrict", "ตำบล"),
            ("district", "อำเภอ"),
            ("province", "จังหวัด"),
        )
    },
}
"""Our fields and the headers they go by. What is not here is not read: the register needs no weight and no religion."""

TWICE: Final = "เลขประจำตัวนักเรียน"
"""First the 13-character number, then the school's own number."""
REQUIRED: Final = ("person_id", "grade", "sex")
HEADER_WITHIN: Final = 10
"""Rows from the top in which the headers must stand: the report's stamp and titles may stand before them."""

_SUFFIX: Final = re.compile(r"\(?ต้องกรอก\)?|\*")
_RUNNING: Final = frozenset(map(thai_text.key, ("ที่", "ลำดับ", "ลำดับที่", "No.")))


def _key(header: str) -> str:
    return thai_text.key(_SUFFIX.sub("", header))


_FIELD_OF: Final = {_key(header): field for field, headers in HEADERS.items() for header in headers}


@dataclass(frozen=True, slots=True)
class Layout:
    """Where each field stands, by index from 0."""

    columns: Mapping[str, int]
    labels: Mapping[str, str]
    """How a column is named to people: `C (เลขประจำตัวนักเรียน)`."""
    compared: tuple[int, ...]
    """Columns in which a repeated row must be the same: all that have a header, but for running numbers."""
    width: int

    def label(self, field: str) -> str:
        """Name of a field's column; the field's own name when the file has no such column."""
        return self.labels.get(field, field)


def find(cells: Sequence[Cell]) -> Layout | None:
    """The layout this row of headers stands for, or None when it is no row of headers."""
    headers = [text(cell) if isinstance(cell, str) else "" for cell in cells]
    columns = _columns([_key(header) for header in headers])
    if missing(columns):
        return None
    labels = {field: f"{get_column_letter(index + 1)} ({headers[index]})" for field, index in columns.items()}
    named = [index for index, header in enumerate(headers) if header]
    compared = tuple(index for index in named if _key(headers[index]) not in _RUNNING)
    return Layout(columns, labels, compared, named[-1] + 1)


def missing(columns: Collection[str]) -> tuple[str, ...]:
    """Required fields that are not among these."""
    return tuple(field for field in REQUIRED if field not in columns)


def _columns(keys: Sequence[str]) -> dict[str, int]:
    columns: dict[str, int] = {}
    for index, key in enumerate(keys):
        if key in _FIELD_OF:
            columns.setdefault(_FIELD_OF[key], index)
    twice = [index for index, key in enumerate(keys) if key == _key(TWICE)]
    for field in ("person_id", "student_number"):
        if field not in columns and twice:
            columns[field] = twice.pop(0)
    return columns
