"""Findings across ids, in SQL alone: the ids of one person live in different partitions of the stream (semantics 7).

They compare match_key, which persons alone holds, of the entries behind the roll.
"""

from datetime import date
from typing import Final

from snapshots.findings.found import Found, made_of
from snapshots.findings.ground import Ground, ground, of_pupils
from snapshots.fold import steps
from snapshots.log_ends import Cut
from warehouse.interface import Warehouse

CODES: Final = ("ONE_PERSON_TWO_IDS", "TWO_PERSONS_ONE_ID")

_STEPS: Final = steps("findings/sql/across")
_COLUMNS: Final = "(person FixedString(16), school_code UInt64, matching FixedString(16))"


def across_ids(warehouse: Warehouse, cut: Cut, day: date) -> list[Found]:
    """ONE_PERSON_TWO_IDS and TWO_PERSONS_ONE_ID of the events below a cut on a day in Bangkok, sorted."""
    with ground(warehouse, cut, day, grace_days=0) as prepared:
        _match(prepared)
        rows = [row for rule in ("one_person_two_ids", "two_persons_one_id") for row in prepared.rows(_STEPS[rule])]
        _drop(warehouse)
    return sorted(made_of(rows))


def _match(prepared: Ground) -> None:
    """Fill findings_matched, range by range."""
    warehouse = prepared.fold.warehouse
    _drop(warehouse)
    warehouse.execute(
        f"CREATE TEMPORARY TABLE findings_matched {_COLUMNS} ENGINE = MergeTree ORDER BY (person, school_code)"
    )
    statement = f"INSERT INTO findings_matched {prepared.by_pupil(_STEPS['matched'])}"
    for pupils in prepared.pupil_ranges:
        warehouse.execute(statement, prepared.parameters() | of_pupils(pupils), settings=prepared.fold.settings)


def _drop(warehouse: Warehouse) -> None:
    warehouse.execute("DROP TEMPORARY TABLE IF EXISTS findings_matched")
