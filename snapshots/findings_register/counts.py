"""How many findings there are, by code and state, and between which schools."""

from collections import Counter
from collections.abc import Collection
from typing import Final

from schemas.codes import REGISTER_FINDINGS, Severity
from snapshots.findings_register.standing import CURRENT, Filter
from warehouse.interface import Row, Warehouse

_ALL: Final = tuple(one.code for one in REGISTER_FINDINGS)
_BLOCKING: Final = tuple(one.code for one in REGISTER_FINDINGS if one.severity is Severity.BLOCKING)
_STANDING: Final = """
SELECT arrayJoin([school_code, other_school]) AS school, count() FROM ({current})
WHERE code IN %(codes)s AND NOT settled AND stands != 'dismissed'
GROUP BY school
"""
_BETWEEN: Final = """
SELECT school_code, other_school, stands, count() FROM ({current})
WHERE code IN %(codes)s AND NOT settled AND school_code != 0 AND other_school != 0
GROUP BY school_code, other_school, stands
"""
_PAIRS = """
SELECT least(school_code, other_school) AS school, greatest(school_code, other_school) AS other, count(), min(opened)
FROM ({current}) WHERE {condition} AND school_code != 0 AND other_school != 0
GROUP BY school, other ORDER BY count() DESC, school, other LIMIT %(limit)s
"""


def by_code(warehouse: Warehouse, wanted: Filter) -> list[Row]:
    """(code, state, findings), by code and state."""
    condition, given = wanted.condition()
    query = (
        f"SELECT code, stands, count() FROM ({CURRENT}) WHERE {condition} GROUP BY code, stands ORDER BY code, stands"
    )
    return warehouse.rows(query, given)


def standing_by_school(warehouse: Warehouse, codes: Collection[str] = _ALL) -> Counter[int]:
    """Findings of these codes that somebody has to settle, by school: their condition holds, and nobody dismissed them.

    One between two schools counts for both.
    """
    rows = warehouse.rows(_STANDING.format(current=CURRENT), {"codes": tuple(codes)})
    return Counter({school: count for school, count in rows if school})


def blocked_schools(warehouse: Warehouse) -> set[int]:
    """Schools of a blocking finding that somebody has to settle."""
    return set(standing_by_school(warehouse, _BLOCKING))


def states_between(warehouse: Warehouse, codes: Collection[str]) -> dict[frozenset[int], Counter[str]]:
    """By the two schools: how many findings of these codes, whose condition holds, are open, confirmed, dismissed."""
    found: dict[frozenset[int], Counter[str]] = {}
    for school, other, state, count in warehouse.rows(_BETWEEN.format(current=CURRENT), {"codes": tuple(codes)}):
        found.setdefault(frozenset((school, other)), Counter())[state] += count
    return found


def pairs(warehouse: Warehouse, wanted: Filter, limit: int) -> list[Row]:
    """(school, other school, findings between them, when the oldest opened in ms), most findings first."""
    condition, given = wanted.condition()
    return warehouse.rows(_PAIRS.format(current=CURRENT, condition=condition), {**given, "limit": limit})
