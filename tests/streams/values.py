"""Any event, acting event, roll entry or finding, as Hypothesis makes them."""

from hypothesis import strategies as st

from streams.crossing import Rolled
from streams.event import NONE, Acting, Event, rank_of
from streams.finding import Finding

IDS = st.binary(min_size=16, max_size=16)
DAYS = st.integers(-(2**31), 2**31 - 1)
LONGS = st.integers(-(2**63), 2**63 - 1)
SCHOOLS = st.integers(0, 2**64 - 1)
TEXTS = st.text(max_size=60)
TOPICS = st.text("abcdefghijklmnopqrstuvwxyz.-", min_size=1, max_size=249)
PLACES = st.tuples(LONGS, TOPICS, st.integers(0, 2**16 - 1), LONGS)
BIRTHS = st.tuples(st.integers(0, 2**64 - 1), st.integers(0, 2**16 - 1))


@st.composite
def events(draw: st.DrawFn, person: bytes = NONE) -> Event:
    act = draw(st.integers(1, 12))
    return Event(
        draw(st.integers(0, 2**16 - 1)), draw(DAYS), draw(LONGS), rank_of(act), draw(IDS), draw(SCHOOLS), act, person,
        draw(SCHOOLS), draw(PLACES), draw(st.none() | TEXTS), draw(st.none() | TEXTS), draw(st.none() | TEXTS),
        draw(st.none() | BIRTHS),
    )  # fmt: skip


ACTING = st.builds(Acting, SCHOOLS, IDS, PLACES, IDS, IDS, IDS, IDS)
ROLLED = st.builds(Rolled, SCHOOLS, IDS, st.booleans(), TEXTS, TEXTS, TEXTS)


def rolled_of(person: bytes) -> st.SearchStrategy[Rolled]:
    return st.builds(Rolled, SCHOOLS, st.just(person), st.booleans(), TEXTS, TEXTS, TEXTS)


def findings_of(person: bytes) -> st.SearchStrategy[Finding]:
    """What a standing keeps of one: who it is."""
    codes = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ_", min_size=1, max_size=40)
    return st.builds(Finding, codes, st.just(person), SCHOOLS, SCHOOLS, IDS, st.just(()), st.just(()))
