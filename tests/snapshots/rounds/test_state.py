"""Who may do what in which state, by table; and the state is a function of the set of acts."""

import itertools
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapshots.rounds import rules
from snapshots.rounds.state import fold
from tests.snapshots.rounds.acts import ONE, TWO, A, B, act, opened, walk

MAY = {
    # (act, role): (round is, school is) → (round becomes, school becomes), written out beside the table of the product
    ("open", "bureau"): {("UNOPENED", None): ("OPEN", None)},
    ("confirm", "officer"): {("OPEN", "RECORDING"): ("OPEN", "CONFIRMED"), ("OPEN", "RETURNED"): ("OPEN", "CONFIRMED")},
    ("certify", "director"): {("OPEN", "CONFIRMED"): ("OPEN", "CERTIFIED")},
    ("acknowledge", "district"): {("OPEN", "CERTIFIED"): ("OPEN", "ACKNOWLEDGED")},
    ("return", "director"): {("OPEN", "CONFIRMED"): ("OPEN", "RETURNED")},
    ("return", "district"): {("OPEN", s): ("OPEN", "RETURNED") for s in ("CONFIRMED", "CERTIFIED", "ACKNOWLEDGED")},
    ("return", "bureau"): {("OPEN", s): ("OPEN", "RETURNED") for s in ("CONFIRMED", "CERTIFIED", "ACKNOWLEDGED")},
    ("window", "bureau"): {},
    ("close", "bureau"): {("OPEN", s): ("CLOSED", s) for s in rules.SCHOOL_STATES},
    ("reopen", "bureau"): {},
    ("reopen", "ministry"): {},
}
REOPENED = {"RECORDING": "RECORDING", "RETURNED": "RETURNED"}


@pytest.mark.parametrize("role", rules.roles())
@pytest.mark.parametrize("name", rules.acts())
@pytest.mark.parametrize(("round_is", "school_is"), list(itertools.product(rules.ROUND_STATES, rules.SCHOOL_STATES)))
def test_every_role_and_act_in_every_state(name, role, round_is, school_is):
    acts = [] if round_is == "UNOPENED" else [opened(), *walk(school_is)]
    acts += [act("close", "bureau")] if round_is == "CLOSED" else []
    before = fold(acts)
    after = fold([*acts, act(name, role, (A, ONE if name in ("certify", "acknowledge") else ""))])
    found = (after.state, after.school(A).state)
    if name == "open" and role == "bureau" and round_is == "UNOPENED":
        assert found == ("OPEN", "RECORDING")
    elif name == "reopen" and (name, role) in MAY and round_is == "CLOSED":
        assert found == ("OPEN", REOPENED.get(school_is, "RETURNED"))
        assert after.closing is None
    else:
        expected = MAY.get((name, role), {}).get((before.state, before.school(A).state))
        assert found == (expected or (before.state, before.school(A).state))


def test_the_table_names_every_role_act_and_state():
    assert set(rules.rules()) == set(MAY)
    assert {role for _, role in rules.rules()} == set(rules.roles())
    for rule in rules.rules().values():
        assert set(rule.round_states) <= set(rules.ROUND_STATES)
        assert set(rule.school_states) | {rule.school_becomes or "RECORDING"} <= set(rules.SCHOOL_STATES)
        assert rule.subject in ("round", "school", "area")
        assert rule.needs in ("", "reason", "signature")


def test_a_district_signs_what_the_school_signed_and_nothing_else():
    acts = [opened(), *walk("CERTIFIED")]
    other = act("acknowledge", "district", (A, TWO))
    assert fold([*acts, other]).school(A).state == "CERTIFIED"
    assert other.event_id not in fold([*acts, other]).effective
    assert fold([*acts, act("acknowledge", "district", (A, ONE), (B, ONE))]).school(A).state == "ACKNOWLEDGED"


def test_a_school_that_was_returned_signs_anew():
    acts = [opened(), *walk("ACKNOWLEDGED"), act("return", "district", (A, ""), reason="x")]
    assert fold(acts).school(A).signed is None
    again = fold([*acts, *walk("ACKNOWLEDGED", checksum=TWO)])
    assert (again.school(A).state, again.school(A).checksum) == ("ACKNOWLEDGED", TWO)


def test_reopening_leaves_the_signatures_of_the_others():
    acts = [opened(), *walk("ACKNOWLEDGED"), *walk("ACKNOWLEDGED", school=B), act("close", "bureau", root="x")]
    assert fold(acts).closing.root == "x"
    state = fold([*acts, act("reopen", "bureau", (A, ""), reason="x")])
    assert (state.school(A).state, state.school(A).checksum) == ("RETURNED", "")
    assert (state.school(B).state, state.school(B).checksum) == ("ACKNOWLEDGED", ONE)


def test_of_two_at_once_the_first_counts_and_the_other_has_no_effect():
    confirmed = [opened(), *walk("CONFIRMED")]
    certify, returned = act("certify", "director", (A, ONE)), act("return", "director", (A, ""), reason="x")
    state = fold([*confirmed, returned, certify])
    assert state.school(A).state == "CERTIFIED"
    assert returned.event_id not in state.effective, "a director returns what is confirmed, not what is certified"
    late = act("certify", "director", (A, TWO))
    assert late.event_id not in fold([*confirmed, certify, late]).effective


acts = st.builds(
    act,
    st.sampled_from(rules.acts()),
    st.sampled_from(list(rules.roles())),
    st.tuples(st.sampled_from((A, B)), st.sampled_from((ONE, TWO, ""))),
    acted_at=st.integers(0, 5),
    windows=st.sampled_from(((), ("certify",), ("close", "cut"))),
    ends_at=st.integers(1, 9),
    area=st.sampled_from(("", "สำนักงานเขตลาดกระบัง")),
)
some = st.lists(acts, max_size=12).map(lambda made: [opened(), *walk("CERTIFIED"), *made])


@given(made=some, seed=st.integers(0, 99))
def test_order_and_repetition_of_what_is_stored_change_nothing(made, seed):
    mixed = made + random.Random(seed).choices(made, k=5)
    random.Random(seed).shuffle(mixed)
    assert fold(mixed) == fold(made)
    effective = [one for one in made if one.event_id in fold(made).effective]
    assert fold(effective) == fold(made), "what had no effect had none"


@given(made=some)
def test_a_schools_state_follows_from_its_own_acts_and_the_rounds(made):
    """What `store.acts_about` reads is enough."""
    whole = fold(made)
    own = fold([one for one in made if one.act in rules.acts_of("round") or A in dict(one.schools)])
    assert own.school(A) == whole.school(A)
    assert (own.state, own.closing) == (whole.state, whole.closing)
    general = {place for place in whole.moved if place[1] in ("", f"{A:010}")}
    assert {place: own.moved.get(place) for place in general} == {place: whole.moved[place] for place in general}
