"""Both framings carry every event there and back; what is no message is named, never guessed."""

from datetime import UTC, datetime

import fastavro
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas import catalogue, framing
from schemas.framing import UnframedError
from tests.events import any_event, enrolled, event, plain_values

FRAMINGS = ("single-object", "confluent")


@pytest.mark.parametrize("how", FRAMINGS)
@pytest.mark.parametrize("kind", catalogue.KINDS)
@settings(max_examples=30)
@given(data=st.data())
def test_there_and_back(kind, how, data):
    sent = data.draw(any_event(kind))
    message = framing.encode(kind, sent, how)
    came_as, received = framing.decode(message)
    assert came_as == kind
    assert plain_values(received) == plain_values(sent)


@pytest.mark.parametrize("kind", catalogue.KINDS)
def test_the_first_bytes_are_those_of_the_specifications(kind):
    """Avro "Single-object encoding": C3 01 and the fingerprint, little-endian. Confluent: 00 and the id, big-endian."""
    schema = catalogue.current(kind)
    assert framing.prefix(schema) == b"\xc3\x01" + schema.fingerprint
    assert framing.prefix(schema, "confluent") == bytes([0, 0, 0, 0, schema.registry_id])
    for how in FRAMINGS:
        start = framing.prefix(schema, how)
        assert framing.writer(start + b"body") == (schema, len(start))


def test_what_is_left_out_is_null_or_the_default():
    kind, received = framing.decode(framing.encode("StudentEnrolled", enrolled(room=None) | {"entry_reason": "NEW"}))
    assert (kind, received["room"], received["replaces"]) == ("StudentEnrolled", None, None)
    bare = enrolled()
    del bare["entry_reason"]
    assert framing.decode(framing.encode("StudentEnrolled", bare))[1]["entry_reason"] == "NEW"


def test_times_keep_their_moment_whatever_their_offset():
    at = datetime(2022, 6, 1, 8, 30, tzinfo=UTC)
    bangkok = datetime.fromisoformat("2022-06-01T15:30:00+07:00")
    _, received = framing.decode(framing.encode("EventVoided", event(recorded_at=bangkok, voids=event(2)["event_id"])))
    assert received["recorded_at"] == at


@pytest.mark.parametrize("how", FRAMINGS)
@pytest.mark.parametrize("kind", catalogue.KINDS)
def test_an_unknown_field_is_refused(kind, how):
    with pytest.raises(ValueError, match="unknown field: nickname"):
        framing.encode(kind, event(nickname="x"), how)


@pytest.mark.parametrize("wrong", [{"academic_year": "2565"}, {"grade": None}, {"entry_reason": "MERGED"}])
def test_a_value_that_does_not_fit_is_refused(wrong):
    with pytest.raises((ValueError, TypeError)):
        framing.encode("StudentEnrolled", enrolled(**wrong))


@pytest.mark.parametrize("missing", ["grade", "sex", "event_id"])
def test_a_required_field_is_required(missing):
    made = enrolled()
    del made[missing]
    with pytest.raises((ValueError, TypeError)):
        framing.encode("StudentEnrolled", made)


@pytest.mark.parametrize("how", FRAMINGS)
def test_a_message_that_is_too_short_is_unreadable_at_every_length(how):
    message = framing.encode("StudentEnrolled", enrolled(), how)
    start = len(framing.prefix(catalogue.current("StudentEnrolled"), how))
    for length in range(len(message)):
        with pytest.raises(UnframedError) as refused:
            framing.decode(message[:length])
        mark = 2 if how == "single-object" else start
        expected = "FRAMING_UNKNOWN" if length < mark else "SCHEMA_UNKNOWN" if length < start else "BODY_UNREADABLE"
        assert refused.value.code == expected, length


@pytest.mark.parametrize("how", FRAMINGS)
def test_bytes_left_over_are_refused(how):
    with pytest.raises(UnframedError, match="BODY_UNREADABLE"):
        framing.decode(framing.encode("StudentEnrolled", enrolled(), how) + b"\x00")


@pytest.mark.parametrize(
    ("message", "code"),
    [
        (b"", "FRAMING_UNKNOWN"),
        (b"{}", "FRAMING_UNKNOWN"),
        (b"\xc3\x02" + bytes(8), "FRAMING_UNKNOWN"),
        (b"Obj\x01", "FRAMING_UNKNOWN"),
        (b"\xc3\x01" + bytes(8), "SCHEMA_UNKNOWN"),
        (b"\x00\x00\x00\x00\x00", "SCHEMA_UNKNOWN"),
        (b"\x00\xff\xff\xff\xff", "SCHEMA_UNKNOWN"),
    ],
)
def test_what_is_no_message_of_ours_is_named(message, code):
    with pytest.raises(UnframedError) as refused:
        framing.decode(message)
    assert refused.value.code == code


@given(st.sampled_from(catalogue.KINDS), st.sampled_from(FRAMINGS), st.binary(max_size=200))
def test_any_bytes_are_an_event_or_unreadable(kind, how, body):
    try:
        found, _ = framing.decode(framing.prefix(catalogue.current(kind), how) + body)
    except UnframedError as refused:
        found = refused.code
    assert found in (kind, "BODY_UNREADABLE")


def test_an_older_and_a_newer_writer_are_read_as_today(monkeypatch):
    """What design 3 promises of versions to come: one has a field more, one a symbol more, one a field less."""
    today = catalogue.current("StudentEnrolled")
    other = catalogue.definition("StudentEnrolled", 1)
    other["fields"] = [field for field in other["fields"] if field["name"] != "street"]
    other["fields"].append({"name": "added", "type": ["null", "string"], "default": None})
    reason = next(field for field in other["fields"] if field["name"] == "entry_reason")
    reason["type"]["symbols"].append("MERGED")
    mark = catalogue.fingerprint(other)
    writer = catalogue.Schema("StudentEnrolled", 2, mark, 99, other, fastavro.parse_schema(other))
    monkeypatch.setattr(catalogue, "by_fingerprint", lambda: {mark: writer})
    monkeypatch.setattr(catalogue, "current", lambda _: writer)
    message = framing.encode("StudentEnrolled", enrolled(entry_reason="MERGED", added="x"))
    monkeypatch.setattr(catalogue, "current", lambda _: today)
    _, received = framing.decode(message)
    assert set(received) == set(today.fields)
    assert (received["entry_reason"], received["street"], received["grade"]) == ("UNKNOWN", None, "04")
