"""Where findings stand: what was told last, and over it what an officer did."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from schemas.errors import ThabianError
from warehouse.findings_standing import standing
from warehouse.interface import Warehouse

STATES: Final = ("open", "resolved", "confirmed", "dismissed")

_SHOWN: Final = 12
_ACTED: Final = "SELECT finding_id, argMax(toString(act), acted_at) AS acted FROM finding_acts GROUP BY finding_id"
CURRENT: Final = f"""
SELECT finding_id, code, if(acted != '', lower(acted), lower(toString(told.state))) AS stands,
       told.state = 'RESOLVED' AS settled, school_code, other_school, toUnixTimestamp64Milli(opened_at) AS opened
FROM ({standing()}) AS told LEFT JOIN ({_ACTED}) AS acts USING (finding_id)
"""
"""One row a finding."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One finding. `opened`: when it last opened, ms since 1970 UTC; 0: never. `settled`: its condition holds no more."""

    finding_id: bytes
    code: str
    state: str
    settled: bool
    school_code: int
    other_school: int
    opened: int

    @property
    def short(self) -> str:
        """As lists name it; commands take any beginning that is one finding's alone."""
        return self.finding_id.hex()[:_SHOWN]


@dataclass(frozen=True, slots=True)
class Filter:
    """Which findings; None: whatever. One concerns a school that is either of its two.

    `schools`: 10-digit codes; `opened_before`: ms since 1970 UTC, inclusive.
    """

    schools: Sequence[int] | None = None
    affiliation: int | None = None
    code: str | None = None
    state: str | None = None
    opened_before: int | None = None

    def condition(self) -> tuple[str, Mapping[str, Any]]:
        """(SQL over CURRENT, its parameters)."""
        met = {
            "schools": "(school_code IN %(schools)s OR other_school IN %(schools)s)",
            "affiliation": "%(affiliation)s IN (intDiv(school_code, 100000000), intDiv(other_school, 100000000))",
            "code": "code = %(code)s",
            "state": "stands = %(state)s",
            "opened_before": "opened <= %(opened_before)s",
        }
        given = {name: getattr(self, name) for name in met if getattr(self, name) is not None}
        if "schools" in given:
            given["schools"] = (
                0xFFFF_FFFF_FFFF_FFFF,
                *given["schools"],
            )  # an empty set is no SQL; no school has this code
        return " AND ".join(["1", *(met[name] for name in given)]), given


def listed(warehouse: Warehouse, wanted: Filter, limit: int) -> list[Standing]:
    """Findings, the longest open first."""
    condition, given = wanted.condition()
    query = f"SELECT * FROM ({CURRENT}) WHERE {condition} ORDER BY opened, finding_id LIMIT %(limit)s"
    return [_standing(row) for row in warehouse.rows(query, {**given, "limit": limit})]


def find(warehouse: Warehouse, beginning: str) -> Standing:
    """The one finding whose id, in hex, begins like that. Raises ThabianError FINDING_UNKNOWN or FINDING_AMBIGUOUS."""
    text = beginning.strip().lower()
    if not text or not set(text) <= set("0123456789abcdef"):
        raise ThabianError("FINDING_UNKNOWN", "a finding's id is hexadecimal: see `thabian findings list`", exit_code=2)
    query = f"SELECT * FROM ({CURRENT}) WHERE startsWith(lower(hex(finding_id)), %(text)s) ORDER BY finding_id LIMIT 2"
    rows = warehouse.rows(query, {"text": text})
    if not rows:
        raise ThabianError("FINDING_UNKNOWN", "no finding has that id: see `thabian findings list`", exit_code=2)
    if len(rows) > 1:
        raise ThabianError("FINDING_AMBIGUOUS", "several findings begin like that: give more of the id", exit_code=2)
    return _standing(rows[0])


def _standing(row: tuple[Any, ...]) -> Standing:
    finding_id, code, state, settled, school, other, opened = row
    return Standing(finding_id, code, state, bool(settled), school, other, opened)
