"""JSON lines: every kind goes, everything wrong is named by line, field and code, and never by value."""

import io
import json
import uuid
from datetime import UTC, date, datetime

import hypothesis.strategies as st
import pytest
from hypothesis import given

from publishers.json_events import LONGEST_LINE, LineReader
from schemas import catalogue, framing
from tests.publishers.rosters import SCHOOL, person_id

EVENT_ID = "018f3a5e-0000-7000-8000-000000000001"
HEADER = {
    "event_id": EVENT_ID, "school_code": SCHOOL, "person_id": person_id(1), "academic_year": 2565,
    "effective_date": "2022-06-01", "recorded_at": "2022-06-02T09:00:00+07:00", "source": "bmis/4.2",
}  # fmt: skip
OF_KIND = {
    "StudentEnrolled": {"grade": "04", "sex": "M", "birth_date": "2015-05-13", "entry_reason": "NEW"},
    "StudentTransferredIn": {"grade": "04", "sex": "F", "from_school": "1020080006"},
    "StudentTransferredOut": {"to_school": "1020080006"},
    "StudentDroppedOut": {"reason": "POVERTY"},
    "StudentDied": {},
    "StudentGraduated": {"destination": "201"},
    "YearEndDecided": {"decision": "PROMOTED", "next_grade": "05"},
    "DischargeDeferred": {},
    "ProfileCorrected": {"since": "ENTRY", "first_name": "ธนกร", "room": ""},
    "IdentityReplaced": {"new_person_id": person_id(2)},
    "EventVoided": {"voids": "018f3a5e-0000-7000-8000-000000000002", "reason": None},
}


def line(kind="StudentDied", **fields) -> bytes:
    event = {"kind": kind, **HEADER, **OF_KIND.get(str(kind), {}), **fields}
    return json.dumps({name: value for name, value in event.items() if value is not ...}, ensure_ascii=False).encode()


def read(*lines: bytes):
    reader = LineReader("topic")
    found = [framing.decode(item.value) for item in reader.read(io.BytesIO(b"\n".join(lines)))]
    assert len(found) + reader.refused == reader.lines
    return found, [(item.row, item.column, item.code.code) for item in reader.problems]


def one(text: bytes) -> list[tuple[str, str]]:
    """(field, code) of a bad line between two good ones."""
    found, problems = read(line(), text, line())
    assert len(found) == 2
    assert {row for row, _, _ in problems} == {2}
    return [(column, code) for _, column, code in problems]


@pytest.mark.parametrize("kind", catalogue.KINDS)
def test_every_kind_goes_the_whole_way(kind):
    found, problems = read(line(kind))
    assert problems == []
    assert found[0][0] == kind
    event = found[0][1]
    assert event["event_id"] == uuid.UUID(EVENT_ID)
    assert event["effective_date"] == date(2022, 6, 1)
    assert event["recorded_at"] == datetime(2022, 6, 2, 2, tzinfo=UTC)
    for name, value in OF_KIND[kind].items():
        if name not in ("birth_date", "voids"):
            assert event[name] == value


def test_all_kinds_of_the_contract_are_tried_here():
    assert set(OF_KIND) == set(catalogue.KINDS)


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({"surname": "x"}, ("surname", "FIELD_NOT_KNOWN")),
        ({"grade": "04"}, ("grade", "FIELD_NOT_KNOWN")),
        ({"1101700207030": "x"}, ("?", "FIELD_NOT_KNOWN")),
        ({"source": ...}, ("source", "FIELD_REQUIRED")),
        ({"source": None}, ("source", "FIELD_REQUIRED")),
        ({"source": " "}, ("source", "FIELD_REQUIRED")),
        ({"recorded_at": ...}, ("recorded_at", "FIELD_REQUIRED")),
        ({"source": 1}, ("source", "FIELD_OF_WRONG_TYPE")),
        ({"person_id": 1101700207030}, ("person_id", "FIELD_OF_WRONG_TYPE")),
        ({"academic_year": "2565"}, ("academic_year", "FIELD_OF_WRONG_TYPE")),
        ({"academic_year": True}, ("academic_year", "FIELD_OF_WRONG_TYPE")),
        ({"academic_year": 2565.0}, ("academic_year", "FIELD_OF_WRONG_TYPE")),
        ({"academic_year": 2022}, ("academic_year", "YEAR_NOT_IN_BE")),
        ({"effective_date": 19144}, ("effective_date", "FIELD_OF_WRONG_TYPE")),
        ({"effective_date": "01/06/2565"}, ("effective_date", "FIELD_NOT_A_DATE")),
        ({"effective_date": "2022-02-29"}, ("effective_date", "FIELD_NOT_A_DATE")),
        ({"effective_date": "2022-6-1"}, ("effective_date", "FIELD_NOT_A_DATE")),
        ({"effective_date": "2565-06-01"}, ("effective_date", "FIELD_IN_BE")),
        ({"effective_date": "1969-12-31"}, ("effective_date", "FIELD_OUT_OF_RANGE")),
        ({"recorded_at": "2565-06-02T09:00:00+07:00"}, ("recorded_at", "FIELD_IN_BE")),
        ({"recorded_at": "2022-06-02T09:00:00"}, ("recorded_at", "FIELD_NOT_A_TIME")),
        ({"recorded_at": "2022-06-02"}, ("recorded_at", "FIELD_NOT_A_TIME")),
        ({"recorded_at": "0001-01-01T00:00:00+14:00"}, ("recorded_at", "FIELD_OUT_OF_RANGE")),
        ({"event_id": "1"}, ("event_id", "FIELD_NOT_A_UUID")),
        ({"event_id": "00000000-0000-0000-0000-000000000000"}, ("event_id", "FIELD_NOT_A_UUID")),
        ({"replaces": "x"}, ("replaces", "FIELD_NOT_A_UUID")),
        ({"school_code": "20010029"}, ("school_code", "SCHOOL_CODE_NOT_TEN_DIGITS")),
        ({"school_code": "0000000000"}, ("school_code", "SCHOOL_CODE_NOT_TEN_DIGITS")),
        ({"person_id": "199000000002"}, ("person_id", "PERSON_ID_NOT_VALID")),
        ({"person_id": "1111111111111"}, ("person_id", "PERSON_ID_IS_PLACEHOLDER")),
        ({"source": "x" * 501}, ("source", "FIELD_TOO_LONG")),
        ({"source": "ก" * 167}, ("source", "FIELD_TOO_LONG")),
        ({"kind": "Died"}, ("kind", "KIND_NOT_KNOWN")),
        ({"kind": ["StudentDied"]}, ("kind", "KIND_NOT_KNOWN")),
        ({"kind": ...}, ("kind", "KIND_NOT_KNOWN")),
    ],
)
def test_what_is_wrong_is_named_by_field_and_code(fields, found):
    assert one(line(**fields)) == [found]


@pytest.mark.parametrize(
    ("kind", "fields", "found"),
    [
        ("StudentEnrolled", {"grade": ""}, ("grade", "FIELD_REQUIRED")),
        ("StudentEnrolled", {"sex": ...}, ("sex", "FIELD_REQUIRED")),
        ("StudentEnrolled", {"entry_reason": "new"}, ("entry_reason", "FIELD_SYMBOL_NOT_KNOWN")),
        ("StudentEnrolled", {"entry_reason": None}, ("entry_reason", "FIELD_OF_WRONG_TYPE")),
        ("StudentEnrolled", {"birth_date": "2558-05-13"}, ("birth_date", "FIELD_IN_BE")),
        ("YearEndDecided", {"next_grade": None}, ("next_grade", "NEXT_GRADE_REQUIRED")),
        ("YearEndDecided", {"decision": "UNKNOWN"}, ("decision", "FIELD_SYMBOL_NOT_KNOWN")),
        ("IdentityReplaced", {"new_person_id": person_id(1)}, ("new_person_id", "NEW_PERSON_ID_IS_THE_OLD")),
        ("EventVoided", {"voids": None}, ("voids", "FIELD_REQUIRED")),
        ("ProfileCorrected", {"first_name": 5}, ("first_name", "FIELD_OF_WRONG_TYPE")),
    ],
)
def test_what_is_wrong_with_a_kinds_own_fields(kind, fields, found):
    assert one(line(kind, **fields)) == [found]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (b"not json", ("", "LINE_NOT_AN_OBJECT")),
        (b"[1]", ("", "LINE_NOT_AN_OBJECT")),
        (b'"text"', ("", "LINE_NOT_AN_OBJECT")),
        (b"[" * 100_000, ("", "LINE_NOT_AN_OBJECT")),
        (line()[:-1] + b', "x": NaN}', ("", "LINE_NOT_AN_OBJECT")),
        (line()[:-1] + b', "x": ' + b"9" * 5000 + b"}", ("", "LINE_NOT_AN_OBJECT")),
        (b"\xff", ("", "LINE_NOT_TEXT")),
        ("ชั้น".encode("cp874"), ("", "LINE_NOT_TEXT")),
        (b"x" * (LONGEST_LINE * 2 + 5), ("", "LINE_TOO_LONG")),
        (line()[:-1] + b', "source": "other"}', ("source", "FIELD_TWICE")),
        (line().replace(b"bmis", b"\\ud800"), ("source", "FIELD_OF_WRONG_TYPE")),
    ],
)
def test_lines_that_are_no_event(text, found):
    assert one(text) == [found]


def test_all_that_is_wrong_with_a_line_is_said_at_once():
    assert one(line(source=..., person_id="x", other=1)) == [
        ("other", "FIELD_NOT_KNOWN"), ("person_id", "PERSON_ID_NOT_VALID"), ("source", "FIELD_REQUIRED"),
    ]  # fmt: skip


def test_a_mark_blank_lines_and_windows_ends_are_fine():
    found, problems = read(b"\xef\xbb\xbf" + line() + b"\r", b"", b"  \r", line())
    assert (len(found), problems) == (2, [])


def test_the_pupils_number_is_sent_in_its_one_form():
    found, _ = read(line(person_id="g 1234-5600-0078"))
    assert found[0][1]["person_id"] == "G123456000078"


def test_no_value_is_ever_repeated():
    reader = LineReader("topic")
    list(reader.read(io.BytesIO(line(person_id="SECRET-NUMBER", secret="SECRET", first_name="SECRET"))))
    assert reader.problems
    assert "SECRET" not in repr(reader.problems)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)
NAMES = st.sampled_from(
    sorted({name for kind in catalogue.KINDS for name in catalogue.current(kind).fields} | {"kind"})
)


@given(st.lists(st.binary() | JSON.map(lambda value: json.dumps(value).encode()), max_size=5))
def test_whatever_the_lines_hold_nothing_is_raised(lines):
    read(*lines)


@given(st.sampled_from(catalogue.KINDS), st.dictionaries(NAMES, JSON, max_size=3))
def test_whatever_a_field_holds_the_line_is_published_or_named(kind, fields):
    found, problems = read(line(**({"kind": kind} | OF_KIND[kind] | fields)))
    assert bool(found) != bool(problems)
