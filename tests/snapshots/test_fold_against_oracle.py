"""The SQL fold equals the naive oracle: roll and all eight attributes, on histories by chance."""

import random
from datetime import date, timedelta

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.snapshots.histories import TOPICS, fold, random_log, store
from tests.snapshots.oracle import Cut, Event, census
from warehouse.interface import Warehouse

pytestmark = pytest.mark.real
HISTORIES = 400


# A seed does not shrink into a simpler history: a failure names its school, and its history is cut down by hand.
@settings(max_examples=6, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(seed=st.integers(0, 2**32))
def test_sql_equals_oracle(warehouse: Warehouse, seed: int) -> None:
    chance = random.Random(seed)
    log = random_log(chance, HISTORIES)
    warehouse.execute("TRUNCATE TABLE change_log")
    half = len(log) // 2
    store(warehouse, log[:half])  # two parts: rows of a school and copies of an identity lie in both
    store(warehouse, log[half:])
    for _ in range(5):
        year = chance.choice((2564, 2565, 2565, 2566, 2567))
        day = date(year - 543, 5, 15) + timedelta(days=chance.choice((0, 1, 2, 21, 26, 27, 300)))
        cut = _cut(chance, log)
        found, right = fold(warehouse, year, day, cut), census(log, year, day, cut)
        wrong = sorted(pupil for pupil in found.keys() | right.keys() if found.get(pupil) != right.get(pupil))
        assert not wrong, f"{len(wrong)} of {len(right)} pupils, first {wrong[0]} at {(year, day)}"


def _cut(chance: random.Random, log: list[Event]) -> Cut:
    if chance.random() < 0.6:
        return dict.fromkeys(TOPICS, len(log))
    return {place: chance.randrange(len(log) // 3) for place in TOPICS if chance.random() < 0.9}
