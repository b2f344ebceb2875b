"""How the roll moved from one version or day to another: new, in, out, dropped by reason, died (semantics 6.4).

The numbers are the balance's: transitions of the fold, not counts of events. Who left and came back is in both columns.
"""

from typing import Final

from schemas import code_lists
from schemas.thai_dates import format_be
from snapshots import balance
from snapshots.balance import Balance, Earlier, Point, origin, point_of, summed
from snapshots.balance_chart import steps
from snapshots.reports import grades
from snapshots.reports.scope import Scope
from snapshots.table import Column, RowKind, Table, TableRow
from warehouse.interface import Warehouse

NAME: Final = "movement"
TITLE: Final = "การเคลื่อนไหวของนักเรียน"
_FLOWS: Final = (
    ("new", None, "เข้าใหม่"),
    ("came_in", "same_affiliation", "ย้ายเข้าจากสังกัดเดียวกัน"),
    ("came_in", "other_affiliation", "ย้ายเข้าจากต่างสังกัด"),
    ("came_in", "", "ย้ายเข้า ไม่ระบุที่มา"),
    ("went_out", "same_affiliation", "ย้ายออกไปสังกัดเดียวกัน"),
    ("went_out", "other_affiliation", "ย้ายออกไปต่างสังกัด"),
    ("went_out", "", "ย้ายออก ไม่ระบุปลายทาง"),
    ("dropped", None, "ออกกลางคัน"),
    ("died", None, "เสียชีวิต"),
    ("graduated", None, "จบการศึกษา"),
    ("held_over", None, "ค้าง"),
    ("moved_in", None, "เลื่อน/ย้ายชั้นเข้า"),
    ("moved_out", None, "เลื่อน/ย้ายชั้นออก"),
)
"""Term of the balance, its detail in small letters (None: all of it), heading."""


def table(warehouse: Warehouse, scope: Scope, earlier: Earlier, until: Point | None = None) -> Table:
    """The report over a scope, up to the version's day or, at its cut, another. BALANCE_BACKWARDS when that lies earlier."""
    return lay_out(_balances(warehouse, scope, earlier, until), scope, earlier, until)


def lay_out(parts: list[Balance], scope: Scope, earlier: Earlier, until: Point | None = None) -> Table:
    """A line per grade with the ministry's subtotals; every reason of a dropout has a column."""
    reasons = _reasons(parts)
    rows = [_row(line, parts, reasons) for line in grades.lines(part.grade or "" for part in parts)]
    begin, end = (format_be(one.day, "long") for one in (point_of(earlier), until or point_of(scope.version)))
    since = f"ตั้งแต่ {begin}" if isinstance(earlier, Point) else f"ตั้งแต่ฉบับ {earlier.version} ({begin})"
    title = f"{TITLE} {since} ถึง {end}"
    printed = origin(earlier, scope, until) if until else scope.origin()
    return Table(NAME, title, scope.title, _columns(reasons), tuple(rows), printed, (steps(TITLE, summed(parts)),))


def _balances(warehouse: Warehouse, scope: Scope, earlier: Earlier, until: Point | None) -> list[Balance]:
    wanted = balance.schools_in(warehouse, scope, earlier)
    return balance.by_grade(warehouse, earlier, scope.version, schools=wanted, until=until)


def _reasons(parts: list[Balance]) -> list[str]:
    """The nine reasons in their order, then others that occur."""
    listed = [entry.code for entry in code_lists.load("dropout_reasons").entries]
    found = {detail for part in parts for term, detail in part.flows if term == "dropped"}
    return [*listed, *sorted(found - set(listed))]


def _columns(reasons: list[str]) -> tuple[Column, ...]:
    known = code_lists.load("dropout_reasons")
    return (
        Column("grade", "รหัสชั้น"),
        Column("label", "ชั้น"),
        Column("before", "ยกมา", is_number=True),
        Column("restated", "แก้ย้อนหลัง", is_number=True),
        *(
            Column(f"{term}{'' if detail is None else '_' + (detail or 'not_given')}", heading, is_number=True)
            for term, detail, heading in _FLOWS
        ),
        Column("after", "คงเหลือ", is_number=True),
        *(
            Column(
                f"dropped_{code.lower() or 'not_given'}",
                f"ออกกลางคัน: {known.entry(code).label if code in known.codes else code or grades.NONE}",
                is_number=True,
            )
            for code in reasons
        ),
    )


def _row(line: grades.Line, parts: list[Balance], reasons: list[str]) -> TableRow:
    members = [part for part in parts if (part.grade or "") in line.members]
    whole = summed(members, grade=None if line.kind is RowKind.TOTAL else line.code)
    flows = [
        whole.total(term) if detail is None else whole.flows.get((term, detail.upper()), 0)
        for term, detail, _ in _FLOWS
    ]
    dropped = [whole.flows.get(("dropped", code), 0) for code in reasons]
    return TableRow((line.code, line.label, whole.before, whole.restated, *flows, whole.after, *dropped), line.kind)
