"""How each finding stands: the last state it was told to have, of all that the table `findings` keeps.

Last by (told_at, topic, partition, offset), so that rows stored twice, late or in another order change nothing.
"""

from collections.abc import Collection
from typing import Final

from snapshots.findings.found import Found
from warehouse.interface import Warehouse

_FIXED: Final = ("code", "person_key", "school_code", "other_school", "subject")
"""What a finding is: equal in all its rows."""

_TOLD: Final = ("state", "persons", "evidence", "day", "told_at", "caused_at")
"""What its last row says."""


def current(where: str = "1") -> str:
    """A query of one row per finding: finding_id, _FIXED and _TOLD by name. `where`: over finding_id and _FIXED alone."""
    fixed = ", ".join(f"any(row.{name}) AS {name}" for name in _FIXED)
    last = "(row.told_at, row.topic, row.partition, row.offset)"
    told = ", ".join(f"argMax(row.{name}, {last}) AS {name}" for name in _TOLD)
    return f"""
SELECT row.finding_id AS finding_id, {fixed}, {told}
FROM (SELECT * FROM findings WHERE {where}) AS row
GROUP BY row.finding_id
"""


def open_now(warehouse: Warehouse, codes: Collection[str]) -> dict[bytes, Found]:
    """By finding_id: the findings of these codes whose last state is OPEN."""
    query = f"""
SELECT finding_id, {", ".join(_FIXED)}, arrayMap(person -> hex(person), persons), arrayMap(event -> hex(event), evidence)
FROM ({current("code IN %(codes)s")})
WHERE state = 'OPEN'
"""
    rows = warehouse.rows(query, {"codes": sorted(codes) or [""]})
    return {
        name: Found(code, person, school, other, subject, _keys(persons), _keys(evidence))
        for name, code, person, school, other, subject, persons, evidence in rows
    }


def _keys(texts: Collection[str]) -> tuple[bytes, ...]:
    return tuple(bytes.fromhex(text) for text in texts)
