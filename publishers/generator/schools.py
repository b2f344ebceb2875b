"""A made-up list of schools, in the columns of schemas/school_columns.py. No school in it exists; Bangkok's districts do."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

from schemas import code_lists, school_columns
from schemas.errors import ThabianError

BANGKOK: Final = frozenset({"31", "32"})
"""Affiliations whose areas are Bangkok's districts."""

DISTRICTS: Final = (
    "พระนคร",
    "ดุสิต",
    "หนองจอก",
    "บางรัก",
    "บางเขน",
    "บางกะปิ",
    "ปทุมวัน",
    "ป้อมปราบศัตรูพ่าย",
    "พระโขนง",
    "มีนบุรี",
    "ลาดกระบัง",
    "ยานนาวา",
    "สัมพันธวงศ์",
    "พญาไท",
    "ธนบุรี",
    "บางกอกใหญ่",
    "ห้วยขวาง",
    "คลองสาน",
    "ตลิ่งชัน",
    "บางกอกน้อย",
    "บางขุนเทียน",
    "ภาษีเจริญ",
    "หนองแขม",
    "ราษฎร์บูรณะ",
    "บางพลัด",
    "ดินแดง",
    "บึงกุ่ม",
    "สาทร",
    "บางซื่อ",
    "จตุจักร",
    "บางคอแหลม",
    "ประเวศ",
    "คลองเตย",
    "สวนหลวง",
    "จอมทอง",
    "ดอนเมือง",
    "ราชเทวี",
    "ลาดพร้าว",
    "วัฒนา",
    "บางแค",
    "หลักสี่",
    "สายไหม",
    "คันนายาว",
    "สะพานสูง",
    "วังทองหลาง",
    "คลองสามวา",
    "บางนา",
    "ทวีวัฒนา",
    "ทุ่งครุ",
    "บางบอน",
)
"""Bangkok's 50 districts, in the order of their codes."""

_NAMES: Final = ("โรงเรียนบ้านสมมติ", "โรงเรียนวัดสมมติ", "โรงเรียนชุมชนสมมติ", "โรงเรียนสมมติวิทยา")
_BOARDING_EVERY: Final = 25


def schools(affiliation: str, areas: int, count: int, name: str = "") -> Iterator[Mapping[str, str]]:
    """`count` schools spread over `areas`, by code: affiliation, area in two digits, six digits of their own.

    `name`: what each area is called, instead of a made-up name.
    """
    if affiliation not in code_lists.load("affiliations").codes:
        raise ThabianError(
            "AFFILIATION_UNKNOWN", "an affiliation is two digits of docs/code-lists.md, such as 10", exit_code=2
        )
    for index in range(count):
        number = index * areas // count  # neighbours in one area: codes then stand sorted by area
        yield {**_school(affiliation, number, index + 1), **({"area": name} if name else {})}


def write(path: Path, made: Iterable[Mapping[str, str]]) -> int:
    """Write a CSV that a spreadsheet opens with its Thai intact; returns how many schools."""
    text = io.StringIO()
    table = csv.DictWriter(text, school_columns.COLUMNS, restval="", lineterminator="\n")
    table.writeheader()
    rows = list(made)
    table.writerows(rows)
    try:
        path.write_text(text.getvalue(), encoding="utf-8-sig")
    except OSError as error:
        raise ThabianError(
            "FILE_NOT_WRITABLE", f"{path.name} cannot be written ({error.strerror})", exit_code=2
        ) from None
    return len(rows)


def _school(affiliation: str, area: int, sequence: int) -> Mapping[str, str]:
    school = {
        "school_code": f"{affiliation}{area % 99 + 1:02}{sequence:06}",
        "name": f"{_NAMES[sequence % len(_NAMES)]} {sequence}",
        "affiliation": affiliation,
        "is_boarding": str(int(sequence % _BOARDING_EVERY == 0)),
        "is_expected": "1",
    }
    if affiliation in BANGKOK:
        name = DISTRICTS[area % len(DISTRICTS)]
        return school | {"area": f"สำนักงานเขต{name}", "district": f"เขต{name}", "province": "กรุงเทพมหานคร"}
    smis = f"{area % 99 + 1:02}{area // 99 % 99 + 1:02}{sequence % 10_000:04}"
    place = {"area": f"เขตพื้นที่สมมติ {area + 1}", "district": f"อำเภอสมมติ {area + 1}", "province": "จังหวัดสมมติ"}
    return school | place | {"smis_code": smis, "obec_code": f"{sequence:06}"}
