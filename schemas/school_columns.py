"""Columns of a file of schools: what `thabian schools load` reads and `thabian generate schools` writes (docs/schools.md)."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

ALIASES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "school_code": ("รหัสโรงเรียน", "รหัสกระทรวง", "รหัสกระทรวง (10 หลัก)", "รหัสสถานศึกษา"),
        "name": ("ชื่อโรงเรียน", "ชื่อสถานศึกษา", "school_name"),
        "affiliation": ("สังกัด", "รหัสสังกัด"),
        "area": ("สำนักงานเขต", "เขตพื้นที่", "เขตพื้นที่การศึกษา", "สพท.", "ชื่อเขตพื้นที่"),
        "district": ("อำเภอ", "เขต", "อำเภอ/เขต"),
        "province": ("จังหวัด",),
        "is_boarding": ("พักนอน", "โรงเรียนพักนอน"),
        "is_expected": ("ต้องส่งข้อมูล", "expected"),
        "valid_from": ("ตั้งแต่", "ตั้งแต่วันที่", "วันที่เริ่ม"),
        "valid_to": ("ถึง", "ถึงวันที่", "วันที่สิ้นสุด"),
        "smis_code": ("smis", "รหัส smis", "รหัสโรงเรียน (smis)"),
        "obec_code": ("obec", "รหัส obec", "รหัส สพฐ."),
    }
)
"""Column → other headers it may stand under; spacing, dots and case do not matter."""

COLUMNS: Final = tuple(ALIASES)
"""In the order they are written."""

REQUIRED: Final = ("school_code", "name", "area")
