"""A balance as a table, in any of the formats of snapshots.render."""

from collections.abc import Callable, Iterable
from itertools import groupby
from typing import Final

from schemas import code_lists
from schemas.thai_dates import format_be
from snapshots.balance import SIGNS, Balance, Earlier, Point, grouped, origin, point_of, summed
from snapshots.balance_chart import steps
from snapshots.reports.scope import Scope, known_schools
from snapshots.table import Cell, Column, RowKind, Table, TableRow
from snapshots.versions import Version
from warehouse.interface import Warehouse

NAME: Final = "balance"
HEADINGS: Final = {
    "new": "เข้าใหม่",
    "came_in": "ย้ายเข้า",
    "went_out": "ย้ายออก",
    "dropped": "ออกกลางคัน",
    "died": "เสียชีวิต",
    "graduated": "จบ",
    "held_over": "ค้าง",
    "moved_in": "เลื่อนเข้า",
    "moved_out": "เลื่อนออก",
}
_LISTS: Final = {"dropped": "dropout_reasons", "graduated": "graduate_destinations"}
_DETAILS: Final = {
    "": "ไม่ระบุ",
    "new": "นักเรียนใหม่",
    "opening": "ยกยอดเข้าระบบครั้งแรก",
    "returned": "กลับเข้าเรียน",
    "unknown": "ไม่ทราบ",
    "same_affiliation": "สังกัดเดียวกัน",
    "other_affiliation": "ต่างสังกัด",
    "deferred": "ยังไม่สามารถจำหน่ายได้",
    "undecided": "รอดำเนินการ",
}
"""Details that no code list has, in small letters: of the contract, and the balance's own. An unknown one stands as it is."""
Lines = list[tuple[str, str, Balance]]
"""(key, name, balance)."""


def by_school(warehouse: Warehouse, found: Iterable[Balance], later: Version) -> Lines:
    """A line per school, with its name where the version's own list of schools has one."""
    known = known_schools(warehouse, later)
    lines = []
    for code, parts in groupby(found, lambda item: item.school_code or 0):
        name = known[code].name if code in known else ""
        lines.append((f"{code:010}", name, summed(parts, code)))
    return lines


def by_affiliation(_warehouse: Warehouse, found: Iterable[Balance], _later: Version) -> Lines:
    """A line per affiliation, the first two digits of a school's code."""
    labels = code_lists.load("affiliations")
    sums = grouped(found, lambda item: f"{item.school_code or 0:010}"[:2])
    return [(code, labels.entry(code).label if code in labels.codes else "", item) for code, item in sums.items()]


def by_area(warehouse: Warehouse, found: Iterable[Balance], later: Version) -> Lines:
    """A line per area or district of the version's own list of schools; a school that is not in it has none."""
    known = {code: school.area for code, school in known_schools(warehouse, later).items()}
    sums = grouped(found, lambda item: known.get(item.school_code or 0, ""))
    return [(area, "", item) for area, item in sums.items()]


def by_grade(_warehouse: Warehouse, found: Iterable[Balance], _later: Version) -> Lines:
    """A line per grade, in the ministry's order; grades outside its list last."""
    grades = code_lists.load("grades")
    order = {entry.code: at for at, entry in enumerate(grades.entries)}
    parts: dict[str, list[Balance]] = {}
    for item in found:
        parts.setdefault(item.grade or "", []).append(item)
    names = sorted(parts, key=lambda grade: (order.get(grade, len(order)), grade))
    return [
        (grade, grades.entry(grade).label if grade in order else "", summed(parts[grade], grade=grade))
        for grade in names
    ]


GROUPS: Final[dict[str, Callable[[Warehouse, Iterable[Balance], Version], Lines]]] = {
    "school": by_school,
    "area": by_area,
    "affiliation": by_affiliation,
    "grade": by_grade,
}


def table(lines: Lines, earlier: Earlier, scope: Scope, *, until: Point | None = None, details: bool = False) -> Table:
    """The lines of a scope of the later version, and their sum. `details`: a column for each reason, destination and such."""
    whole = summed(item for _, _, item in lines)
    flows = _flow_columns(lines, details=details)
    columns = (
        Column("key", "รหัส"),
        Column("name", "ชื่อ"),
        Column("before", "ยกมา", is_number=True),
        Column("restated", "แก้ย้อนหลัง", is_number=True),
        *(_column(term, detail) for term, detail in flows),
        Column("after", "ยกไป", is_number=True),
        Column("off_by", "ต่าง", is_number=True),
    )
    rows = [_row(key, name, item, flows, RowKind.ROW) for key, name, item in lines]
    rows.append(_row("", "รวม", whole, flows, RowKind.TOTAL))
    days = " – ".join(format_be(end.day) for end in (point_of(earlier), until or point_of(scope.version)))
    title = f"ยอดยกมา ยอดเคลื่อนไหว ยอดยกไป {days}"
    return Table(NAME, title, scope.title, columns, tuple(rows), origin(earlier, scope, until), (steps(title, whole),))


def _flow_columns(lines: Lines, *, details: bool) -> list[tuple[str, str | None]]:
    there = {flow for _, _, item in lines for flow in item.flows}
    terms = [term for term in SIGNS if not term.startswith("moved_") or any(term == name for name, _ in there)]
    if not details:
        return [(term, None) for term in terms]
    return [(term, detail) for term in terms for detail in sorted(detail for name, detail in there if name == term)]


def _column(term: str, detail: str | None) -> Column:
    if detail is None:
        return Column(term, HEADINGS[term], is_number=True)
    known = code_lists.load(_LISTS[term]) if term in _LISTS else None
    label = known.entry(detail).label if known and detail in known.codes else _DETAILS.get(detail.lower(), detail)
    return Column(f"{term}_{detail.lower() or 'not_given'}", f"{HEADINGS[term]}: {label}", is_number=True)


def _row(key: str, name: str, item: Balance, flows: list[tuple[str, str | None]], kind: RowKind) -> TableRow:
    counts: list[Cell] = [
        item.total(term) if detail is None else item.flows.get((term, detail), 0) for term, detail in flows
    ]
    return TableRow((key, name, item.before, item.restated, *counts, item.after, item.off_by), kind)
