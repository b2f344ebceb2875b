"""A pupil on two rolls, or reported dead elsewhere, stands against closing until it is settled (semantics 6.2)."""

import pytest

from snapshots.findings_register.counts import blocked_schools
from warehouse.clickhouse import ClickHouseWarehouse

pytestmark = pytest.mark.real
HERE, THERE, ELSEWHERE = 3101000001, 3101000002, 3101000003


def tell(
    warehouse: ClickHouseWarehouse, number: int, code: str, state: str, school: int, other: int = 0, offset: int = 0
) -> None:
    row = {
        "finding_id": bytes([number]) * 16, "told_at": number, "topic": "t", "partition": 0, "offset": offset,
        "code": code, "state": ["OPEN", "RESOLVED"].index(state) + 1, "school_code": school, "other_school": other,
    }  # fmt: skip
    warehouse.insert("findings", {name: [value] for name, value in row.items()})


def act(warehouse: ClickHouseWarehouse, number: int, what: int) -> None:
    warehouse.insert("finding_acts", {"finding_id": [bytes([number]) * 16], "act": [what], "acted_at": [number]})


def test_a_blocking_finding_blocks_both_schools_until_it_is_settled(warehouse: ClickHouseWarehouse) -> None:
    assert blocked_schools(warehouse) == set()
    tell(warehouse, 1, "ACTIVE_AT_TWO_SCHOOLS", "OPEN", HERE, THERE)
    tell(warehouse, 2, "ACTIVE_AFTER_DEATH", "OPEN", ELSEWHERE)
    tell(warehouse, 3, "GRADE_JUMP", "OPEN", 3101000004)
    assert blocked_schools(warehouse) == {HERE, THERE, ELSEWHERE}, "a jump of grade blocks nobody"
    act(warehouse, 2, 2)
    assert blocked_schools(warehouse) == {HERE, THERE}, "an officer dismissed it"
    act(warehouse, 1, 1)
    assert blocked_schools(warehouse) == {HERE, THERE}, "that it is so does not settle it"
    tell(warehouse, 1, "ACTIVE_AT_TWO_SCHOOLS", "RESOLVED", HERE, THERE, offset=9)
    assert blocked_schools(warehouse) == set()
