"""What was told of a pupil, as bytes; and when it is to be looked at again."""

from hypothesis import given
from hypothesis import strategies as st

from streams.crossing import Rolled
from streams.standing import NEVER, NOTHING, Said, Standing, is_due, pack, unpack
from tests.snapshots.histories import identity
from tests.streams.values import DAYS, findings_of, rolled_of

PERSON = identity(7)
SAID = st.builds(
    Said,
    st.lists(rolled_of(PERSON), max_size=3).map(tuple),
    st.lists(findings_of(PERSON), max_size=3).map(tuple),
)


@given(st.builds(Standing, DAYS, DAYS, SAID, SAID))
def test_it_comes_back_as_it_was(standing: Standing) -> None:
    assert unpack(pack(standing), PERSON) == standing


def test_where_nothing_is_there_is_nothing() -> None:
    assert unpack(None, PERSON) == NOTHING
    assert unpack(pack(NOTHING), PERSON) == NOTHING


@given(st.builds(Standing, DAYS, DAYS, SAID, SAID), DAYS)
def test_it_is_due(standing: Standing, day: int) -> None:
    wanted = standing.due <= day or standing.day > day or standing.perhaps != Said()
    assert is_due(pack(standing), day) == wanted


def test_the_day_itself_and_not_the_day_before() -> None:
    packed = pack(Standing(day=10, due=20))
    assert [is_due(packed, day) for day in (9, 10, 19, 20, 21)] == [True, False, False, True, True]
    assert not is_due(pack(Standing(day=10, due=NEVER)), 20_000)


def test_what_may_not_have_been_told_is_due() -> None:
    assert is_due(pack(Standing(10, 20, Said(), Said((Rolled(1, PERSON, True),)))), 10)
