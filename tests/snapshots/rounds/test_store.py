"""Stored before it is sent: whatever crashes in between, nothing is lost."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapshots.rounds import act as act_module
from snapshots.rounds import store
from tests.snapshots.rounds.acts import ONE, A, B, act, opened, walk
from warehouse.clickhouse import ClickHouseWarehouse

FULL = act(
    "reopen", "bureau", (A, ONE), (B, ""), area="สำนักงานเขตลาดกระบัง", version="2565-1-x", cut=ONE, root=ONE,
    reason="แก้ไข", windows=("certify", "cut"), begins_at=5, ends_at=2**40 + 1, source="test",
)  # fmt: skip


def test_there_and_back_as_a_message():
    assert act_module.decode(act_module.encode(FULL)) == FULL
    with pytest.raises(ValueError, match="RoundActed"):
        act_module.decode(b"")


@given(st.text(max_size=20), st.lists(st.tuples(st.integers(0, 2**62), st.text(max_size=5)), max_size=3))
def test_any_text_and_schools_go_there_and_back(text, schools):
    made = dataclasses.replace(FULL, reason=text, actor=text, schools=tuple(schools))
    assert act_module.decode(act_module.encode(made)) == made


@pytest.mark.real
def test_a_crash_between_storing_and_sending_loses_nothing(warehouse: ClickHouseWarehouse) -> None:
    first, second = opened(), walk("CONFIRMED")[0]
    store.store(warehouse, first)
    with pytest.raises(RuntimeError):
        store.send_pending(warehouse, broken, 1)
    store.store(warehouse, second)
    store.store(warehouse, second)
    log: list[tuple[str, bytes]] = []

    def refuses_the_second(messages):
        log.extend(messages[:1])
        return [True, False]

    assert store.send_pending(warehouse, refuses_the_second, 1) == (1, 1)
    assert store.unsent(warehouse) == [second]

    def crashes_after_sending(messages):
        log.extend(messages)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        store.send_pending(warehouse, crashes_after_sending, 1)
    assert store.send_pending(warehouse, lambda messages: [True] * len(messages), 1) == (1, 0)
    assert [act_module.decode(value) for _, value in log] == [first, second]
    assert {key for key, _ in log} == {first.round}
    assert store.send_pending(warehouse, broken, 1) == (0, 0), "nothing waits"
    assert store.acts(warehouse, first.round) == [first, second]


@pytest.mark.real
def test_what_is_stored_comes_back(warehouse: ClickHouseWarehouse) -> None:
    made = dataclasses.replace(FULL, round="dmc-1-2565/1")
    store.store(warehouse, made)
    assert store.acts(warehouse, "dmc-1-2565/1") == [made]


@pytest.mark.real
def test_a_school_needs_its_own_acts_and_the_rounds_alone(warehouse: ClickHouseWarehouse) -> None:
    name = "chiang-rai-2556/1-1"
    made = [
        dataclasses.replace(one, round=name) for one in (opened(), *walk("CERTIFIED"), *walk("CONFIRMED", school=B))
    ]
    assert store.last(warehouse, name) == 0
    for one in made:
        store.store(warehouse, one)
    assert store.acts_about(warehouse, name, [A]) == made[:3]
    assert store.acts_about(warehouse, name, []) == made[:1]
    assert store.last(warehouse, name) == made[-1].acted_at


def broken(messages):
    raise RuntimeError


def test_the_schema_is_the_one_that_was_written_with_before():
    """register.rounds is kept for ever: another schema needs a second mark to be read by, not another first one."""
    assert act_module.encode(FULL)[:10].hex() == "c30138cbca47817410da"
