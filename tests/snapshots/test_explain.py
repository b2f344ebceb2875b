"""The events behind a number, and why those that do not count do not."""

from dataclasses import replace
from datetime import date

import pytest

from schemas.errors import ThabianError
from snapshots import explain
from snapshots.explain import CellFilter, ExplainedPupil
from snapshots.logged_events import written
from snapshots.seal import Sealing
from tests.snapshots.histories import identity, numbered
from tests.snapshots.oracle import Event
from tests.snapshots.sealing import OTHER, SCHOOL, take_in
from tests.snapshots.test_diff import NIT, NOI, NOVEMBER, TENTH, enter, event, sealed

pytestmark = pytest.mark.real


def told(work: Sealing, *log: Event, school: int = SCHOOL, cell: CellFilter | None = None) -> list[ExplainedPupil]:
    """What is said of a school after these events."""
    take_in(work, numbered(log))
    return explain.of_school(work.warehouse, sealed(work), school, cell)


def why(pupil: ExplainedPupil) -> dict[int, tuple[bool, str]]:
    """(counts, why) by the event's number."""
    return {int.from_bytes(one.event.event_id, "big"): (one.counts, one.why) for one in pupil.events}


def test_an_ordinary_pupil(work: Sealing) -> None:
    (pupil,) = told(
        work, enter(1, student_number="4"), event("changed", 2, date(2022, 6, 1), room="2"),
        event("changed", 3, date(2022, 6, 2), room="3"), event("mended", 4, NOVEMBER, sex="M"),
        event("changed", 5, NOVEMBER, room="4"), event("out", 6, NOVEMBER), event("promoted", 7, grade="05"),
    )  # fmt: skip
    assert pupil.sealed is not None
    assert (pupil.sealed["sex"], pupil.sealed["room"]) == ("M", "3")
    assert why(pupil) == {
        1: (True, "came on the roll; gives grade, student_number"),
        2: (False, "what it gives, a stronger event gives as well"),
        3: (True, "gives room"),
        4: (True, "gives sex"),
        5: (False, "lies after the day counted"),
        6: (False, "lies after the day counted"),
        7: (True, "lets the pupil go on at the year's end"),
    }


def test_what_was_removed(work: Sealing) -> None:
    (pupil,) = told(
        work, enter(1), enter(2, room="2", replaces=identity(1)), event("dropped", 3, TENTH),
        event("void", 4, person=NIT, voids=identity(3)), event("void", 5, voids=identity(99)),
    )  # fmt: skip
    assert why(pupil) == {
        1: (False, f"replaced by {written(identity(2))}, student-changes.a[0]@1"),
        2: (True, f"came on the roll; gives grade, room, sex; removes {written(identity(1))}"),
        3: (False, f"voided by {written(identity(4))}, student-changes.a[0]@3"),
        4: (True, f"removes {written(identity(3))}"),
        5: (True, "names no event of the school: does nothing"),
    }


def test_copies_and_several_times_on_the_roll(work: Sealing) -> None:
    log = [
        enter(1), event("out", 2, date(2022, 6, 1)), event("out", 3, date(2022, 6, 2)), enter(4, date(2022, 6, 3), room="4"),
        enter(4, date(2022, 6, 3), room="5"),
    ]  # fmt: skip
    (pupil,) = told(work, *log)
    first = [(one.counts, one.why) for one in pupil.events]
    assert first == [
        (True, "came on the roll, and left it since"),
        (True, "left the roll"),
        (False, "left nothing open to leave: off the roll, or still on it under another number"),
        (True, "came on the roll; gives grade, room, sex"),
        (False, "a later copy: the one at student-changes.a[0]@3 counts"),
    ]


def test_a_pupil_off_the_roll(work: Sealing) -> None:
    (pupil,) = told(
        work, enter(1, date(2021, 5, 17), year=2564), event("graduated", 2, year=2564), event("promoted", 3, year=2564),
        event("deferred", 4, year=2564), event("changed", 5, date(2022, 6, 1)),
    )  # fmt: skip
    assert pupil.sealed is None
    found = why(pupil)
    assert found[1] == (True, "came on the roll, and left it since")
    assert found[4] == (True, "left the roll at the year's end")
    assert found[2] == found[3] == (False, "a decision recorded later for the same year counts")
    assert found[5] == (False, "the pupil is off the roll")


def test_a_cell_and_who_is_not_in_it(work: Sealing) -> None:
    log = numbered(
        [
            enter(1), enter(2, person=NOI, room="2"), enter(3, person=identity(7)), event("void", 4, voids=identity(3)),
            enter(5, person=identity(8), room="3"), event("changed", 6, date(2022, 6, 1), person=identity(8), room="1"),
        ]
    )  # fmt: skip
    found = told(work, *log, cell=CellFilter("04", "F", "1"))
    assert [pupil.person_key for pupil in found] == [*sorted([NIT, identity(8)]), identity(7)]
    assert [pupil.sealed is None for pupil in found] == [False, False, True]
    assert [len(found) for found in (told(work, *log, cell=CellFilter(room="2")), told(work, *log))] == [1, 4]


def test_a_person_at_all_schools_under_all_numbers(work: Sealing) -> None:
    log = [
        enter(1), enter(2, person=NOI, school=OTHER), event("identity", 3, school=OTHER, new_person=NOI),
        enter(4, person=identity(9)),
    ]  # fmt: skip
    take_in(work, numbered(log))
    version = sealed(work)
    for key in (NIT, NOI):
        found = explain.of_person(work.warehouse, version, key)
        assert [(pupil.school_code, pupil.person_key) for pupil in found] == [(SCHOOL, NOI), (OTHER, NOI)]
    assert why(found[1])[3] == (True, f"the number leads to {NOI.hex()}")
    assert why(found[0]) == {1: (True, "came on the roll; gives grade, room, sex")}


def test_an_event(work: Sealing) -> None:
    take_in(work, numbered([enter(1), enter(2, person=NOI), event("void", 3, person=NOI, voids=identity(1))]))
    version = sealed(work)
    found = explain.of_event(work.warehouse, version, identity(3))
    assert [pupil.person_key for pupil in found] == [NIT, NOI], "the one it was sent for, and the one it touched"
    assert explain.of_event(work.warehouse, version, identity(44)) == []


def test_what_lies_above_the_cut_is_not_told(work: Sealing) -> None:
    log = numbered([enter(1), event("void", 2, voids=identity(1))])
    take_in(work, log[:1])
    version = sealed(work)
    take_in(work, log[1:])
    (pupil,) = explain.of_school(work.warehouse, version, SCHOOL)
    assert (len(pupil.events), pupil.sealed is None) == (1, False)
    with pytest.raises(ThabianError) as unknown:
        explain.of_school(work.warehouse, replace(version), OTHER)
    assert unknown.value.code == "SCHOOL_NOT_IN_SNAPSHOT"
