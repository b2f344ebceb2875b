"""Answers come out as they went in, and no reader takes one for another."""

import json
from datetime import UTC, date, datetime
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas import answers, catalogue
from schemas.framing import UnframedError, decode, encode
from tests.events import enrolled

NAMES = ("AcceptedChanges", "Receipts", "Finding", "Headcount")
NONE = bytes(16)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FINDING = {"finding_id": NONE, "code": "", "state": "OPEN", "person_key": NONE, "school_code": 0, "other_school": 0}
EMPTY = {
    "AcceptedChanges": {"changes": [], "watermarks": []},
    "Receipts": {"receipts": []},
    "Finding": FINDING
    | {"subject": NONE, "persons": [], "evidence": [], "day": date(2022, 6, 10), "told_at": EPOCH, "caused_at": EPOCH},
    "Headcount": {"school_code": 1, "day": date(2022, 6, 10), "told_at": EPOCH, "counts": []},
}
SIMPLE = {
    "boolean": st.booleans(),
    "string": st.text(max_size=20),
    "int": st.integers(-(2**31), 2**31 - 1),
    "long": st.integers(-(2**63), 2**63 - 1),
    "date": st.dates(date(1900, 1, 1), date(2600, 1, 1)),
    "timestamp-millis": st.integers(0, 2**41).map(lambda ms: datetime.fromtimestamp(ms // 1000, UTC)),
    "Bytes16": st.binary(min_size=16, max_size=16),
}


def _values(avro):
    if isinstance(avro, str):
        return SIMPLE[avro]
    if avro["type"] == "record":
        return st.fixed_dictionaries({field["name"]: _values(field["type"]) for field in avro["fields"]})
    if avro["type"] == "array":
        return st.lists(_values(avro["items"]), max_size=3)
    if avro["type"] == "enum":
        return st.sampled_from(avro["symbols"])
    return SIMPLE[avro.get("logicalType") or avro["name"]]


def _any(name):
    return _values(json.loads((resources.files(answers) / f"{name}.avsc").read_text(encoding="utf-8")))


ANY = {name: _any(name) for name in NAMES}


@pytest.mark.parametrize("name", NAMES)
@given(data=st.data())
def test_there_and_back(name, data):
    answer = data.draw(ANY[name])
    assert answers.decode(name, answers.encode(name, answer)) == answer


@pytest.mark.parametrize(
    ("name", "mark"), [("AcceptedChanges", "c301c6f95b9f0b42eb1d"), ("Receipts", "c30110edf0721978748d")]
)
def test_the_schema_is_the_one_that_was_written_with_before(name, mark):
    """register.accepted is kept for ever: before the schema is changed, the one before goes to schemas/answers/older."""
    assert answers.schema(name)[1].hex() == mark


def test_a_message_of_the_version_before_is_read():
    mark = bytes.fromhex("c3015781a61071eb981d")
    assert answers.decode("AcceptedChanges", mark + b"\0\0") == {"changes": [], "watermarks": []}


@pytest.mark.parametrize(("name", "other"), [*zip(NAMES, NAMES[::-1], strict=True)])
def test_one_is_not_read_as_the_other(name, other):
    message = answers.encode(name, EMPTY[name])
    with pytest.raises(ValueError, match=f"not a message of {other}"):
        answers.decode(other, message)


@pytest.mark.parametrize("name", NAMES)
def test_an_event_is_no_answer_and_an_answer_no_event(name):
    with pytest.raises(ValueError, match="not a message"):
        answers.decode(name, encode("StudentEnrolled", enrolled()))
    with pytest.raises(UnframedError, match="SCHEMA_UNKNOWN"):
        decode(answers.encode(name, EMPTY[name]))
    assert answers.schema(name)[1][2:] not in catalogue.by_fingerprint()


@pytest.mark.parametrize("name", NAMES)
def test_a_broken_answer_is_a_value_error(name):
    message = answers.encode(name, EMPTY[name])
    for broken in (b"", message[:9], message[:-1], message + b"\x00"):
        with pytest.raises(ValueError, match=name):
            answers.decode(name, broken)
