"""Too many unreadable messages stop intake before they are drained into the dead letters."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumers.flood import FloodGate, FloodLimits
from schemas.errors import ThabianError


def through(gate: FloodGate, dead: list[bool]) -> bool:
    try:
        gate.check(dead)
    except ThabianError as error:
        return error.code != "DEAD_LETTER_FLOOD"
    gate.passed(dead)
    return True


@given(st.lists(st.lists(st.booleans(), min_size=1, max_size=9)), st.integers(1, 9))
def test_a_run_is_counted_across_batches(batches: list[list[bool]], limit: int) -> None:
    gate = FloodGate(FloodLimits(run=limit, ratio=0, window=1))
    seen = ""
    for batch in batches:
        seen += "".join("x" if one else " " for one in batch)
        expected = "x" * limit not in seen
        assert through(gate, batch) == expected
        if not expected:
            return


def test_a_share_is_taken_of_a_whole_window() -> None:
    gate = FloodGate(FloodLimits(run=0, ratio=0.5, window=10))
    assert through(gate, [True] * 5), "no window yet"
    assert through(gate, [False] * 5), "five of ten is not over the half"
    assert not through(gate, [True] * 6)


def test_what_was_long_ago_is_forgotten() -> None:
    gate = FloodGate(FloodLimits(run=0, ratio=0.5, window=10))
    for _ in range(100):
        assert through(gate, [False] * 10)
    assert not through(gate, [True] * 12)


def test_a_batch_that_was_stopped_does_not_count() -> None:
    gate = FloodGate(FloodLimits(run=3, ratio=0, window=1))
    assert not through(gate, [True] * 3)
    assert through(gate, [True] * 2)


@pytest.mark.parametrize("limits", [FloodLimits(0, 0, 1), FloodLimits(0, 0.0, 10)])
def test_limits_can_be_switched_off(limits: FloodLimits) -> None:
    assert through(FloodGate(limits), [True] * 100_000)
