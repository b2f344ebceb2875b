"""What a signature covers: another slice at the cut is CHANGED_SINCE_SIGNED (semantics 6.5), none is ABSENT (6.3)."""

from snapshots import calendars
from snapshots.rounds import signing
from snapshots.rounds.progress import Counts, progress
from snapshots.rounds.state import fold
from snapshots.schools import School
from tests.snapshots.rounds.acts import ONE, TWO, A, B, act, opened, walk

ROUND = calendars.find_round("bangkok-1-2565")


def school(code: int, area: str = "สำนักงานเขตพระนคร") -> School:
    return School(code, "โรงเรียนสมมติ", "31", area, "", "", False, True, None, None)


MEMBERS = {A: school(A), B: school(B, "สำนักงานเขตดุสิต")}


def codes(acts, at_cut):
    return [(one.school.code, one.code) for one in signing.blockers(fold([opened(), *acts]), MEMBERS, at_cut)]


def test_nothing_stands_against_closing_when_all_signed_what_is_there():
    both = [*walk("ACKNOWLEDGED"), *walk("ACKNOWLEDGED", school=B, checksum=TWO)]
    assert codes(both, {A: ONE, B: TWO}) == []


def test_each_school_has_its_reason():
    assert codes([], {A: ONE}) == [(A, "NOT_CERTIFIED"), (B, "ABSENT")]
    assert codes(walk("CERTIFIED"), {A: ONE, B: ONE}) == [(A, "NOT_ACKNOWLEDGED"), (B, "NOT_CERTIFIED")]
    assert codes(walk("ACKNOWLEDGED"), {A: TWO, B: ONE})[0] == (A, "CHANGED_SINCE_SIGNED")
    assert codes(walk("ACKNOWLEDGED"), {B: ONE})[0] == (A, "CHANGED_SINCE_SIGNED"), "signed, and gone"


def test_a_blocking_finding_stands_against_closing():
    """The history: a pupil reported dead at one school stayed on the roll of another, and the round closed."""
    acts = [*walk("ACKNOWLEDGED"), *walk("ACKNOWLEDGED", school=B, checksum=TWO)]
    found = signing.blockers(fold([opened(), *acts]), MEMBERS, {A: ONE, B: TWO}, {B, 3101000009})
    assert [(one.school.code, one.code) for one in found] == [(B, "BLOCKING_FINDING")]


def test_a_change_that_was_taken_back_stands():
    """A correction and its undoing between signature and cut: the slice is what was signed."""
    assert codes(walk("ACKNOWLEDGED"), {A: ONE, B: ONE})[:1] == [(B, "NOT_CERTIFIED")]
    assert [one.code for one in signing.changed(fold([opened(), *walk("CERTIFIED")]), MEMBERS, {A: TWO})] == [A]


def test_the_root_knows_every_school_and_checksum():
    assert signing.root_of({A: ONE, B: TWO}) == signing.root_of({B: TWO, A: ONE})
    assert len({signing.root_of(each) for each in ({A: ONE, B: TWO}, {A: ONE}, {A: TWO, B: ONE})}) == 3


def test_progress_counts_each_school_once_and_names_the_next_deadline():
    acts = [opened(), *walk("ACKNOWLEDGED"), *walk("CERTIFIED", school=B)]
    state = fold([*acts, act("return", "district", (B, ""), reason="x")])
    found = progress(ROUND, state, MEMBERS, {A, B}, ROUND.windows["certify"].begins)
    assert found.total == Counts(2, 2, 1, 1, 1, 1)
    assert found.areas["สำนักงานเขตดุสิต"] == Counts(1, 1, 0, 0, 0, 1)
    assert found.deadline == (ROUND.windows["certify"].ends, "certify", "")
    assert progress(ROUND, state, MEMBERS, (), 2**45).deadline is None
    closed = fold([*acts, act("close", "bureau", root="x")])
    assert progress(ROUND, closed, MEMBERS, (), ROUND.windows["certify"].begins).deadline is None
