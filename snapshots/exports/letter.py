"""The official letter (หนังสือราชการ) that tells the totals: seed A row 7, to the Permanent Secretary and the districts.

Who writes, to whom, the number and the day are given; who signs is left blank. The table is the one of grade × sex × room;
version, cut and checksum stand under it, so that the letter can be traced.
"""

from dataclasses import dataclass
from typing import Final

from snapshots.table import Table

PERMANENT_SECRETARY: Final = "ปลัดกระทรวงศึกษาธิการ"
_THAI_DIGITS: Final = str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")


def thai_digits(text: str) -> str:
    """The text with Thai digits, as official letters have them."""
    return text.translate(_THAI_DIGITS)


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter. `number` and `day` as they are printed; empty: left blank to be filled in by hand."""

    office: str
    number: str
    day: str
    to: str
    table: Table

    @property
    def subject(self) -> str:
        """เรื่อง."""
        origin = self.table.origin
        return thai_digits(f"ส่งสรุปข้อมูลจำนวนนักเรียน รอบที่ {origin.round} ปีการศึกษา {origin.academic_year}")

    @property
    def enclosure(self) -> str:
        """สิ่งที่ส่งมาด้วย."""
        return f"ตารางสรุป{self.table.title}"

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """What it says."""
        origin = self.table.origin
        pupils, rooms = self._total("total"), self._total("rooms")
        said = (
            (
                f"ตามที่{self.office}ได้จัดเก็บข้อมูลนักเรียนรายบุคคลของสถานศึกษา รอบที่ {origin.round} ปีการศึกษา "
                f"{origin.academic_year} (ข้อมูล ณ วันที่ {origin.as_of}) นั้น"
            ),
            (
                f"บัดนี้ การจัดเก็บและตรวจสอบข้อมูลเสร็จเรียบร้อยแล้ว {self.table.scope} มีนักเรียนรวมทั้งสิ้น {pupils:,} คน "
                f"{rooms:,} ห้องเรียน รายละเอียดตามสิ่งที่ส่งมาด้วย"
            ),
            "จึงเรียนมาเพื่อโปรดทราบ",
        )
        return tuple(map(thai_digits, said))

    def _total(self, name: str) -> int:
        at = [column.name for column in self.table.columns].index(name)
        return int(self.table.rows[-1].cells[at] or 0)
