"""Which cells and pupils differ between two versions, and which events did it: each kind of change by a concrete history."""

from dataclasses import replace
from datetime import date

import pytest

from snapshots import diff as diffs
from snapshots.diff import CellChange, PupilChange, diff
from snapshots.seal import Request, Sealing, seal
from snapshots.versions import Version
from tests.snapshots.histories import identity, numbered
from tests.snapshots.oracle import Event
from tests.snapshots.sealing import OTHER, SCHOOL, take_in

pytestmark = pytest.mark.real
NIT, NOI = identity(0x01_00), identity(0x02_00)
MAY, TENTH, NOVEMBER = date(2022, 5, 16), date(2022, 6, 10), date(2022, 11, 10)


def event(act: str, number: int, day: date = MAY, person: bytes = NIT, school: int = SCHOOL, **more: object) -> Event:
    fields = {name: more.pop(name) for name in ("year", "replaces", "voids", "new_person") if name in more}
    return Event(school, person, act, identity(number), day=day, values=more, **fields)  # type: ignore[arg-type]


def enter(number: int, day: date = MAY, **more: object) -> Event:
    return event("enrolled", number, day, **{"grade": "04", "sex": "F", "room": "1", **more})  # type: ignore[arg-type]


def sealed(work: Sealing, day: date = TENTH, year: int = 2565) -> Version:
    work.clock.sleep_ms(1)
    return seal(work, Request(year, 1, day, wait_ms=0)).version


def changed(work: Sealing, before: list[Event], after: list[Event]) -> list[diffs.SchoolChange]:
    """What the later events change."""
    log = numbered([*before, *after])
    take_in(work, log[: len(before)])
    first = sealed(work)
    take_in(work, log[len(before) :])
    return list(diff(work.warehouse, first, sealed(work)))


def did(change: PupilChange) -> list[int]:
    """Numbers of the events that did it."""
    return [int.from_bytes(event.event_id, "big") for event in change.events]


def only(found: list[diffs.SchoolChange]) -> tuple[list[CellChange], PupilChange]:
    (school,) = found
    (pupil,) = school.pupils
    return school.cells, pupil


def test_a_late_entry(work: Sealing) -> None:
    cells, pupil = only(changed(work, [enter(1)], [enter(2, person=NOI)]))
    assert cells == [CellChange(("04", "F", "1"), 1, 2)]
    assert (pupil.person_key, pupil.before, did(pupil)) == (NOI, None, [2])
    assert pupil.after is not None
    assert pupil.after[:4] == ("04", "1", "", "F")
    (late,) = pupil.events
    assert (late.kind, late.place, late.append_time) == ("StudentEnrolled", "student-changes.a[0]@1", 1)


def test_a_void(work: Sealing) -> None:
    cells, pupil = only(changed(work, [enter(1)], [event("void", 2, voids=identity(1))]))
    assert cells == [CellChange(("04", "F", "1"), 1, 0)]
    assert (pupil.after, did(pupil), pupil.attributes) == (None, [2], [])


def test_a_void_sent_under_another_number(work: Sealing) -> None:
    _, pupil = only(changed(work, [enter(1)], [event("void", 2, person=NOI, voids=identity(1))]))
    assert (pupil.person_key, did(pupil)) == (NIT, [2])


def test_a_replacement(work: Sealing) -> None:
    cells, pupil = only(changed(work, [enter(1)], [enter(2, room="2", replaces=identity(1))]))
    assert cells == [CellChange(("04", "F", "1"), 1, 0), CellChange(("04", "F", "2"), 0, 1)]
    assert (pupil.attributes, did(pupil)) == (["room"], [2])


def test_a_sex_that_was_wrong_on_entry(work: Sealing) -> None:
    cells, pupil = only(changed(work, [enter(1), event("changed", 2)], [event("mended", 3, NOVEMBER, sex="M")]))
    assert cells == [CellChange(("04", "F", "1"), 1, 0), CellChange(("04", "M", "1"), 0, 1)]
    assert (pupil.attributes, did(pupil)) == (["sex"], [3])


def test_what_is_of_a_later_day_did_not_do_it(work: Sealing) -> None:
    """The history: a sex that was corrected was put down to the correction and to a graduation of next March."""
    later = [
        event("mended", 3, sex="M"), event("out", 4, NOVEMBER), event("changed", 5, NOVEMBER, room="9"),
        event("graduated", 6, date(2023, 3, 31)),
    ]  # fmt: skip
    _, pupil = only(changed(work, [enter(1)], later))
    assert (pupil.attributes, did(pupil)) == (["sex"], [3])


def test_what_is_of_a_later_day_did_it_by_what_it_replaces(work: Sealing) -> None:
    before = [enter(1), event("changed", 2, room="2")]
    _, pupil = only(changed(work, before, [event("changed", 3, NOVEMBER, room="2", replaces=identity(2))]))
    assert (pupil.attributes, did(pupil)) == (["room"], [3])


def test_what_changes_nothing_is_not_told(work: Sealing) -> None:
    assert changed(work, [enter(1)], [event("changed", 2, NOVEMBER, room="2"), event("out", 3, NOVEMBER)]) == []


def test_a_chain_of_numbers(work: Sealing) -> None:
    third = identity(0x03_00)
    before = [enter(1), event("identity", 2, school=OTHER, new_person=NOI)]
    (school,) = changed(work, before, [event("identity", 3, person=NOI, school=OTHER, new_person=third)])
    assert school.cells == []
    gone, came = school.pupils
    assert (gone.person_key, gone.after, did(gone)) == (NOI, None, [3])
    assert (came.person_key, came.before, did(came)) == (third, None, [3])


def test_an_event_under_an_old_number(work: Sealing) -> None:
    before = [enter(1), event("identity", 2, school=OTHER, new_person=NOI)]
    _, pupil = only(changed(work, before, [event("changed", 3, room="7")]))
    assert (pupil.person_key, pupil.attributes, did(pupil)) == (NOI, ["room"], [3])


def test_a_replaced_number_that_was_removed(work: Sealing) -> None:
    before = [enter(1), event("identity", 2, school=OTHER, new_person=NOI)]
    later = [event("void", 3, school=OTHER, person=identity(77), voids=identity(2))]
    (school,) = changed(work, before, later)
    assert [(pupil.person_key, did(pupil)) for pupil in school.pupils] == [(NIT, [3]), (NOI, [3])]


def test_the_day_moved(work: Sealing) -> None:
    log = [
        enter(1), enter(2, person=NOI), event("dropped", 3, NOVEMBER), event("changed", 4, NOVEMBER, NOI, room="2"),
        event("changed", 5, NOVEMBER, NOI, room="3"), event("void", 6, voids=identity(5)),
        event("changed", 7, date(2022, 6, 1), NOI, student_number="3"),
    ]  # fmt: skip
    take_in(work, numbered(log))
    first, second = sealed(work), sealed(work, NOVEMBER)
    for one, other in ((first, second), (second, first)):
        (school,) = diff(work.warehouse, one, other)
        assert [(pupil.person_key, did(pupil)) for pupil in school.pupils] == [(NIT, [3]), (NOI, [4])]


def test_the_year_moved(work: Sealing) -> None:
    take_in(work, numbered([enter(1), enter(2, person=NOI), event("promoted", 3, grade="05")]))
    (school,) = diff(work.warehouse, sealed(work), sealed(work, date(2023, 6, 10), 2566))
    assert [(pupil.attributes, did(pupil)) for pupil in school.pupils] == [(["grade"], [3]), ([], [])]


def test_schools_one_by_one(work: Sealing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(diffs, "RANGE_PUPILS", 1)
    log = numbered([enter(1), enter(2, person=NOI, school=OTHER), enter(3, school=OTHER, person=identity(9))])
    take_in(work, [])
    first = sealed(work)
    take_in(work, log)
    second = sealed(work)
    assert [(school.school_code, len(school.pupils)) for school in diff(work.warehouse, first, second)] == [
        (SCHOOL, 1),
        (OTHER, 2),
    ]
    assert [school.school_code for school in diff(work.warehouse, first, second, OTHER)] == [OTHER]
    assert list(diff(work.warehouse, second, second)) == []
    assert list(diff(work.warehouse, second, replace(second, label="again"))) == []
