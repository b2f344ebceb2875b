"""What a line of DMC's files is called in its column หมวด: `category` of a line in reports/data/dmc_names.csv.

`act`: how the pupil left. `detail`: why. `goes-on`: whether a graduate studies on. None of them: the file has no such column.
A code outside its list, and none, has a category of its own (semantics 5.6).
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from schemas import code_lists
from snapshots.reports import data_files
from snapshots.reports.grades import NONE

_ROWS: Final = data_files.rows("dmc_categories")


def label(list_name: str, code: str) -> str:
    """A code's label; what is not in the list is shown as sent."""
    known = code_lists.load(list_name)
    if code in known.codes:
        return known.entry(code).label
    return f"นอกรายการ: {code}" if code else NONE


def place(list_name: str, code: str) -> tuple[int, str]:
    """Sorts codes as their list does; those outside it last."""
    entries = code_lists.load(list_name).entries
    return next((at for at, entry in enumerate(entries) if entry.code == code), len(entries)), code


def listed(category: str) -> list[str]:
    """The labels of a kind of category in their order, whether they occur or not."""
    if category == "detail":
        return [entry.label for entry in code_lists.load("dropout_reasons").entries]
    return [row["label"] for row in _ROWS if row["category"] == category]


def _named(category: str, code: str) -> str:
    return next(row["label"] for row in _ROWS if (row["category"], row["code"]) == (category, code))


def _goes_on(destination: str) -> str:
    known = code_lists.load("graduate_destinations")
    if destination not in known.codes:
        return label("graduate_destinations", destination)
    return _named("goes-on", known.entry(destination).extra["kind"])


CALLED: Final[Mapping[str, Callable[[str, str], str]]] = MappingProxyType(
    {
        "": lambda _act, _detail: "",
        "act": lambda act, _detail: _named("act", act),
        "detail": lambda _act, detail: label("dropout_reasons", detail),
        "goes-on": lambda _act, destination: _goes_on(destination),
    }
)
"""Label of an act and what it says besides, by kind of category."""
