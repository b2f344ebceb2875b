"""The lines of every table by grade: the ministry's order with its five subtotals (domain 1.6).

Grades outside the code list, and none, have lines of their own, so that every total adds up (semantics 5.6).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from schemas import code_lists
from snapshots.table import RowKind

NONE: Final = "ไม่ระบุ"
_PARTS: Final = ("PRE_PRIMARY", "PRIMARY", "LOWER_SECONDARY", "UPPER_SECONDARY")
_WHOLE: Final = "ALL"


@dataclass(frozen=True, slots=True)
class Line:
    """One line: code (empty for a subtotal), label, and the grades it sums up."""

    code: str
    label: str
    members: tuple[str, ...]
    kind: RowKind = RowKind.ROW


def lines(found: Iterable[str]) -> Iterator[Line]:
    """The lines over the grades found."""
    grades, subtotals = code_lists.load("grades"), code_lists.load("grade_subtotals")
    others = sorted(set(found) - grades.codes)
    for part in _PARTS:
        members = tuple(subtotals.entry(part).extra["members"].split())
        for grade in members:
            yield Line(grade, grades.entry(grade).label, (grade,))
        yield Line("", subtotals.entry(part).label, members, RowKind.SUBTOTAL)
    for grade in others:
        yield Line(grade, label(grade), (grade,))
    everything = (*subtotals.entry(_WHOLE).extra["members"].split(), *others)
    yield Line("", subtotals.entry(_WHOLE).label, everything, RowKind.TOTAL)


def label(grade: str) -> str:
    """A grade's label; what is not in the list is shown as sent."""
    grades = code_lists.load("grades")
    if grade in grades.codes:
        return grades.entry(grade).label
    return f"ชั้นนอกรายการ: {grade}" if grade else f"ชั้น{NONE}"


def place(grade: str) -> tuple[int, str]:
    """Sorts grades as the ministry does; those outside its list last."""
    entries = code_lists.load("grades").entries
    return next((at for at, entry in enumerate(entries) if entry.code == grade), len(entries)), grade
