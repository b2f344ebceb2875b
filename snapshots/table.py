"""A report's data, apart from how it is shown: what every report makes and every renderer takes."""

from dataclasses import dataclass
from enum import StrEnum

Cell = str | int | None


class RowKind(StrEnum):
    """What a row is, so that renderers can set it off."""

    ROW = "row"
    SUBTOTAL = "subtotal"
    TOTAL = "total"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: a name for programs, a Thai heading for people, and what it holds."""

    name: str
    heading: str
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row, a cell per column."""

    cells: tuple[Cell, ...]
    kind: RowKind = RowKind.ROW


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the numbers come from: printed with every report, so that a sheet of paper can be traced."""

    version: str
    academic_year: int
    round: int
    as_of: str
    known_at: str
    label: str
    checksum_of: str
    checksum: str

    @classmethod
    def nowhere(cls) -> "Origin":
        """Of a table that is of no version."""
        return cls("", 0, 0, "", "", "", "", "")

    def lines(self) -> tuple[tuple[str, str], ...]:
        """(Thai heading, value) pairs."""
        if not self.version:
            return ()
        pairs = (
            ("ฉบับ (version)", self.version),
            ("ปีการศึกษา / รอบ", f"{self.academic_year} / {self.round}"),
            ("ข้อมูล ณ วันที่", self.as_of),
            ("ตัดข้อมูลเมื่อ (cut)", self.known_at),
            ("ชื่อฉบับ", self.label),
            (f"checksum ({self.checksum_of})", self.checksum),
        )
        return tuple(pair for pair in pairs if pair[1])


@dataclass(frozen=True, slots=True)
class Pyramid:
    """A figure: two rows of bars back to back, one pair a label."""

    title: str
    left: str
    right: str
    bars: tuple[tuple[str, int, int], ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of Steps: a level from the ground, or a step up or down from where the one before ended."""

    label: str
    value: int
    is_level: bool = False


@dataclass(frozen=True, slots=True)
class Steps:
    """A figure: from one level to another by steps."""

    title: str
    bars: tuple[Bar, ...]


Figure = Pyramid | Steps


@dataclass(frozen=True, slots=True)
class Table:
    """A finished report. `figures`: for formats that can draw."""

    name: str
    title: str
    scope: str
    columns: tuple[Column, ...]
    rows: tuple[TableRow, ...]
    origin: Origin
    figures: tuple[Figure, ...] = ()
