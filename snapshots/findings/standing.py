"""The findings that stand open, as the table `findings` keeps them."""

from collections.abc import Collection

from snapshots.findings.found import Found
from warehouse.findings_standing import standing
from warehouse.interface import Warehouse


def open_now(warehouse: Warehouse, codes: Collection[str]) -> dict[bytes, Found]:
    """By finding_id: the findings of these codes whose last state is OPEN."""
    query = f"""
SELECT finding_id, code, person_key, school_code, other_school, subject,
       arrayMap(person -> hex(person), persons), arrayMap(event -> hex(event), evidence)
FROM ({standing("code IN %(codes)s")})
WHERE state = 'OPEN'
"""
    rows = warehouse.rows(query, {"codes": sorted(codes) or [""]})
    return {
        name: Found(code, person, school, other, subject, _keys(persons), _keys(evidence))
        for name, code, person, school, other, subject, persons, evidence in rows
    }


def _keys(texts: Collection[str]) -> tuple[bytes, ...]:
    return tuple(bytes.fromhex(text) for text in texts)
