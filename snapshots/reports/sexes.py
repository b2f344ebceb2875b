"""The columns of every table by sex: boys, girls, and one for each sex outside the code list (semantics 5.6)."""

from collections.abc import Iterable

from schemas import code_lists
from snapshots.reports.grades import NONE
from snapshots.table import Column


def found_or_listed(found: Iterable[str]) -> list[str]:
    """The sexes of the list, then the others that occur."""
    known = [entry.code for entry in code_lists.load("sexes").entries]
    return [*known, *sorted(set(found) - set(known))]


def place(sex: str) -> tuple[int, str]:
    """Sorts sexes as their list does, boys first; those outside it last."""
    entries = code_lists.load("sexes").entries
    return next((at for at, entry in enumerate(entries) if entry.code == sex), len(entries)), sex


def columns(sexes: Iterable[str]) -> tuple[Column, ...]:
    """A column each."""
    return tuple(Column(_name(sex), label(sex), is_number=True) for sex in sexes)


def label(sex: str) -> str:
    """A sex's label; what is not in the list is shown as sent."""
    known = code_lists.load("sexes")
    if sex in known.codes:
        return known.entry(sex).label
    return f"เพศนอกรายการ: {sex}" if sex else f"เพศ{NONE}"


def _name(sex: str) -> str:
    return {"M": "boys", "F": "girls", "": "sex_none"}.get(sex, f"sex_{sex}")
