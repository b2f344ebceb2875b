"""Events as bytes, and copies of one identity."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.limits import LONGEST_TEXT
from streams.event import (
    Acting,
    Event,
    merged,
    pack,
    pack_acting,
    rank_of,
    unpack,
    unpack_acting,
)  # fmt: skip
from tests.snapshots.histories import ACTS, identity
from tests.snapshots.oracle import RANKS
from tests.streams.values import ACTING, events

PERSON = identity(7)


@given(st.lists(events(PERSON), max_size=4))
def test_events_end_to_end_come_back_as_they_were(several: list[Event]) -> None:
    assert list(unpack(b"".join(map(pack, several)), PERSON)) == several


@given(st.lists(ACTING, max_size=4))
def test_acting_events_end_to_end_come_back_as_they_were(several: list[Acting]) -> None:
    assert list(unpack_acting(b"".join(map(pack_acting, several)))) == several


@pytest.mark.parametrize("number", ["ก" * 166, "1" + "ก" * 166, "1" * LONGEST_TEXT])
def test_the_longest_text_intake_accepts_is_kept_whole(number: str) -> None:
    """Cut short it would be another one, or, cut within a letter, none that can be read."""
    one = Event(2565, 0, 0, 0, identity(1), 1, 1, PERSON, 0, (0, "t", 0, 0), "05", number, "F", None)
    (back,) = unpack(pack(one), PERSON)
    assert back.student_number == number
    assert (back.grade, back.sex) == ("05", "F")


def test_ranks_are_those_of_the_walk() -> None:
    assert {act: rank_of(number) for number, act in enumerate(ACTS, 1)} == {act: RANKS.get(act, 1) for act in ACTS}


@given(st.permutations(range(4)), st.integers(0, 4))
def test_of_copies_the_first_in_the_log_stays(order: list[int], cut: int) -> None:
    copies = [
        Event(2565, at, 0, 0, identity(1), 1, 1, PERSON, 0, (5 - at, "t", 0, at), None, None, None, None)
        for at in range(4)
    ]
    other = copies[0]._replace(school=2)
    mixed = [copies[at] for at in order]
    assert set(merged([*mixed[:cut], other], mixed[cut:])) == {copies[3], other}
