"""What holds across ids against what is stored: only differences are told."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import pytest

from consumers import findings_across
from consumers.findings_across import Told
from consumers.findings_rounds import FindingsRounds
from schemas.errors import ThabianError
from tests.consumers.findings import HERE, THERE, TOLD
from warehouse.clickhouse import ClickHouseWarehouse
from warehouse.findings_standing import standing
from warehouse.interface import Warehouse, WarehouseUnavailable

pytestmark = pytest.mark.real
DAY = date(2022, 6, 12)


@dataclass(frozen=True)
class Found:
    finding_id: bytes
    code: str = "ONE_PERSON_TWO_IDS"
    person_key: bytes = b"p" * 16
    school_code: int = HERE
    other_school: int = THERE
    subject: bytes = b"s" * 16
    persons: Sequence[bytes] = (b"p" * 16, b"s" * 16)
    evidence: Sequence[bytes] = ()


@dataclass
class Holding:
    """The rule, told what holds."""

    found: list[Found] = field(default_factory=list)
    asked: int = 0

    def __call__(self, warehouse: Warehouse, day: date) -> list[Found]:
        assert day == DAY
        self.asked += 1
        return self.found


def one(number: int, **more: Any) -> Found:
    return Found(bytes([number]) * 16, **more)


@pytest.fixture
def empty(warehouse: ClickHouseWarehouse) -> ClickHouseWarehouse:
    warehouse.execute("TRUNCATE TABLE findings")
    return warehouse


def states(warehouse: Warehouse) -> dict[int, tuple[str, int]]:
    query = f"SELECT finding_id, toString(state), toUnixTimestamp64Milli(opened_at) FROM ({standing()})"
    return {key[0]: (state, opened) for key, state, opened in warehouse.rows(query)}


def test_only_differences_are_told_and_what_ends_is_resolved(empty: ClickHouseWarehouse) -> None:
    holding = Holding([one(1), one(2, evidence=[b"e" * 16]), one(3, code="TWO_PERSONS_ONE_ID")])
    assert findings_across.tell(empty, holding, DAY, TOLD) == Told(3, 0)
    assert findings_across.tell(empty, holding, DAY, TOLD + 1) == Told(0, 0)
    assert empty.rows("SELECT count() FROM findings") == [(3,)]
    holding.found = [one(1), one(2, evidence=[b"f" * 16])]
    assert findings_across.tell(empty, holding, DAY, TOLD + 2) == Told(1, 1)
    assert states(empty) == {1: ("OPEN", TOLD), 2: ("OPEN", TOLD), 3: ("RESOLVED", TOLD)}
    holding.found = [one(3, code="TWO_PERSONS_ONE_ID")]
    assert findings_across.tell(empty, holding, DAY, TOLD + 3) == Told(1, 2)
    assert states(empty) == {1: ("RESOLVED", TOLD), 2: ("RESOLVED", TOLD), 3: ("OPEN", TOLD + 3)}


def test_runs_go_on_where_a_clock_went_back(empty: ClickHouseWarehouse) -> None:
    holding = Holding([one(1)])
    findings_across.tell(empty, holding, DAY, TOLD)
    holding.found = []
    assert findings_across.tell(empty, holding, DAY, TOLD - 5_000) == Told(0, 1)
    assert states(empty)[1][0] == "RESOLVED"


def test_other_codes_are_nobodys_here(empty: ClickHouseWarehouse) -> None:
    findings_across.tell(empty, Holding([one(1)]), DAY, TOLD)
    empty.execute("TRUNCATE TABLE findings")
    stream = Holding([replace(one(7), code="GRADE_JUMP")])
    findings_across.tell(empty, stream, DAY, TOLD)
    assert findings_across.tell(empty, Holding(), DAY, TOLD + 1) == Told(0, 0)


def rounds(warehouse: Warehouse, across: Any, *, is_first: bool = True) -> FindingsRounds:
    return FindingsRounds(warehouse, across, 60, lambda: 0, lambda: is_first, lambda: DAY, lambda: TOLD)


def test_a_round_looks_when_it_is_time_and_in_one_process_of_the_group_alone(empty: ClickHouseWarehouse) -> None:
    holding, now = Holding([one(1)]), [1000.0]
    ours = rounds(empty, holding)
    ours.monotonic = lambda: now[0]
    for at, asked in ((1000.0, 1), (1059.0, 1), (1060.0, 2)):
        now[0] = at
        ours.look()
        assert holding.asked == asked
    rounds(empty, holding, is_first=False).look()
    assert holding.asked == 2


def test_what_cannot_be_mended_by_waiting_ends_the_process(empty: ClickHouseWarehouse) -> None:
    said: list[ThabianError] = [WarehouseUnavailable("away"), ThabianError("WAREHOUSE_REFUSED", "no")]

    def across(*_: object) -> list[Found]:
        raise said.pop(0)

    ours = rounds(empty, across)
    ours.look_s = 0.01
    stopped: list[bool] = []
    ours.on_failure = lambda: stopped.append(True)
    ours.start()
    assert ours._thread is not None
    ours._thread.join(30)
    with pytest.raises(ThabianError, match="WAREHOUSE_REFUSED"):
        ours.close()
    assert stopped == [True]
    assert said == []
