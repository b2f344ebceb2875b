"""Ids and bytes: publishing a file again adds nothing."""

import uuid
from datetime import UTC, date, datetime

import hypothesis.strategies as st
from hypothesis import given

from publishers.roster import events
from publishers.roster.check import check, find_roster
from publishers.roster.prepare import Options, prepare
from publishers.roster.table import Source
from publishers.sender import message
from schemas import framing
from schemas.errors import ThabianError
from tests.publishers.rosters import AT, ENTRY, H36, NO_TABLE, NOW, SCHOOL, STAMP, person_id, row, xlsx

LATER = datetime(2022, 7, 1, tzinfo=UTC)


def messages(path, now=NOW, **options):
    found = prepare(path, Options(now=now, source="test/1", **options))
    return [message("topic", kind, event) for kind, event in found.events()]


def test_the_same_file_gives_the_same_bytes_whenever_it_is_published(tmp_path):
    path = tmp_path / "2565-1-student.xlsx"
    path.write_bytes(xlsx([row(1, deferred="x"), row(2)]))
    assert messages(path) == messages(path, now=LATER)


def test_without_a_stamp_only_recorded_at_differs(tmp_path):
    path = tmp_path / "2565-1-student.xlsx"
    path.write_bytes(xlsx([row(1)], above=()))
    (_, first), (_, second) = (framing.decode(messages(path, now=now)[0].value) for now in (NOW, LATER))
    assert first.pop("recorded_at") < second.pop("recorded_at")
    assert first == second


def test_an_id_is_a_uuid5_over_school_person_kind_year_and_revision():
    base = (SCHOOL, person_id(1), "StudentEnrolled", 2565, 1)
    other = [
        ("1020080006", *base[1:]),
        (SCHOOL, person_id(2), *base[2:]),
        (*base[:2], "DischargeDeferred", *base[3:]),
        (*base[:3], 2566, 1),
        (*base[:4], 2),
    ]
    ids = {events.event_id(*parts) for parts in (base, *other)}
    assert len(ids) == 6
    assert all(uuid.UUID(found).version == 5 for found in ids)
    assert events.event_id(*base) == "fd4cca52-4271-5463-a4fb-c05f88320fb5", "another id doubles every pupil"


def test_an_event_survives_the_wire_whole(tmp_path):
    path = tmp_path / "2565-1-student.xlsx"
    path.write_bytes(xlsx([row(1, deferred="ติดตาม", disadvantage="เด็กยากจน", house_number="12/3")]))
    entry, deferral = (framing.decode(item.value) for item in messages(path))
    kind, event = entry
    assert kind == "StudentEnrolled"
    assert {name: value for name, value in event.items() if value is not None} == {
        "event_id": uuid.UUID(events.event_id(SCHOOL, person_id(1), kind, 2565, 1)), "school_code": SCHOOL,
        "person_id": person_id(1), "academic_year": 2565, "effective_date": date(2022, 5, 16),
        "recorded_at": datetime(2022, 6, 10, 19, 0, 12, 244000, tzinfo=UTC), "source": "test/1", "entry_reason": "OPENING",
        "grade": "04", "room": "1", "student_number": "00001", "title": "เด็กชาย", "first_name": "ธนกร",
        "last_name": "ทองจำลอง", "sex": "M", "birth_date": date(2015, 5, 13), "nationality": "ไทย", "disadvantage": "POOR",
        "house_number": "12/3",
    }  # fmt: skip
    assert (deferral[0], deferral[1]["person_id"]) == ("DischargeDeferred", person_id(1))


def test_the_key_is_the_school(tmp_path):
    path = tmp_path / "2565-1-student.xlsx"
    path.write_bytes(xlsx([row(1)]))
    assert [item.key for item in messages(path)] == [SCHOOL.encode()]


CELL = st.one_of(
    st.none(), st.text(max_size=20), st.integers(), st.floats(), st.booleans(), st.datetimes(), st.dates(), st.times(),
    st.sampled_from(["-", "ไม่มี", "ม.1/2", "ป.1", "ช", "ด.ช.สมมุติ", "29/02/2567", "1.10E+12",
                     '="18199..NNNNNN"', person_id(1)]),
)  # fmt: skip
ROW = st.lists(CELL, max_size=40)
TWISTED = st.builds(
    lambda number, cells: row(number, **cells),
    st.integers(0, 3),
    st.dictionaries(st.sampled_from(sorted(AT)), CELL, max_size=3),
)


@given(st.lists(st.one_of(ROW, TWISTED), max_size=8))
def test_whatever_the_cells_hold_every_row_ends_as_exactly_one_thing(rows):
    sheet = list(enumerate([[STAMP], list(H36), row(9), *rows], start=1))
    roster = find_roster(Source("roster", [sheet]))
    try:
        found = check(roster, None, NO_TABLE, ENTRY)
    except ThabianError as error:
        if error.code != "SCHOOL_CODE_UNMAPPED":
            raise
        return  # a school code of 8 or 6 digits refuses the file
    published = {pupil.row for pupil in found.pupils}
    refused = {item.row for item in found.problems if item.refuses}
    repeats = {item.row for item in found.problems if item.code.code == "ROW_REPEATED"}
    assert published | refused | repeats == {number for number, _ in roster.rows}
    assert len(published) + len(refused) + len(repeats) == found.rows
    for pupil in found.pupils:
        for kind, event in events.events_of(pupil, events.Load(2565, ENTRY, NOW, "test/1")):
            assert framing.decode(framing.encode(kind, event))[0] == kind
