"""Findings across ids, which SQL alone can see (docs/findings.md): what holds now, against what is stored as open."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Protocol

from consumers.findings_rows import STATES
from warehouse.findings_standing import standing
from warehouse.interface import Columns, Warehouse

CODES: Final = ("ONE_PERSON_TWO_IDS", "TWO_PERSONS_ONE_ID")

_OPEN: Final = (
    "SELECT finding_id, code, person_key, school_code, other_school, subject,"
    " arrayMap(one -> hex(one), persons), arrayMap(one -> hex(one), evidence)"
    f" FROM ({standing('code IN %(codes)s')}) WHERE state = 'OPEN'"
)
_LAST_RUN: Final = "SELECT max(offset) FROM findings WHERE topic = ''"


class Found(Protocol):
    """One finding whose condition holds."""

    @property
    def finding_id(self) -> bytes: ...  # noqa: D102
    @property
    def code(self) -> str: ...  # noqa: D102
    @property
    def person_key(self) -> bytes: ...  # noqa: D102
    @property
    def school_code(self) -> int: ...  # noqa: D102
    @property
    def other_school(self) -> int: ...  # noqa: D102
    @property
    def subject(self) -> bytes: ...  # noqa: D102
    @property
    def persons(self) -> Sequence[bytes]: ...  # noqa: D102
    @property
    def evidence(self) -> Sequence[bytes]: ...  # noqa: D102


Across = Callable[[Warehouse, date], Sequence[Found]]
"""All findings across ids that hold on a day."""

_NAMES: Final = (
    "finding_id", "code", "person_key", "school_code", "other_school", "subject", "persons", "evidence",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Told:
    """How many rows a run added."""

    opened: int
    resolved: int


def tell(warehouse: Warehouse, across: Across, day: date, now_ms: int) -> Told:
    """Look once, and insert the differences. A run that finds nothing new inserts nothing.

    One that stays open with other pupils or events is told again, and keeps its age.
    """
    holding = {one.finding_id: _facts(one) for one in across(warehouse, day)}
    stored = _stored(warehouse)
    opened = [facts for key, facts in sorted(holding.items()) if stored.get(key) != facts]
    resolved = [facts for key, facts in sorted(stored.items()) if key not in holding]
    if opened or resolved:
        ((last,),) = warehouse.rows(_LAST_RUN)
        run = max(now_ms, last + 1)
        warehouse.insert("findings", _columns(opened, resolved, run, day, now_ms), token=f"findings-across-{run}")
    return Told(len(opened), len(resolved))


def _facts(one: Found) -> dict[str, Any]:
    given = {name: getattr(one, name) for name in _NAMES}
    return given | {"persons": list(one.persons), "evidence": list(one.evidence)}


def _stored(warehouse: Warehouse) -> dict[bytes, dict[str, Any]]:
    found = {}
    for *same, persons, evidence in warehouse.rows(_OPEN, {"codes": CODES}):
        lists = ([bytes.fromhex(one) for one in ids] for ids in (persons, evidence))
        found[same[0]] = dict(zip(_NAMES, (*same, *lists), strict=True))
    return found


def _columns(
    opened: Sequence[Mapping[str, Any]], resolved: Sequence[Mapping[str, Any]], run: int, day: date, now_ms: int
) -> Columns:
    rows = [*opened, *resolved]
    same = {"topic": "", "partition": 0, "offset": run, "day": day, "caused_at": 0, "told_at": now_ms}
    columns: dict[str, Sequence[Any]] = {name: [row[name] for row in rows] for name in _NAMES}
    columns |= {name: [value] * len(rows) for name, value in (same | {"stored_at": now_ms}).items()}
    columns["state"] = [STATES["OPEN"]] * len(opened) + [STATES["RESOLVED"]] * len(resolved)
    return columns
