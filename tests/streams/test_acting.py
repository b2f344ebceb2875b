"""Numbers and removals as one partition knows them, against the naive oracle of semantics 5."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.acting import ActingEvents
from streams.event import NONE, Acting
from tests.snapshots.histories import identity
from tests.snapshots.oracle import Event, rule_5_1_set, rule_5_2_removal, rule_5_3_persons
from tests.streams.network import split

PERSONS = [identity(at) for at in range(1, 7)]
IDS = [identity(100 + at) for at in range(1, 9)]
WHOLE = {("student-changes.a", 0): 2**40}
S, T = 1020080005, 1020080006

LOGS = st.lists(
    st.one_of(
        st.builds(
            Event, st.sampled_from((S, T)), st.sampled_from(PERSONS), st.just("identity"), st.sampled_from(IDS),
            new_person=st.sampled_from(PERSONS), replaces=st.sampled_from((b"", *IDS)),
            append_time=st.integers(0, 3), offset=st.integers(0, 30),
        ),
        st.builds(
            Event, st.sampled_from((S, T)), st.sampled_from(PERSONS), st.just("void"), st.sampled_from(IDS),
            voids=st.sampled_from(IDS), append_time=st.integers(0, 3), offset=st.integers(0, 30),
        ),
    ),
    max_size=8,
    unique_by=lambda event: (event.append_time, event.offset),
)  # fmt: skip


def learnt(log: list[Event]) -> ActingEvents:
    known = ActingEvents()
    for one in split(log)[1]:
        known.learn(one)
    return known


def ends(log: list[Event]) -> dict[bytes, bytes]:
    """Of every number, the one it ends in, as the oracle has it."""
    followed = rule_5_3_persons(rule_5_2_removal(rule_5_1_set(log, WHOLE)))
    return {person: followed.get(person, person) for person in PERSONS}


@given(LOGS, st.randoms(use_true_random=False))
def test_numbers_lead_where_the_oracle_says(log: list[Event], chance: random.Random) -> None:
    wanted = ends(log)
    again = chance.sample(log, len(log)) + log[: len(log) // 2]
    for known in (learnt(log), learnt(again)):
        assert {person: known.end(person) for person in PERSONS} == wanted
        groups = {end: {one for one in PERSONS if wanted[one] == end} for end in wanted.values()}
        assert {end: set(known.group(end)) for end in groups} == groups


@given(LOGS)
def test_who_is_touched_is_at_least_who_moved(log: list[Event]) -> None:
    """A pupil whose numbers change and who is not looked at would keep what was told of it."""
    known = ActingEvents()
    for one in split(log)[1]:
        before = {person: known.end(person) for person in PERSONS}
        touched = known.touched(one)
        known.learn(one)
        touched |= known.touched(one)
        assert {person for person in PERSONS if known.end(person) != before[person]} <= touched


def replaced(old: int, new: int, at: int = 0, **more: object) -> Event:
    more.setdefault("event_id", identity(200 + at))
    return Event(S, PERSONS[old], "identity", new_person=PERSONS[new], offset=at, append_time=at, **more)


@pytest.mark.parametrize(
    ("steps", "end"),
    [
        ([(0, 1)], 1),
        ([(0, 1), (1, 2), (2, 3)], 3),
        ([(0, 1), (0, 1)], 1),
        ([(0, 1), (0, 2)], 0),
        ([(0, 1), (1, 0)], 0),
        ([(0, 0)], 0),
        ([(0, 1), (1, 2), (2, 1)], 1),  # up to the cycle
        ([(0, 1), (1, 2), (1, 3)], 1),  # up to where it parts
    ],
)
def test_chains_cycles_and_two_targets(steps: list[tuple[int, int]], end: int) -> None:
    log = [replaced(old, new, at) for at, (old, new) in enumerate(steps)]
    for order in (log, log[::-1]):
        assert learnt(order).end(PERSONS[0]) == PERSONS[end]
    assert ends(log)[PERSONS[0]] == PERSONS[end]


def test_a_repeat_is_no_news_and_an_earlier_copy_is() -> None:
    known = ActingEvents()
    late = Acting(S, IDS[0], (5, "t", 0, 5), NONE, NONE, PERSONS[0], PERSONS[1])
    early = late._replace(place=(4, "t", 0, 4), new_person=PERSONS[2])
    assert [known.learn(one) for one in (late, late, early, late, early)] == [True, False, True, False, False]
    assert known.end(PERSONS[0]) == PERSONS[2]
    assert list(known.all()) == [early]


def test_one_that_names_itself_removes_nothing() -> None:
    itself = Acting(S, IDS[0], (0, "t", 0, 0), NONE, IDS[0], PERSONS[0], PERSONS[1])
    known = ActingEvents()
    known.learn(itself)
    assert not known.is_removed(S, IDS[0])
    assert known.end(PERSONS[0]) == PERSONS[1]


def test_another_schools_removes_nothing() -> None:
    known = ActingEvents()
    known.learn(Acting(T, IDS[1], (0, "t", 0, 0), IDS[0], NONE, PERSONS[0], NONE))
    assert not known.is_removed(S, IDS[0])
    assert known.is_removed(T, IDS[0])
    assert known.is_named(IDS[0])
