"""How many findings there are, by code and state, and between which schools."""

from schemas.codes import REGISTER_FINDINGS, Severity
from snapshots.findings_register.standing import CURRENT, Filter
from warehouse.interface import Row, Warehouse

_BLOCKING = tuple(one.code for one in REGISTER_FINDINGS if one.severity is Severity.BLOCKING)
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


def blocked_schools(warehouse: Warehouse) -> set[int]:
    """Schools of a blocking finding that somebody has to settle: one whose condition holds, and that nobody dismissed."""
    query = f"""
        SELECT DISTINCT arrayJoin([school_code, other_school]) FROM ({CURRENT})
        WHERE code IN %(codes)s AND NOT settled AND stands != 'dismissed'
    """
    return {school for (school,) in warehouse.rows(query, {"codes": _BLOCKING}) if school}


def pairs(warehouse: Warehouse, wanted: Filter, limit: int) -> list[Row]:
    """(school, other school, findings between them, when the oldest opened in ms), most findings first."""
    condition, given = wanted.condition()
    return warehouse.rows(_PAIRS.format(current=CURRENT, condition=condition), {**given, "limit": limit})
