"""The truth was kept while the year was made; the naive oracle folds the events. They must say the same at every point."""

from collections import Counter

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from tests.publishers.simulator import plans


def assert_truth_is_what_the_oracle_folds(what):
    found = plans.made(what)
    events, truth = plans.sent(found), plans.truth(found)
    for point in what.points:
        told = Counter({(school, grade, sex): n for (at, school, grade, sex), n in truth.items() if at == point})
        assert told == plans.census(events, point), point


@pytest.mark.parametrize("seed", range(4))
def test_two_affiliations_with_every_planted_case(seed):
    assert_truth_is_what_the_oracle_folds(plans.plan(seed=seed))


@pytest.mark.parametrize("seed", range(1))
def test_one_affiliation_at_the_usual_pace(seed):
    assert_truth_is_what_the_oracle_folds(plans.plan(12, 600, seed, ("31",), busier=1.0, cases=3))


@settings(max_examples=25)
@given(st.integers(1, 20), st.integers(0, 60), st.integers(0, 2**32), st.sampled_from([("31",), ("10", "31", "11")]))
def test_of_any_size(schools, pupils, seed, affiliations):
    assert_truth_is_what_the_oracle_folds(plans.plan(schools, pupils, seed, affiliations))
