"""Each rule of docs/findings.md in SQL: a history that opens the finding, and one that just does not."""

import random
from dataclasses import replace
from datetime import date, timedelta

import pytest

from snapshots.findings.found import Found
from snapshots.findings.rules import CODES, open_findings
from tests.snapshots.findings.history import ELSEWHERE, JULY, JUNE, MAY, TODAY, History, P, Q, S, T, U, noon
from tests.snapshots.histories import NONE, WHOLE, identity, numbered, random_log, store
from warehouse.interface import Warehouse

pytestmark = pytest.mark.real


@pytest.fixture
def told() -> History:
    return History()


def test_at_two_schools(warehouse: Warehouse, told: History) -> None:
    told.add("enrolled", T)
    told.add("enrolled", S)
    told.add("enrolled", ELSEWHERE)
    assert told.found(warehouse) == [
        ("ACTIVE_AT_TWO_AFFILIATIONS", S, ELSEWHERE),
        ("ACTIVE_AT_TWO_AFFILIATIONS", T, ELSEWHERE),
        ("ACTIVE_AT_TWO_SCHOOLS", S, T),
    ]


def test_left_one_of_two_schools(warehouse: Warehouse, told: History) -> None:
    told.add("enrolled", S)
    told.add("out", S, JUNE)
    told.add("enrolled", T, JUNE)
    assert told.found(warehouse) == []
    assert told.found(warehouse, today=JUNE - timedelta(1)) == []


def test_two_numbers_of_one_pupil(warehouse: Warehouse, told: History) -> None:
    told.add("enrolled", S, person=Q)
    told.add("enrolled", T)
    told.add("identity", U, person=Q, new_person=P)
    assert told.found(warehouse) == [("ACTIVE_AT_TWO_SCHOOLS", S, T)]


def test_active_after_death(warehouse: Warehouse, told: History) -> None:
    told.add("enrolled", S)
    told.add("enrolled", T)
    death = told.add("died", T, JUNE)
    assert told.found(warehouse) == [("ACTIVE_AFTER_DEATH", S, 0)]
    assert told.found(warehouse, today=JUNE - timedelta(1)) == [("ACTIVE_AT_TWO_SCHOOLS", S, T)]
    told.add("void", T, JUNE, voids=death)
    assert told.found(warehouse) == [("ACTIVE_AT_TWO_SCHOOLS", S, T)]


def test_event_after_death(warehouse: Warehouse, told: History) -> None:
    told.add("enrolled", S)
    told.add("died", S, JUNE)
    told.add("changed", T, JUNE, values={"room": "2"})
    told.add("died", T, JULY)
    told.add("changed", T, date(2022, 8, 2), values={"room": "2"})
    assert told.found(warehouse) == [("EXIT_NEVER_ENTERED", T, 0)]
    told.add("changed", U, JUNE + timedelta(1), values={"room": "2"})
    assert ("EVENT_AFTER_DEATH", U, 0) in told.found(warehouse)
    assert ("EVENT_AFTER_DEATH", T, 0) not in told.found(warehouse)


def test_exit_never_entered(warehouse: Warehouse, told: History) -> None:
    told.add("dropped", S, JUNE)
    told.add("enrolled", T, JUNE)
    told.add("dropped", T, JUNE)  # an entry stands before an exit of its day
    assert told.found(warehouse) == [("EXIT_NEVER_ENTERED", S, 0)]
    told.add("enrolled", S, JULY)
    assert ("EXIT_NEVER_ENTERED", S, 0) in told.found(warehouse)
    told.add("enrolled", S, MAY)
    assert ("EXIT_NEVER_ENTERED", S, 0) not in told.found(warehouse)


def test_reentry_after_dropout(warehouse: Warehouse, told: History) -> None:
    told.add("enrolled", S)
    told.add("dropped", S, JUNE)
    told.add("changed", S, JUNE + timedelta(1), values={"room": "2"})
    told.add("enrolled", T, JULY)
    assert told.found(warehouse) == [("REENTRY_AFTER_DROPOUT", T, 0)]
    told.add("died", S, JUNE + timedelta(2), values={})  # now the move just before
    assert ("REENTRY_AFTER_DROPOUT", T, 0) not in told.found(warehouse)


def test_out_without_in(warehouse: Warehouse, told: History) -> None:
    told.add("enrolled", S)
    out = told.add("out", S, JUNE, other_school=T)
    (one,) = told.whole(warehouse, today=JULY)
    assert (one.code, one.school_code, one.other_school, one.subject) == ("OUT_WITHOUT_IN", S, 0, out)
    assert told.found(warehouse, today=JULY - timedelta(1)) == []
    told.add("enrolled", T, date(2022, 8, 1))  # not known yet
    assert told.found(warehouse, today=JULY) == [("OUT_WITHOUT_IN", S, 0)]
    told.add("enrolled", T, JULY)
    assert told.found(warehouse, today=JULY) == []


def test_out_without_in_after_an_entry_too_early(warehouse: Warehouse, told: History) -> None:
    told.add("enrolled", S)
    told.add("out", S, JUNE)
    told.add("enrolled", T, MAY)
    told.add("dropped", T, JUNE)
    assert told.found(warehouse, grace=15) == [("OUT_WITHOUT_IN", S, 0)]
    assert told.found(warehouse, grace=16) == []


def test_told_is_the_day_in_bangkok(warehouse: Warehouse, told: History) -> None:
    told.add("enrolled", S)
    told.add("out", S, JUNE, recorded_at=noon(JUNE) + 12 * 3_600_000)  # 17:00 UTC: the next day in Bangkok
    assert told.found(warehouse, today=JULY) == []
    assert told.found(warehouse, today=JULY + timedelta(1)) == [("OUT_WITHOUT_IN", S, 0)]


def test_in_without_out_of_the_origin_named(warehouse: Warehouse, told: History) -> None:
    told.add("in", S, JUNE, other_school=T)
    assert told.found(warehouse, today=JULY) == [("IN_WITHOUT_OUT", S, T)]
    assert told.found(warehouse, today=JULY - timedelta(1)) == []
    told.add("enrolled", T)
    assert told.found(warehouse, today=JULY) == [("ACTIVE_AT_TWO_SCHOOLS", S, T), ("IN_WITHOUT_OUT", S, T)]
    told.add("out", T, JUNE)
    assert told.found(warehouse, today=JULY) == []


@pytest.mark.parametrize("origin", [0, S])
def test_in_without_out_of_any_school(warehouse: Warehouse, told: History, origin: int) -> None:
    told.add("in", S, JUNE, other_school=origin)
    assert told.found(warehouse, today=JULY) == [("IN_WITHOUT_OUT", S, 0)]
    told.add("enrolled", T)
    assert told.found(warehouse, today=JULY) == [("ACTIVE_AT_TWO_SCHOOLS", S, T), ("IN_WITHOUT_OUT", S, 0)]
    told.add("out", T, JUNE)
    assert told.found(warehouse, today=JULY) == []


def test_grade_backwards(warehouse: Warehouse, told: History) -> None:
    told.add("enrolled", S, values={"grade": "06"})
    told.add("changed", S, JUNE, values={"grade": "99"})  # not of the list
    told.add("changed", S, JULY, values={"grade": "06"})
    assert told.found(warehouse) == []
    told.add("out", S, JULY)
    told.add("in", T, JULY, values={"grade": "05"}, other_school=S)
    assert told.found(warehouse) == [("GRADE_BACKWARDS", T, 0)]


def test_grade_of_a_vocational_class(warehouse: Warehouse, told: History) -> None:
    """ปวช.1 stands beside ม.4: one level above ม.3."""
    told.add("enrolled", S, values={"grade": "12"})
    told.add("changed", S, JUNE, values={"grade": "16"})
    assert told.found(warehouse) == []


@pytest.mark.parametrize(("grade", "found"), [("06", []), ("07", [("GRADE_JUMP", S, 0)])])
def test_grade_jump_in_a_year(warehouse: Warehouse, told: History, grade: str, found: object) -> None:
    told.add("enrolled", S, values={"grade": "05"})
    told.add("changed", S, JUNE, values={"grade": grade})
    assert told.found(warehouse) == found


@pytest.mark.parametrize(("grade", "found"), [("08", []), ("09", [("GRADE_JUMP", T, 0)])])
def test_grade_jump_over_years(warehouse: Warehouse, told: History, grade: str, found: object) -> None:
    told.add("enrolled", S, date(2019, 5, 16), year=2562, values={"grade": "05"})
    told.add("dropped", S, date(2020, 5, 15), year=2562)
    told.add("died", S, date(2020, 5, 15), year=2562)  # so that no dropout stands just before the entry
    told.add("enrolled", T, values={"grade": grade})
    assert [one for one in told.found(warehouse) if one[0].startswith("GRADE")] == found


@pytest.mark.parametrize(
    ("day", "found"),
    [(JUNE, []), (date(2022, 6, 3), [("GRADE_JUMP", S, 0)]), (date(2022, 5, 1), [("GRADE_JUMP", S, 0)])],
)
def test_a_correction_since_entry_mends_its_entry(
    warehouse: Warehouse, told: History, day: date, found: object
) -> None:
    """The entry says 05 and was 08; the next entry of the school, of 2 June, says 08."""
    told.add("enrolled", S, values={"grade": "05"})
    told.add("mended", S, day, values={"grade": "08"})
    told.add("enrolled", S, date(2022, 6, 2), values={"grade": "08"})
    assert [one for one in told.found(warehouse) if one[0].startswith("GRADE")] == found


@pytest.mark.parametrize(("next_grade", "found"), [("06", []), ("07", [("GRADE_JUMP", S, 0)])])
def test_grade_of_a_decision(warehouse: Warehouse, told: History, next_grade: str, found: object) -> None:
    """The last recorded of a year's decisions says its grade in the next year, before all else is said there."""
    told.add("enrolled", S, date(2021, 5, 16), year=2564, values={"grade": "05"})
    told.add("promoted", S, date(2022, 3, 2), year=2564, values={"grade": "08"}, recorded_at=1)
    told.add("promoted", S, date(2022, 3, 1), year=2564, values={"grade": next_grade}, recorded_at=2)
    told.add("promoted", S, JUNE, values={"grade": "09"})  # of Y: not said yet
    assert told.found(warehouse) == found


def test_a_last_decision_that_says_nothing(warehouse: Warehouse, told: History) -> None:
    told.add("enrolled", S, date(2021, 5, 16), year=2564, values={"grade": "05"})
    told.add("promoted", S, date(2022, 3, 2), year=2564, values={"grade": "08"}, recorded_at=1)
    told.add("deferred", S, date(2022, 3, 1), year=2564, recorded_at=2)
    assert told.found(warehouse) == []


@pytest.mark.parametrize(
    ("born", "is_outside"),
    [(date(2010, 5, 16), True), (date(2010, 5, 17), False), (date(2017, 5, 16), False), (date(2017, 5, 17), True)],
)
def test_age_outside_grade(warehouse: Warehouse, told: History, born: date, is_outside: bool) -> None:
    """ป.2: 5 to 11 whole years on 16 May."""
    warehouse.execute("TRUNCATE TABLE persons")
    warehouse.insert(
        "persons",
        {"school_code": [S], "event_id": [identity(1)], "person_key": [P], "birth_date": [born], "birth_key": [7]},
    )
    told.add("enrolled", S, values={"grade": "05", "birth_key": 7})
    told.add("enrolled", S, person=Q, values={"grade": "99", "birth_key": 7})
    told.add("enrolled", S, person=identity(3), values={"grade": "05"})
    assert told.found(warehouse) == ([("AGE_OUTSIDE_GRADE", S, 0)] if is_outside else [])


def test_sex_and_birth_date_changed(warehouse: Warehouse, told: History) -> None:
    told.add("enrolled", S, values={"sex": "F", "birth_key": 7})
    told.add("out", S, JUNE)
    told.add("in", T, JUNE, other_school=S, values={"sex": "M", "birth_key": 8})
    told.add("changed", T, JUNE, values={"sex": "", "birth_key": 0})  # cleared: not told
    assert told.found(warehouse) == [("BIRTH_DATE_CHANGED", S, T), ("SEX_CHANGED", S, T)]
    told.add("mended", S, date(2022, 8, 2), values={"sex": "M", "birth_key": 8})  # not known yet
    assert told.found(warehouse) == [("BIRTH_DATE_CHANGED", S, T), ("SEX_CHANGED", S, T)]
    told.add("mended", S, JULY, values={"sex": "M", "birth_key": 8})
    assert told.found(warehouse) == []


def test_student_number_twice(warehouse: Warehouse, told: History) -> None:
    told.add("enrolled", S, person=Q, values={"student_number": "12"})
    told.add("enrolled", S, person=P, values={"student_number": "12"})
    told.add("enrolled", S, person=identity(3), values={"student_number": ""})
    told.add("enrolled", S, person=identity(4), values={"student_number": ""})
    told.add("enrolled", T, person=identity(5), values={"student_number": "12"})
    (one,) = told.whole(warehouse)
    assert (one.code, one.person_key, one.school_code, one.persons) == ("STUDENT_NUMBER_TWICE", NONE, S, (P, Q))
    # printf 12 | sha256sum
    assert one.subject.hex() == "6b51d431df5d7f141cbececcf79edf3d"
    told.add("changed", S, JUNE, values={"student_number": "13"})
    assert told.found(warehouse) == []


def test_void_of_another_school(warehouse: Warehouse, told: History) -> None:
    entry = told.add("enrolled", T)
    void = told.add("void", S, person=Q, voids=entry)
    (one,) = told.whole(warehouse)
    assert one == Found("VOID_OF_ANOTHER_SCHOOL", P, S, T, void)
    told.add("void", S, voids=void)  # a void cannot be voided
    told.add("void", T, voids=entry)  # removed, and accepted still
    assert told.found(warehouse) == [("VOID_OF_ANOTHER_SCHOOL", S, T)]


def test_replaces_of_another_school_though_removed(warehouse: Warehouse, told: History) -> None:
    entry = told.add("enrolled", T)
    wrong = told.add("changed", S, replaces=entry)
    told.add("void", S, voids=wrong)
    assert told.found(warehouse) == [("VOID_OF_ANOTHER_SCHOOL", S, T)]


def test_void_of_the_own_school_or_of_a_void(warehouse: Warehouse, told: History) -> None:
    entry = told.add("enrolled", S)
    void = told.add("void", S, voids=entry)
    told.add("void", T, voids=void)
    told.add("void", T, voids=identity(999_999))
    assert told.found(warehouse) == []


def test_identity_with_two_targets(warehouse: Warehouse, told: History) -> None:
    first = told.add("identity", S, person=Q, new_person=P)
    told.add("identity", T, person=Q, new_person=identity(3))
    found = told.whole(warehouse)
    assert found == [
        Found("IDENTITY_NOT_FOLLOWED", Q, S, 0, NONE),
        Found("IDENTITY_NOT_FOLLOWED", Q, T, 0, NONE),
    ]
    told.add("void", S, voids=first)
    assert told.found(warehouse) == []


def test_identity_on_a_cycle(warehouse: Warehouse, told: History) -> None:
    told.add("identity", S, person=Q, new_person=P)
    told.add("identity", S, person=identity(3), new_person=Q)  # leads to the cycle: followed up to it
    assert told.found(warehouse) == []
    told.add("identity", T, person=P, new_person=Q)
    found = [(one.person_key, one.school_code) for one in told.whole(warehouse)]
    assert found == [(P, T), (Q, S)]


def test_order_and_repetition_change_nothing(warehouse: Warehouse, told: History) -> None:
    told.add("enrolled", S, date(2021, 5, 16), year=2564, values={"grade": "05", "sex": "F"})
    told.add("mended", S, date(2021, 5, 17), year=2564, values={"grade": "06"})
    told.add("dropped", S, date(2021, 9, 1), year=2564)
    told.add("in", T, values={"grade": "10", "sex": "M"})
    told.add("enrolled", U, values={"grade": "09"})
    told.add("out", U, JUNE)
    told.add("out", ELSEWHERE, JUNE)
    told.add("enrolled", S, person=Q)
    told.add("out", S, JUNE, person=Q)
    right = told.whole(warehouse)
    assert len({one.code for one in right}) > 5
    events = numbered(told.events)
    warehouse.execute("TRUNCATE TABLE change_log")
    store(warehouse, events[::-1])
    store(warehouse, events[2:6])  # not merged yet: rows twice
    store(
        warehouse, [replace(event, offset=100 + event.offset, append_time=1000) for event in events[:4]]
    )  # later copies
    assert open_findings(warehouse, WHOLE, TODAY, 30) == right
    assert open_findings(warehouse, WHOLE, TODAY, 30, ["SEX_CHANGED"]) == [
        one for one in right if one.code == "SEX_CHANGED"
    ]


def test_any_history_in_any_order(warehouse: Warehouse) -> None:
    """Copies, voids and joined numbers by chance: rows in another order, in other parts and twice find the same."""
    log = random_log(random.Random(7), 150)
    found = []
    for parts in ([log], [log[::2], log[1::2]], [log[::-1], log[:50]]):
        warehouse.execute("TRUNCATE TABLE change_log")
        for part in parts:
            store(warehouse, part)
        found.append(open_findings(warehouse, WHOLE, TODAY, 30))
    assert found[1] == found[0]
    assert found[2] == found[0]
    assert len({one.code for one in found[0]}) > 8
    assert len({one.finding_id for one in found[0]}) == len(found[0])


def test_every_code_has_a_rule() -> None:
    from schemas.codes import REGISTER_FINDINGS
    from snapshots.findings import across

    assert sorted((*CODES, *across.CODES)) == sorted(code.code for code in REGISTER_FINDINGS)
