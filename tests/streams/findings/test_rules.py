"""Each rule of docs/findings.md in the stream: what opens it, what just does not, what settles it, in every order."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from streams.finding import number_subject
from tests.snapshots.histories import NONE, identity
from tests.snapshots.oracle import Event
from tests.streams.findings.history import (
    ELSEWHERE,
    GRACE,
    JULY,
    JUNE,
    MAY,
    TODAY,
    Open,
    P,
    Q,
    R,
    S,
    T,
    U,
    days,
    event,
    found,
    network,
    noon,
    open_in_any_order,
    placed,
)  # fmt: skip

GRADE_5, GRADE_6, GRADE_8 = {"grade": "05", "sex": "F"}, {"grade": "06", "sex": "F"}, {"grade": "08", "sex": "F"}
LAST_MAY, NEXT_MAY = date(2021, 5, 16), date(2023, 5, 16)
BORN = {"birth_key": 7}
FIRST, SECOND = identity(1), identity(1001)
"""Ids: of the event that is named 1, and of the second of a history."""


def _numbered(number: str, **more: object) -> dict[str, object]:
    return GRADE_5 | {"student_number": number} | more


OPENS: dict[str, tuple[Sequence[Event], Open]] = {
    "two schools": ([event("enrolled", T), event("enrolled", S)], {("ACTIVE_AT_TWO_SCHOOLS", S, T)}),
    "two schools under two numbers": (
        [event("enrolled", S, person=Q), event("enrolled", T), event("identity", U, person=Q, new_person=P)],
        {("ACTIVE_AT_TWO_SCHOOLS", S, T)},
    ),
    "two affiliations": (
        [event("enrolled", ELSEWHERE), event("enrolled", S)],
        {("ACTIVE_AT_TWO_AFFILIATIONS", S, ELSEWHERE)},
    ),
    "dead at one, on the roll of another": (
        [event("enrolled", S), event("enrolled", T), event("died", T, JUNE)],
        {("ACTIVE_AFTER_DEATH", S, 0)},
    ),
    "changed the day after the death": (
        [event("enrolled"), event("died", S, JUNE), event("changed", S, JUNE + timedelta(1), values={"room": "2"})],
        {("EVENT_AFTER_DEATH", S, 0)},
    ),
    "left without an entry": ([event("dropped", S, JUNE)], {("EXIT_NEVER_ENTERED", S, 0)}),
    "left before the entry": (
        [event("dropped", S, JUNE), event("enrolled", S, JULY)],
        {("EXIT_NEVER_ENTERED", S, 0), ("REENTRY_AFTER_DROPOUT", S, 0)},
    ),
    "back after dropping out": (
        [event("enrolled", T), event("dropped", T, JUNE), event("enrolled", S, JULY)],
        {("REENTRY_AFTER_DROPOUT", S, 0)},
    ),
    "out and nowhere in": ([event("enrolled"), event("out", S, JUNE)], {("OUT_WITHOUT_IN", S, 0)}),
    "in and never out of the origin": (
        [event("enrolled", T), event("in", S, JUNE, other_school=T)],
        {("IN_WITHOUT_OUT", S, T), ("ACTIVE_AT_TWO_SCHOOLS", S, T)},
    ),
    "in from a school that knows nothing": ([event("in", S, JUNE, other_school=T)], {("IN_WITHOUT_OUT", S, T)}),
    "in from nowhere": ([event("in", S, JUNE)], {("IN_WITHOUT_OUT", S, 0)}),
    "a grade lower": (
        [event("enrolled", values=GRADE_6), event("changed", S, JUNE, values={"grade": "05"})],
        {("GRADE_BACKWARDS", S, 0)},
    ),
    "two grades higher": (
        [event("enrolled", values=GRADE_6), event("changed", S, JUNE, values={"grade": "08"})],
        {("GRADE_JUMP", S, 0)},
    ),
    "too old": ([event("enrolled", values=GRADE_5 | BORN, cohort=2010)], {("AGE_OUTSIDE_GRADE", S, 0)}),
    "too young": ([event("enrolled", values=GRADE_5 | BORN, cohort=2018)], {("AGE_OUTSIDE_GRADE", S, 0)}),
    "another sex": (
        [event("enrolled"), event("out", S, JUNE), event("in", T, JUNE, other_school=S, values={"sex": "M"})],
        {("SEX_CHANGED", S, T)},
    ),
    "another birth date": (
        [
            event("enrolled", values=GRADE_5 | {"birth_key": 7}, cohort=2014), event("out", S, JUNE),
            event("in", T, JUNE, other_school=S, values=GRADE_5 | {"birth_key": 8}, cohort=2014),
        ],
        {("BIRTH_DATE_CHANGED", S, T)},
    ),
    "a student number twice": (
        [event("enrolled", person=person, values=_numbered("77")) for person in (P, Q)],
        {("STUDENT_NUMBER_TWICE", S, 0)},
    ),
    "a student number three times": (
        [event("enrolled", person=person, values=_numbered("77")) for person in (P, Q, R)],
        {("STUDENT_NUMBER_TWICE", S, 0)},
    ),
    "a void of another school": (
        [event("enrolled", name=1), event("void", T, JUNE, voids=FIRST)],
        {("VOID_OF_ANOTHER_SCHOOL", T, S)},
    ),
    "a void of another pupil's entry": (
        [event("enrolled", name=1), event("void", S, JUNE, person=Q, voids=FIRST)],
        {("VOID_OF_ANOTHER_PERSON", S, 0)},
    ),
    "an entry in place of another pupil's": (
        [event("enrolled", name=1), event("enrolled", person=Q, replaces=FIRST)],
        {("VOID_OF_ANOTHER_PERSON", S, 0)},
    ),
    "entered while there": ([event("enrolled"), event("enrolled", S, JUNE)], {("ENTRY_WHILE_ON_ROLL", S, 0)}),
    "entered while there under the old number": (
        [event("enrolled", person=Q), event("enrolled", S, JUNE, person=Q), event("identity", person=Q, new_person=P)],
        {("ENTRY_WHILE_ON_ROLL", S, 0)},
    ),
    "entered while there a year on": (
        [
            event("enrolled", S, LAST_MAY), event("promoted", S, date(2022, 3, 31), values={"grade": "06"}),
            event("enrolled", S, values=GRADE_6),
        ],
        {("ENTRY_WHILE_ON_ROLL", S, 0)},
    ),
    "out twice under the old number": (
        [
            event("enrolled", person=Q), event("dropped", S, JUNE, person=Q), event("dropped", S, JULY, person=Q),
            event("identity", person=Q, new_person=P),
        ],
        {("EXIT_OF_ENDED_STAY", S, 0)},
    ),
    "out under the old number, the year over": (
        [event("enrolled", S, LAST_MAY, person=Q), event("dropped", S, person=Q), event("identity", person=Q, new_person=P)],
        {("EXIT_OF_ENDED_STAY", S, 0)},
    ),
    "out twice at one moment": (
        [event("enrolled"), event("dropped", S, JUNE), event("died", S, JUNE)], {("MOVES_TIED", S, 0)},
    ),
    "in twice at one moment, under two numbers": (
        [event("enrolled", person=Q), event("enrolled"), event("identity", person=Q, new_person=P)],
        {("MOVES_TIED", S, 0)},
    ),
    "decided and never entered": (
        [event("promoted", S, JUNE, values={"grade": "06"})], {("DECISION_OFF_ROLL", S, 0)},
    ),
    "decided after dropping out": (
        [event("enrolled"), event("dropped", S, JUNE), event("graduated", S, JULY)], {("DECISION_OFF_ROLL", S, 0)},
    ),
    "decided, and gone before the year's end": (
        [event("enrolled"), event("deferred", S, JUNE), event("dropped", S, JULY)], {("DECISION_OFF_ROLL", S, 0)},
    ),
    "decided for the year after one that nothing went on from": (
        [event("enrolled", S, LAST_MAY), event("repeats", S, JUNE)], {("DECISION_OFF_ROLL", S, 0)},
    ),
    "corrected and never entered": (
        [event("mended", S, JUNE, values={"room": "2"})], {("CORRECTION_WITHOUT_STAY", S, 0)},
    ),
    "corrected before the entry": (
        [event("mended", S, MAY, values={"room": "2"}), event("enrolled", S, JUNE)],
        {("CORRECTION_WITHOUT_STAY", S, 0)},
    ),
    "corrected at a school that entered another pupil": (
        [event("enrolled", S, person=Q), event("enrolled", T), event("mended", S, JUNE, values={"room": "2"})],
        {("CORRECTION_WITHOUT_STAY", S, 0)},
    ),
    "two targets": (
        [event("identity", S, person=P, new_person=Q), event("identity", T, person=P, new_person=R)],
        {("IDENTITY_NOT_FOLLOWED", S, 0), ("IDENTITY_NOT_FOLLOWED", T, 0)},
    ),
    "a cycle": (
        [event("identity", S, person=P, new_person=Q), event("identity", T, person=Q, new_person=P)],
        {("IDENTITY_NOT_FOLLOWED", S, 0), ("IDENTITY_NOT_FOLLOWED", T, 0)},
    ),
}  # fmt: skip

NEAR_MISSES: dict[str, Sequence[Event]] = {
    "one school under two numbers": [
        event("enrolled", person=Q), event("enrolled", S, JUNE), event("identity", person=Q, new_person=P),
    ],
    "left one of two": [event("enrolled"), event("out", S, JUNE), event("enrolled", T, JUNE)],
    "the other school's entry is not of this year": [
        event("enrolled", T, date(2021, 5, 16)), event("enrolled", S),
    ],
    "left before the other's death was told": [event("enrolled"), event("died", S, JUNE)],
    "changed on the day of the death": [
        event("enrolled"), event("died", S, JUNE), event("changed", S, JUNE, values={"room": "2"}),
    ],
    "a death told twice, a month apart": [event("enrolled"), event("died", S, JUNE), event("died", S, JULY)],
    "left on the day of the entry": [event("dropped", S), event("enrolled", S)],
    "back after leaving": [
        event("enrolled", T), event("out", T, JUNE), event("in", S, JUNE, other_school=T),
    ],
    "out, and in at another": [event("enrolled"), event("out", S, JUNE), event("enrolled", T, JULY)],
    "in first, within the grace, out afterwards": [
        event("enrolled"), event("in", T, JUNE - timedelta(9), other_school=S), event("out", S, JUNE),
    ],
    "one grade higher": [event("enrolled", values=GRADE_5), event("changed", S, JUNE, values={"grade": "06"})],
    "a vocational grade beside the general one": [
        event("enrolled", values={"grade": "13", "sex": "F"}), event("changed", S, JUNE, values={"grade": "16"}),
    ],
    "a grade of no list": [event("enrolled", values=GRADE_6), event("changed", S, JUNE, values={"grade": "99"})],
    "as young as may be": [event("enrolled", values=GRADE_5 | BORN, cohort=2017)],
    "as old as may be": [event("enrolled", values=GRADE_5 | BORN, cohort=2011)],
    "a birth date cleared": [event("enrolled", values=GRADE_5 | {"birth_key": 0})],
    "no sex at the other school": [
        event("enrolled"), event("out", S, JUNE), event("in", T, JUNE, other_school=S, values={"sex": ""}),
    ],
    "another sex at the same school": [event("enrolled"), event("changed", S, JUNE, values={"sex": "M"})],
    "no student number, twice": [event("enrolled", person=person, values=_numbered("")) for person in (P, Q)],
    "one number at two schools": [
        event("enrolled", S, values=_numbered("77")), event("enrolled", T, person=Q, values=_numbered("77")),
    ],
    "one number of one pupil under two": [
        event("enrolled", values=_numbered("77")), event("enrolled", S, JUNE, person=Q, values=_numbered("77")),
        event("identity", person=Q, new_person=P),
    ],
    "a void of the own school": [event("enrolled", name=1), event("void", S, JUNE, voids=FIRST)],
    "a void of nothing": [event("enrolled"), event("void", T, JUNE, voids=FIRST)],
    "a void under the pupil's other number": [
        event("enrolled", person=Q, name=1), event("void", S, JUNE, voids=FIRST), event("identity", person=Q, new_person=P),
    ],
    "entered in place of the own entry": [event("enrolled", name=1), event("enrolled", S, JUNE, replaces=FIRST)],
    "entered, left, entered": [event("enrolled"), event("out", S, JUNE), event("enrolled", S, JULY)],
    "left and entered on one day, recorded in that order": [
        event("enrolled"), event("out", S, JUNE), event("enrolled", S, JUNE, recorded_at=noon(JUNE) + 1),
    ],
    "entered the year after one that nothing went on from": [event("enrolled", S, LAST_MAY), event("enrolled", S)],
    "entered while at another school": [
        event("enrolled", T), event("enrolled", S, JUNE), event("dropped", T, JULY),
    ],
    "out once under each number": [
        event("enrolled", person=Q), event("enrolled", S, JUNE), event("dropped", S, JULY, person=Q),
        event("dropped", S, JULY + timedelta(1)), event("identity", person=Q, new_person=P),
    ],
    "out twice under the present number": [event("enrolled"), event("dropped", S, JUNE), event("dropped", S, JULY)],
    "out under an old number nothing was entered under": [
        event("enrolled"), event("dropped", S, JUNE), event("dropped", S, JULY, person=Q),
        event("identity", person=Q, new_person=P),
    ],
    "in and out at one moment": [event("enrolled", S, JUNE), event("dropped", S, JUNE)],
    "out twice, recorded a millisecond apart": [
        event("enrolled"), event("dropped", S, JUNE), event("dropped", S, JUNE, recorded_at=noon(JUNE) + 1),
    ],
    "out at one moment for two days": [
        event("enrolled"), event("dropped", S, JUNE), event("dropped", S, JULY, recorded_at=noon(JUNE)),
    ],
    "out of two schools at one moment": [
        event("enrolled", S), event("enrolled", T), event("dropped", S, JUNE), event("dropped", T, JUNE),
    ],
    "two pupils out at one moment": [
        event("enrolled", person=person) for person in (P, Q)
    ] + [event("dropped", S, JUNE, person=person) for person in (P, Q)],
    "decided before the entry of that year": [event("graduated", S, JUNE), event("enrolled", S, JULY)],
    "decided, and gone the year after": [
        event("enrolled", S, LAST_MAY), event("repeats", S, date(2022, 3, 31)), event("dropped", S, JUNE),
    ],
    "decided on another day than today's, not come yet": [event("graduated", S, date(2022, 8, 2))],
    "decided by who has the pupil under another number": [
        event("enrolled", person=Q), event("graduated", S, JUNE), event("identity", person=Q, new_person=P),
    ],
    "corrected on the day of the entry": [event("mended", S, MAY, values={"room": "2"}), event("enrolled", S, MAY)],
    "corrected after leaving": [
        event("enrolled"), event("dropped", S, JUNE), event("mended", S, JULY, values={"room": "2"}),
    ],
    "changed and never entered": [event("changed", S, JUNE, values={"room": "2"})],
    "corrected on a day that has not come": [event("mended", S, date(2022, 8, 2), values={"room": "2"})],
    "one target told by two": [
        event("identity", S, person=P, new_person=Q), event("identity", T, person=P, new_person=Q),
    ],
    "a chain": [event("identity", S, person=P, new_person=Q), event("identity", S, person=Q, new_person=R)],
}  # fmt: skip

SETTLES: dict[str, tuple[str, Event]] = {
    "two schools": ("ACTIVE_AT_TWO_SCHOOLS", event("out", T, JULY)),
    "two schools under two numbers": ("ACTIVE_AT_TWO_SCHOOLS", event("dropped", S, JULY)),
    "two affiliations": ("ACTIVE_AT_TWO_AFFILIATIONS", event("dropped", ELSEWHERE, JULY)),
    "dead at one, on the roll of another": ("ACTIVE_AFTER_DEATH", event("died", S, JUNE)),
    "left without an entry": ("EXIT_NEVER_ENTERED", event("enrolled", S)),
    "back after dropping out": ("REENTRY_AFTER_DROPOUT", event("enrolled", U, date(2022, 6, 20))),
    "out and nowhere in": ("OUT_WITHOUT_IN", event("in", T, JULY, other_school=S)),
    "in and never out of the origin": ("IN_WITHOUT_OUT", event("out", T, JULY)),
    "in from nowhere": ("IN_WITHOUT_OUT", event("out", S, JULY)),
    "a grade lower": ("GRADE_BACKWARDS", event("mended", S, MAY + timedelta(1), values={"grade": "05"})),
    "two grades higher": ("GRADE_JUMP", event("mended", S, MAY + timedelta(1), values={"grade": "07"})),
    "too old": ("AGE_OUTSIDE_GRADE", event("mended", S, JUNE, values=BORN, cohort=2014)),
    "too young": ("AGE_OUTSIDE_GRADE", event("mended", S, JUNE, values={"grade": "01"})),
    "another sex": ("SEX_CHANGED", event("mended", T, JULY, values={"sex": "F"})),
    "another birth date": ("BIRTH_DATE_CHANGED", event("mended", T, JULY, values={"birth_key": 7}, cohort=2014)),
    "a student number twice": ("STUDENT_NUMBER_TWICE", event("changed", S, JUNE, values={"student_number": "78"})),
    "a void of another pupil's entry": ("VOID_OF_ANOTHER_PERSON", event("identity", T, person=Q, new_person=P)),
    "an entry in place of another pupil's": ("VOID_OF_ANOTHER_PERSON", event("identity", T, person=P, new_person=Q)),
    "entered while there": ("ENTRY_WHILE_ON_ROLL", event("out", S, MAY + timedelta(1))),
    "entered while there under the old number": (
        "ENTRY_WHILE_ON_ROLL", event("dropped", S, MAY + timedelta(1), person=Q),
    ),
    "entered while there a year on": (
        "ENTRY_WHILE_ON_ROLL", event("graduated", S, date(2022, 3, 1), recorded_at=noon(JULY)),
    ),
    "out twice under the old number": (
        "EXIT_OF_ENDED_STAY", event("enrolled", S, JUNE + timedelta(1), person=Q),
    ),
    "out under the old number, the year over": (
        "EXIT_OF_ENDED_STAY", event("repeats", S, date(2022, 3, 31), person=Q),
    ),
    "out twice at one moment": ("MOVES_TIED", event("void", S, JULY, voids=SECOND)),
    "in twice at one moment, under two numbers": ("MOVES_TIED", event("void", S, JULY, voids=SECOND)),
    "decided and never entered": ("DECISION_OFF_ROLL", event("enrolled", S, JULY)),
    "decided after dropping out": ("DECISION_OFF_ROLL", event("enrolled", S, JULY)),
    "decided, and gone before the year's end": ("DECISION_OFF_ROLL", event("void", S, JULY, voids=SECOND)),
    "decided for the year after one that nothing went on from": (
        "DECISION_OFF_ROLL", event("repeats", S, date(2022, 3, 31)),
    ),
    "corrected and never entered": ("CORRECTION_WITHOUT_STAY", event("enrolled", S, JUNE)),
    "corrected before the entry": ("CORRECTION_WITHOUT_STAY", event("enrolled", S, MAY)),
    "corrected at a school that entered another pupil": (
        "CORRECTION_WITHOUT_STAY", event("identity", U, person=Q, new_person=P),
    ),
    "two targets": ("IDENTITY_NOT_FOLLOWED", event("void", T, JULY, voids=SECOND)),
    "a cycle": ("IDENTITY_NOT_FOLLOWED", event("void", T, JULY, voids=SECOND)),
}  # fmt: skip
"""Under each, the code, and the event that settles it."""


@pytest.mark.parametrize("name", OPENS)
def test_it_opens(name: str) -> None:
    history, wanted = OPENS[name]
    shown = open_in_any_order(history)
    assert wanted <= shown
    assert {code for code, _, _ in shown} == {code for code, _, _ in wanted}


def test_every_rule_of_the_stream_is_here() -> None:
    assert len({code for _, wanted in OPENS.values() for code, _, _ in wanted}) == 22


@pytest.mark.parametrize("name", NEAR_MISSES)
def test_it_just_does_not(name: str) -> None:
    assert open_in_any_order(NEAR_MISSES[name]) == set()


@pytest.mark.parametrize("name", SETTLES)
def test_it_is_settled(name: str) -> None:
    (history, opened), (code, settling) = OPENS[name], SETTLES[name]
    settled = {one for one in opened if one[0] == code}
    assert settled
    assert not settled & open_in_any_order([*history, settling])


@pytest.mark.parametrize("name", OPENS)
def test_its_event_taken_back_settles_it(name: str) -> None:
    """A void of every event by its own school leaves nothing but what acts that are accepted did: those stand."""
    history, _ = OPENS[name]
    logged = placed(history)
    voids = [
        event("void", one.school, JULY, person=one.person, voids=one.event_id) for one in logged if one.act != "void"
    ]
    assert open_in_any_order([*logged, *voids]) <= {("VOID_OF_ANOTHER_SCHOOL", T, S), ("VOID_OF_ANOTHER_PERSON", S, 0)}


@pytest.mark.parametrize("act", ["void", "enrolled"])
def test_what_a_later_copy_took_back_counts_again(act: str) -> None:
    """The copy that stands first in the log comes later, and names an event that is none (semantics 2.4)."""
    name = "voids" if act == "void" else "replaces"
    wrong, other = {"person": Q, name: FIRST}, {"person": Q, name: identity(77)}
    entries = placed([event("enrolled", S, name=1), event("enrolled", T)])
    late = replace(event(act, S, JUNE, name=3, **wrong), offset=9, append_time=9)
    first = replace(event(act, S, JUNE, name=3, **other), offset=8, append_time=8, stands_before=True)
    made = network([*entries, late])
    assert ("ACTIVE_AT_TWO_SCHOOLS", S, T) not in found(made)
    made.accept([first])
    assert found(made) == {("ACTIVE_AT_TWO_SCHOOLS", S, T)}
    assert found(network([*entries, replace(first, stands_before=False)])) == found(made)


def test_what_opened_and_closed_was_told_so() -> None:
    made = network(placed([event("enrolled", S), event("enrolled", T)]))
    assert found(made)
    made.accept(placed([event("out", T, JULY, name=5)]))
    assert found(made) == set()
    assert [state for state, one in made.told if one.code == "ACTIVE_AT_TWO_SCHOOLS"] == ["OPEN", "RESOLVED"]


def test_a_shared_student_number_names_no_pupil_as_its_own() -> None:
    made = network(placed(OPENS["a student number twice"][0]))
    found(made)
    ((_, one),) = made.findings.values()
    assert (one.person, one.subject, one.persons) == (NONE, number_subject("77"), (P, Q))


def _named(history: Sequence[Event], day: date = TODAY) -> list[tuple[bytes, tuple[bytes, ...]]]:
    """Subject and evidence of what is open."""
    made = network(placed(history))
    found(made, day)
    return sorted((one.subject, one.evidence) for state, one in made.findings.values() if state == "OPEN")


ENTERED, AGAIN, THIRD, FOURTH = (identity(1000 + at) for at in range(4))
"""Ids of a history's events, in the order they are written down."""


def test_every_entry_while_there_names_itself_and_the_one_before_it() -> None:
    history = [event("enrolled"), event("enrolled", S, JUNE), event("enrolled", S, JULY)]
    assert _named(history) == [(AGAIN, (ENTERED, AGAIN)), (THIRD, (AGAIN, THIRD))]


def test_of_tied_moves_each_but_the_first_names_itself() -> None:
    history = [event("enrolled"), *(event("dropped", S, JUNE) for _ in range(3))]
    assert _named(history) == [(THIRD, (AGAIN, THIRD)), (FOURTH, (AGAIN, FOURTH))]


def test_every_exit_of_an_ended_stay_names_itself() -> None:
    exits = [event("dropped", S, day, person=Q) for day in (JUNE, JULY, JULY + timedelta(1))]
    history = [event("enrolled", person=Q), *exits, event("identity", person=Q, new_person=P)]
    assert _named(history) == [(THIRD, (THIRD,)), (FOURTH, (FOURTH,))]


def test_of_a_years_decisions_the_last_recorded_names_itself() -> None:
    """On whatever days they are; and one of a day that has not come lasts too, and is told on its day."""
    decisions = [event("deferred", S, day, recorded_at=at) for day, at in ((JULY, 1), (JUNE, 2))]
    assert _named(decisions) == [(AGAIN, (AGAIN,))]
    to_come = event("deferred", S, TODAY + timedelta(1), recorded_at=3)
    assert _named([*decisions, to_come]) == []
    assert _named([*decisions, to_come], TODAY + timedelta(1)) == [(THIRD, (THIRD,))]


def test_decisions_of_two_years_are_two() -> None:
    history = [event("graduated", S, date(2022, 3, 31)), event("graduated", S, JUNE)]
    assert _named(history) == [(ENTERED, (ENTERED,)), (AGAIN, (AGAIN,))]


def test_a_year_that_ends_with_the_pupil_on_the_roll_stays_so() -> None:
    made = network(placed([event("enrolled"), event("graduated", S, JUNE), event("dropped", S, NEXT_MAY)]))
    assert found(made, NEXT_MAY - timedelta(1)) == set()
    assert found(made, NEXT_MAY) == set()


def test_what_takes_a_pupil_off_the_roll_is_seen_on_its_day() -> None:
    made = network(placed([event("enrolled"), event("graduated", S, JUNE), event("dropped", S, JULY)]))
    assert found(made, JULY - timedelta(1)) == set()
    assert found(made, JULY) == {("DECISION_OFF_ROLL", S, 0)}
    assert found(made, JULY - timedelta(1)) == set(), "a clock set back"


def test_an_act_about_another_pupil_names_itself() -> None:
    history = [event("enrolled", name=1), event("changed", S, JUNE, person=Q, replaces=FIRST, values={"room": "2"})]
    assert _named(history) == [(AGAIN, (AGAIN, FIRST))]


@given(st.permutations(range(7)))
@examples(max_examples=60)
def test_any_order_of_a_long_history(order: list[int]) -> None:
    history = placed(
        [
            event("enrolled", S, person=Q, values=_numbered("1")), event("out", S, JUNE, person=Q),
            event("in", T, JUNE, other_school=S), event("identity", T, person=Q, new_person=P),
            event("changed", T, JULY, values={"grade": "09"}), event("dropped", T, JULY),
            event("enrolled", ELSEWHERE, JULY + timedelta(3), person=R),
        ]
    )  # fmt: skip
    calm, wild = network(history), network([history[at] for at in order], seed=1)
    assert found(wild) == found(calm)
    assert wild.open_findings() == calm.open_findings()
    assert wild.rolls() == calm.rolls()
    assert found(calm) == {("GRADE_JUMP", T, 0)}


OUT = [event("enrolled"), event("out", S, JUNE)]
IN = [event("in", S, JUNE)]


@pytest.mark.parametrize(("history", "code"), [(OUT, "OUT_WITHOUT_IN"), (IN, "IN_WITHOUT_OUT")])
@pytest.mark.parametrize("grace", [0, 1, GRACE])
def test_grace_ends_by_the_clock_alone(history: Sequence[Event], code: str, grace: int) -> None:
    made = network(placed(history), grace=grace)
    assert found(made, JUNE + timedelta(grace - 1)) == set()
    assert {one for one, _, _ in found(made, JUNE + timedelta(grace))} == {code}
    assert found(made, JUNE + timedelta(grace - 1)) == set(), "a clock set back"


def test_grace_begins_when_it_was_told() -> None:
    made = network(placed([event("enrolled"), event("out", S, JUNE, recorded_at=noon(JULY))]))
    assert found(made, JULY + timedelta(GRACE - 1)) == set()
    assert found(made, JULY + timedelta(GRACE)) == {("OUT_WITHOUT_IN", S, 0)}


@pytest.mark.parametrize(("before_midnight", "last_day"), [(True, JULY), (False, JULY + timedelta(1))])
def test_told_is_a_day_in_bangkok(before_midnight: bool, last_day: date) -> None:
    """17:00 UTC is midnight there."""
    told = (days(JULY) * 24 + 17) * 3_600_000 - before_midnight
    made = network(placed([event("enrolled"), event("out", S, JUNE, recorded_at=told)]))
    assert found(made, last_day + timedelta(GRACE - 1)) == set()
    assert found(made, last_day + timedelta(GRACE)) == {("OUT_WITHOUT_IN", S, 0)}


def test_an_event_of_a_later_day_is_not_known_before_it() -> None:
    made = network(placed([event("enrolled", S), event("enrolled", T, JULY)]))
    assert found(made, JULY - timedelta(1)) == set()
    assert found(made, JULY) == {("ACTIVE_AT_TWO_SCHOOLS", S, T)}
    assert found(made, JULY - timedelta(1)) == set(), "a clock set back"


def test_an_exit_of_a_later_day_settles_on_it() -> None:
    made = network(placed([event("enrolled", S), event("enrolled", T), event("dropped", T, JULY)]))
    assert found(made, JULY - timedelta(1)) == {("ACTIVE_AT_TWO_SCHOOLS", S, T)}
    assert found(made, JULY) == set()


@pytest.mark.parametrize("goes_on", [False, True])
def test_a_year_ends_on_16_may(goes_on: bool) -> None:
    """Who is not said to go on is on no roll of the next year; who is, goes on under the day's own clock."""
    decision = [event("promoted", school, date(2023, 3, 31), values={"grade": "06"}) for school in (S, T)]
    made = network(placed([event("enrolled", S), event("enrolled", T), *(decision if goes_on else ())]))
    two = {("ACTIVE_AT_TWO_SCHOOLS", S, T)}
    assert found(made, NEXT_MAY - timedelta(1)) == two
    assert found(made, NEXT_MAY) == (two if goes_on else set())
    assert found(made, NEXT_MAY - timedelta(1)) == two, "a clock set back"


def test_an_age_is_of_the_years_first_day() -> None:
    """A year older on 16 May: 11 may still be in ป.2, 12 not."""
    repeats = event("repeats", S, date(2023, 3, 31))
    made = network(placed([event("enrolled", values=GRADE_5 | BORN, cohort=2011), repeats]))
    assert found(made, NEXT_MAY - timedelta(1)) == set()
    assert found(made, NEXT_MAY) == {("AGE_OUTSIDE_GRADE", S, 0)}


def test_a_promotion_is_said_in_the_year_after() -> None:
    decisions = [event("promoted", S, date(2023, 3, 31), values={"grade": "09"})]
    made = network(placed([event("enrolled", values=GRADE_5), *decisions]))
    assert found(made, NEXT_MAY - timedelta(1)) == set()
    assert found(made, NEXT_MAY) == {("GRADE_JUMP", S, 0)}


def test_restarted_it_knows_what_waits_for_a_day() -> None:
    made = network(placed(OUT))
    assert found(made, JUNE) == set()
    made.restart()
    assert found(made, TODAY) == {("OUT_WITHOUT_IN", S, 0)}
    told = len(made.told)
    made.restart()
    found(made, TODAY)
    assert len(made.told) == told, "nothing is told twice"
