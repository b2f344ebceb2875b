"""Whether a cell one asks about can be there: its values are in their code lists, or some pupil of the version has them.

A slip of the pen must not pass for a cell nobody is in.
"""

from typing import Final

from schemas import code_lists
from schemas.errors import ThabianError
from snapshots.explain import CellFilter
from snapshots.reports.scope import ROWS, Scope
from snapshots.versions import Version
from warehouse.interface import Warehouse

_LISTS: Final = {"grade": "grades", "sex": "sexes"}
"""A room has no list."""


def check(warehouse: Warehouse, version: Version, cell: CellFilter) -> None:
    """CELL_VALUE_UNKNOWN, of the first value that is in no list and at no pupil of the version."""
    wanted = {"grade": cell.grade, "sex": cell.sex, "room": cell.room}
    for name, value in wanted.items():
        if value and not _is_listed(name, value) and not _occurs(warehouse, version, name, value):
            raise ThabianError("CELL_VALUE_UNKNOWN", f"--{name}: {_hint(name, value)}", exit_code=2)


def _is_listed(name: str, value: str) -> bool:
    return name in _LISTS and value in code_lists.load(_LISTS[name]).codes


def _occurs(warehouse: Warehouse, version: Version, name: str, value: str) -> bool:
    query = f"SELECT 1 FROM ({ROWS}) WHERE {name} = %(value)s LIMIT 1"
    return bool(warehouse.rows(query, {**Scope(version).parameters, "value": value}))


def _hint(name: str, value: str) -> str:
    if name not in _LISTS:
        return f"no pupil of this version has that {name}"
    known = code_lists.load(_LISTS[name])
    meant = known.by_label(value)
    if meant:
        return f"write the code, {meant}"
    codes = ", ".join(entry.code for entry in known.entries)
    return f"no such code, and no pupil of this version has it: {codes}"
