"""The stream's rolls are those of the naive census, and its findings those of the SQL, on histories by chance."""

import random
from collections import Counter
from datetime import date, timedelta

import pytest

from snapshots.findings.rules import open_findings
from streams.days import point_of
from tests.snapshots.histories import WHOLE, crowded_log, random_log, store
from tests.snapshots.oracle import census
from tests.streams.network import Network, copies_marked

DAYS = (date(2021, 6, 10), date(2022, 6, 10), date(2022, 12, 2), date(2023, 5, 16), date(2024, 3, 31))
EPOCH = date(1970, 1, 1)
OFTEN = {
    "CORRECTION_WITHOUT_STAY", "DECISION_OFF_ROLL", "ENTRY_WHILE_ON_ROLL", "EXIT_OF_ENDED_STAY", "MOVES_TIED",
    "VOID_OF_ANOTHER_PERSON",
}  # fmt: skip
"""What the walk finds odd, and acts on others: that two find the same says little where they find nothing."""


def _days(day):
    return (day - EPOCH).days


@pytest.mark.parametrize("seed", range(12))
def test_rolls_and_counts_are_the_census(seed):
    chance = random.Random(seed)
    log = list(copies_marked(random_log(chance, 60)))
    network = Network(seed=seed, faults=0.03 if seed % 2 else 0.0)
    network.accept(log)
    for day in DAYS:
        network.run(_days(day))
        point = point_of(_days(day))
        wanted = census(log, point.year, day, WHOLE)
        shown = {
            key: tuple(str(values.get(name, "")) for name in ("grade", "sex", "student_number"))
            for key, values in wanted.items()
        }
        assert network.rolls() == shown
        counted = {}
        for (school, _), (grade, sex, _number) in shown.items():
            counted[school, grade, sex] = counted.get((school, grade, sex), 0) + 1
        assert network.counts() == counted
        network.restart()
        assert network.counts() == counted


@pytest.mark.real
@pytest.mark.parametrize("seed", range(5))
def test_findings_are_those_of_the_sql(warehouse, seed):
    """200 histories, each with schools and pupils of its own, at several days."""
    seen = _compared(warehouse, random_log(random.Random(100 + seed), 200), seed)
    assert {code for code, count in seen.items() if count > 1} >= OFTEN


@pytest.mark.real
@pytest.mark.parametrize("seed", range(3))
def test_findings_of_crowded_histories_are_those_of_the_sql(warehouse, seed):
    """What the walk finds odd, many times over."""
    seen = _compared(warehouse, crowded_log(random.Random(seed), 400), seed)
    assert {code for code, count in seen.items() if count > 50} >= OFTEN - {"VOID_OF_ANOTHER_PERSON"}


def _compared(warehouse, log, seed):
    """How many there were of each code, on whatever day."""
    told = list(copies_marked(log))
    warehouse.execute("TRUNCATE TABLE change_log")
    store(warehouse, told)
    network = Network(partitions=5, seed=seed, grace=20)
    network.accept(told)
    seen = set()
    for day in DAYS:
        network.run(_days(day))
        found = {(one.code, one.person_key, one.school_code, one.other_school, one.subject) for one in
                 open_findings(warehouse, WHOLE, day, 20)}  # fmt: skip
        assert network.open_findings() == found
        seen |= found
    return Counter(code for code, *_ in seen)


@pytest.mark.parametrize("seed", range(30))
def test_order_repeats_and_crashes_change_nothing(seed):
    chance = random.Random(1000 + seed)
    log = random_log(chance, 15)
    first = list(copies_marked(log))
    calm = Network(seed=seed)
    calm.accept(first)
    calm.run(_days(DAYS[2]))
    again = list(log)
    chance.shuffle(again)
    wild = Network(partitions=3, seed=seed + 1, faults=0.05)
    told = list(copies_marked(again))
    wild.accept(told + chance.sample(told, len(told) // 4), largest=9)
    for day in (DAYS[1] - timedelta(days=40), DAYS[1], DAYS[2]):
        wild.run(_days(day))
    assert wild.open_findings() == calm.open_findings()
    assert wild.rolls() == calm.rolls()
