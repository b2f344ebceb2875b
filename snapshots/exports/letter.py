"""The official letter (หนังสือราชการ) that tells the totals: seed A row 7, to the Permanent Secretary and the districts.

Who writes, to whom, the number and the day are given; who signs is left blank. The table is the one of grade × sex × room;
version, cut and checksum stand under it, so that the letter can be traced. While expected schools are absent (semantics 6.3)
the letter says how many and, where they are few, which: its totals are then not those of all.
"""

from dataclasses import dataclass
from typing import Final

from snapshots.reports import missing_schools
from snapshots.reports.scope import Scope, known_schools
from snapshots.schools import School
from snapshots.table import Table
from warehouse.interface import Warehouse

PERMANENT_SECRETARY: Final = "ปลัดกระทรวงศึกษาธิการ"
NAMED: Final = 10
"""So many absent schools are named; of more the letter says the number alone."""

_THAI_DIGITS: Final = str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")


def thai_digits(text: str) -> str:
    """The text with Thai digits, as official letters have them."""
    return text.translate(_THAI_DIGITS)


@dataclass(frozen=True, slots=True)
class Sending:
    """Whether the schools that must send have sent: where, how many they are, and which are absent."""

    place: str
    expected: int
    absent: tuple[School, ...]

    def said(self) -> str:
        """For the letter. Nothing is called complete that there was no list to hold against."""
        if not self.expected:
            return f"{self.place} ไม่มีรายชื่อสถานศึกษาที่ต้องส่งข้อมูลไว้เทียบ จึงยังไม่อาจยืนยันได้ว่าข้อมูลครบถ้วน ข้อมูลที่ได้รับแล้ว"
        must = f"{self.place} มีสถานศึกษาที่ต้องส่งข้อมูล {self.expected:,} แห่ง"
        sent = f"ส่งข้อมูลแล้ว {self.expected - len(self.absent):,} แห่ง"
        if not self.absent:
            return f"การจัดเก็บและตรวจสอบข้อมูลเสร็จเรียบร้อยแล้ว {must} {sent} ครบทุกแห่ง"
        missing = f"ยังไม่ส่งข้อมูล {len(self.absent):,} แห่ง"
        return f"{must} {sent} {missing} การจัดเก็บข้อมูลจึงยังไม่ครบถ้วน ข้อมูลที่ได้รับแล้ว"

    def names(self) -> str:
        """Which schools are absent; empty when none are, or too many to name."""
        if not 0 < len(self.absent) <= NAMED:
            return ""
        return "สถานศึกษาที่ยังไม่ส่งข้อมูล ได้แก่ " + ", ".join(f"{one.name} (รหัส {one.code:010})" for one in self.absent)


def sending(warehouse: Warehouse, scope: Scope) -> Sending:
    """What a letter about a scope says of the schools that must send."""
    known = known_schools(warehouse, scope.version).values()
    expected = sum(one.is_expected and scope.holds(one) for one in known)
    return Sending(scope.place, expected, tuple(missing_schools.absent(warehouse, scope)))


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter. `number` and `day` as they are printed; empty: left blank to be filled in by hand."""

    office: str
    number: str
    day: str
    to: str
    table: Table
    sending: Sending

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
            f"บัดนี้ {self.sending.said()} มีนักเรียนรวมทั้งสิ้น {pupils:,} คน {rooms:,} ห้องเรียน รายละเอียดตามสิ่งที่ส่งมาด้วย",
            self.sending.names(),
            "จึงเรียนมาเพื่อโปรดทราบ",
        )
        return tuple(thai_digits(text) for text in said if text)

    def _total(self, name: str) -> int:
        at = [column.name for column in self.table.columns].index(name)
        return int(self.table.rows[-1].cells[at] or 0)
