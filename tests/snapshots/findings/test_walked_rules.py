"""In SQL: what the rules of semantics 5.2 and 5.4 to 5.6 count as they say, and somebody should know of."""

from datetime import date, timedelta

import pytest

from snapshots.findings.found import Found
from tests.snapshots.findings.history import JULY, JUNE, MAY, TODAY, History, P, Q, S, T, noon
from tests.snapshots.histories import identity
from warehouse.interface import Warehouse

pytestmark = pytest.mark.real

LAST_MAY, LAST_MARCH = date(2021, 5, 16), date(2022, 3, 31)
R = identity(3)


@pytest.fixture
def told() -> History:
    return History()


def test_every_entry_while_on_the_roll(warehouse: Warehouse, told: History) -> None:
    told.add("enrolled", S)
    second = told.add("enrolled", S, JUNE)
    third = told.add("in", S, JULY, other_school=T)
    told.add("out", T, JULY)
    found = [one for one in told.whole(warehouse, today=JULY) if one.code == "ENTRY_WHILE_ON_ROLL"]
    assert found == [Found("ENTRY_WHILE_ON_ROLL", P, S, 0, event) for event in (second, third)]
    assert told.found(warehouse, today=JUNE - timedelta(1)) == []
    told.add("dropped", S, JUNE, recorded_at=noon(JUNE) - 1)
    assert [one.subject for one in told.whole(warehouse) if one.code == "ENTRY_WHILE_ON_ROLL"] == [third]


@pytest.mark.parametrize(("decision", "found"), [("promoted", [("ENTRY_WHILE_ON_ROLL", S, 0)]), ("graduated", [])])
def test_an_entry_of_the_next_year(warehouse: Warehouse, told: History, decision: str, found: object) -> None:
    told.add("enrolled", S, LAST_MAY, year=2564)
    told.add(decision, S, LAST_MARCH, year=2564, values={"grade": "06"} if decision == "promoted" else {})
    told.add("enrolled", S, MAY, values={"grade": "06"})
    assert told.found(warehouse) == found


def test_a_year_without_a_decision_between(warehouse: Warehouse, told: History) -> None:
    """Gone on from 2563, not from 2564."""
    told.add("enrolled", S, date(2020, 5, 16), year=2563)
    told.add("repeats", S, date(2021, 3, 31), year=2563)
    told.add("enrolled", S, MAY)
    assert told.found(warehouse) == []
    told.add("repeats", S, LAST_MARCH, year=2564)
    assert told.found(warehouse) == [("ENTRY_WHILE_ON_ROLL", S, 0)]


def test_a_stay_is_of_a_number(warehouse: Warehouse, told: History) -> None:
    told.add("enrolled", S, person=Q)
    told.add("enrolled", S, JUNE)
    told.add("identity", S, person=Q, new_person=P)
    assert told.found(warehouse) == []
    told.add("enrolled", S, JULY, person=Q)
    assert told.found(warehouse) == [("ENTRY_WHILE_ON_ROLL", S, 0)]
    told.add("dropped", S, JUNE + timedelta(1))  # under the last number: closes all
    assert told.found(warehouse) == [("REENTRY_AFTER_DROPOUT", S, 0)]


def test_an_exit_under_a_number_never_entered_closes_all(warehouse: Warehouse, told: History) -> None:
    told.add("enrolled", S)
    told.add("out", S, JUNE, person=R)
    told.add("enrolled", S, JULY)
    told.add("identity", S, person=R, new_person=P)
    assert told.found(warehouse) == []
    told.add(
        "enrolled", S, MAY, person=R, recorded_at=noon(MAY) + 1
    )  # now it was entered, and closes its own stay alone
    assert told.found(warehouse) == [("ENTRY_WHILE_ON_ROLL", S, 0)]


def test_exits_of_an_ended_stay(warehouse: Warehouse, told: History) -> None:
    told.add("enrolled", S, person=Q)
    told.add("enrolled", S, JUNE)
    told.add("dropped", S, JUNE, person=Q)
    told.add("identity", S, person=Q, new_person=P)
    assert told.found(warehouse) == []
    late = [told.add("dropped", S, day, person=Q) for day in (JULY, JULY + timedelta(1))]
    assert told.whole(warehouse) == [Found("EXIT_OF_ENDED_STAY", P, S, 0, event) for event in late]
    told.add("enrolled", S, JULY - timedelta(1), person=Q)
    assert [one.subject for one in told.whole(warehouse) if one.code == "EXIT_OF_ENDED_STAY"] == late[1:]


def test_an_exit_after_the_years_end(warehouse: Warehouse, told: History) -> None:
    told.add("enrolled", S, LAST_MAY, year=2564, person=Q)
    told.add("dropped", S, MAY, person=Q)
    told.add("identity", S, person=Q, new_person=P)
    assert told.found(warehouse) == [("EXIT_OF_ENDED_STAY", S, 0)]
    told.add("repeats", S, LAST_MARCH, year=2564)
    assert told.found(warehouse) == []


def test_exits_under_the_last_number_end_no_other_stay(warehouse: Warehouse, told: History) -> None:
    told.add("enrolled", S)
    told.add("dropped", S, JUNE)
    told.add("dropped", S, JULY)
    assert told.found(warehouse) == []


def test_moves_tied(warehouse: Warehouse, told: History) -> None:
    told.add("enrolled", S)
    told.add("dropped", S, JUNE)
    later = [told.add("died", S, JUNE), told.add("dropped", S, JUNE)]
    assert told.whole(warehouse) == [Found("MOVES_TIED", P, S, 0, event) for event in later]
    assert told.found(warehouse, today=JUNE - timedelta(1)) == []


def test_moves_that_something_else_orders(warehouse: Warehouse, told: History) -> None:
    """An entry and an exit, another school, pupil, year, day or moment."""
    told.add("enrolled", S, JUNE)
    told.add("dropped", S, JUNE)
    told.add("dropped", S, JUNE, recorded_at=noon(JUNE) + 1)
    told.add("dropped", S, JUNE, year=2564)
    told.add("dropped", S, JULY, recorded_at=noon(JUNE))
    told.add("enrolled", T, JUNE)
    told.add("dropped", T, JUNE)
    told.add("enrolled", S, JUNE, person=Q)
    told.add("dropped", S, JUNE, person=Q)
    assert "MOVES_TIED" not in {code for code, _, _ in told.found(warehouse)}
    told.add("identity", S, person=Q, new_person=P)
    assert len([code for code, _, _ in told.found(warehouse) if code == "MOVES_TIED"]) == 2


@pytest.mark.parametrize("decision", ["promoted", "repeats", "graduated", "deferred", "undecided"])
def test_a_decision_off_the_roll(warehouse: Warehouse, told: History, decision: str) -> None:
    """Whatever its day: before the pupil left, or after."""
    told.add("enrolled", S)
    event = told.add(decision, S, JUNE, values={"grade": "06"} if decision == "promoted" else {})
    assert told.whole(warehouse) == []
    exit_ = told.add("dropped", S, JULY)
    assert told.whole(warehouse) == [Found("DECISION_OFF_ROLL", P, S, 0, event)]
    assert told.found(warehouse, today=JULY - timedelta(1)) == []
    told.add("void", S, voids=exit_)
    assert told.found(warehouse) == []


def test_a_decision_without_an_entry(warehouse: Warehouse, told: History) -> None:
    told.add("enrolled", T)
    told.add("deferred", S, JUNE)
    assert told.found(warehouse) == [("DECISION_OFF_ROLL", S, 0)]
    assert told.found(warehouse, today=JUNE - timedelta(1)) == []
    told.add("enrolled", S, date(2022, 8, 2))  # not known yet
    assert told.found(warehouse) == [("DECISION_OFF_ROLL", S, 0)]
    told.add("enrolled", S, TODAY)
    assert "DECISION_OFF_ROLL" not in {code for code, _, _ in told.found(warehouse)}


def test_the_lasting_decision_of_each_year(warehouse: Warehouse, told: History) -> None:
    told.add("deferred", S, JULY, recorded_at=1)
    last = told.add("deferred", S, JUNE, recorded_at=2)
    before = told.add("repeats", S, LAST_MARCH, year=2564)
    assert told.whole(warehouse) == [Found("DECISION_OFF_ROLL", P, S, 0, event) for event in (last, before)]
    to_come = told.add("deferred", S, date(2022, 8, 2), recorded_at=3)  # it lasts, and is not known yet
    assert [one.subject for one in told.whole(warehouse)] == [before]
    assert [one.subject for one in told.whole(warehouse, today=date(2022, 8, 2))] == [before, to_come]


def test_a_decision_at_the_end_of_a_stay(warehouse: Warehouse, told: History) -> None:
    """The year it ends with finds it open, the next one does not, unless the decision is to go on."""
    told.add("enrolled", S, LAST_MAY, year=2564)
    decision = told.add("graduated", S, LAST_MARCH, year=2564)
    told.add("deferred", S, JUNE)
    assert told.found(warehouse) == [("DECISION_OFF_ROLL", S, 0)]
    told.add("repeats", S, LAST_MARCH, year=2564, replaces=decision)
    assert told.found(warehouse) == []


def test_a_correction_without_a_stay(warehouse: Warehouse, told: History) -> None:
    early = told.add("mended", S, MAY, values={"room": "2"})
    told.add("enrolled", S, JUNE)
    told.add("changed", T, MAY, values={"room": "2"})
    told.add("mended", S, JUNE, values={"room": "2"})  # an entry stands before what is of its moment
    assert told.whole(warehouse) == [Found("CORRECTION_WITHOUT_STAY", P, S, 0, early)]
    assert told.found(warehouse, today=MAY - timedelta(1)) == []
    told.add("dropped", S, JULY)
    told.add("mended", S, JULY + timedelta(1), values={"room": "2"})  # mends the last stay before it
    assert told.found(warehouse) == [("CORRECTION_WITHOUT_STAY", S, 0)]
    told.add("enrolled", S, MAY, person=Q)
    told.add("identity", T, person=Q, new_person=P)
    assert "CORRECTION_WITHOUT_STAY" not in {code for code, _, _ in told.found(warehouse)}


def test_a_void_of_another_person(warehouse: Warehouse, told: History) -> None:
    entry = told.add("enrolled", S)
    void = told.add("void", S, person=Q, voids=entry)
    assert told.whole(warehouse) == [Found("VOID_OF_ANOTHER_PERSON", P, S, 0, void)]
    told.add("void", S, person=Q, voids=void)  # a void cannot be voided
    told.add("void", S, voids=entry)  # removed before, and accepted still
    assert told.found(warehouse) == [("VOID_OF_ANOTHER_PERSON", S, 0)]
    told.add("identity", T, person=R, new_person=P)
    told.add("identity", T, person=Q, new_person=R)
    assert told.found(warehouse) == []


def test_an_entry_in_place_of_another_persons(warehouse: Warehouse, told: History) -> None:
    """As a wrongly typed number is corrected; that the correction is taken back in its turn changes nothing (5.2)."""
    wrong = told.add("enrolled", S, person=Q)
    right = told.add("enrolled", S, replaces=wrong)
    assert told.whole(warehouse) == [Found("VOID_OF_ANOTHER_PERSON", Q, S, 0, right)]
    told.add("void", S, voids=right)
    assert told.found(warehouse) == [("VOID_OF_ANOTHER_PERSON", S, 0)]


def test_an_act_about_the_same_person(warehouse: Warehouse, told: History) -> None:
    told.add("identity", T, person=Q, new_person=P)
    entry = told.add("enrolled", S, person=Q)
    told.add("enrolled", S, replaces=entry)
    told.add("void", S, person=R, voids=identity(999_999))  # of nothing
    assert told.found(warehouse) == []
