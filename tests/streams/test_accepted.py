"""What intake answers is what the stream reads: every kind, the version before, and copies that stand before another."""

import io
import uuid
from datetime import UTC, date, datetime
from typing import Any

import fastavro
import pytest

from schemas import answers, catalogue
from schemas.framing import encode
from streams import accepted
from streams.accepted import Accepted
from streams.days import day_of
from streams.event import IDENTITY, NONE, VOID, Event
from tests.consumers.memory import MemoryAnswers, MemoryLog, MemoryRegister
from tests.consumers.test_intake import drain
from tests.events import SCHOOL, enrolled, event, person_id

OTHER = "1020080006"
REPLACED, VOIDED = uuid.UUID(int=5 << 64 | 1), uuid.UUID(int=6 << 64 | 1)
ARRIVED = {name: value for name, value in enrolled(from_school=OTHER).items() if name != "entry_reason"}

KINDS: dict[str, tuple[dict[str, Any], int]] = {
    "StudentEnrolled": (enrolled(student_number="12"), 1),
    "StudentTransferredIn": (ARRIVED, 2),
    "StudentTransferredOut": (event(to_school=OTHER), 3),
    "StudentDroppedOut": (event(reason="OTHER"), 4),
    "StudentDied": (event(), 5),
    "StudentGraduated": (event(), 6),
    "YearEndDecided": (event(decision="PROMOTED", next_grade="05"), 7),
    "DischargeDeferred": (event(), 9),
    "ProfileCorrected": (event(since="ENTRY", sex="F", student_number=""), 11),
    "IdentityReplaced": (event(new_person_id=person_id(2)), 13),
    "EventVoided": (event(voids=str(VOIDED)), 14),
}


def answered(*messages: tuple[bytes, int, int], batch_size: int = 1_000) -> list[bytes]:
    """Messages of register.accepted that intake makes of (value, partition, append time)."""
    log, out = MemoryLog(batch_size=batch_size), MemoryAnswers()
    for value, partition, at in messages:
        log.append(value, partition=partition, timestamp=at)
    drain(log, MemoryRegister(), out)
    return [sent.value or b"" for sent in out.sent if sent.topic == "register.accepted"]


def only(*messages: tuple[bytes, int, int]) -> Accepted:
    (one,) = answered(*messages)
    return accepted.read(one)


def test_every_kind_is_here() -> None:
    assert set(KINDS) == set(catalogue.KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_is_read_as_it_was_sent(kind: str) -> None:
    fields, act = KINDS[kind]
    read = only((encode(kind, fields), 0, 10**12))
    assert read.newest == 10**12
    one: Any = (read.acting if act in (IDENTITY, VOID) else read.events)[0]
    assert (len(read.acting), len(read.events)) == ((1, 0) if act in (IDENTITY, VOID) else (0, 1))
    assert (one.school, one.event_id) == (int(SCHOOL), uuid.UUID(fields["event_id"]).bytes)
    assert one.place == (10**12, "student-changes.t", 0, 0)
    assert len(one.person) == 16
    assert one.person != NONE
    if isinstance(one, Event):
        assert (one.act, one.year, one.day) == (act, 2565, (date(2022, 5, 16) - date(1970, 1, 1)).days)
        assert day_of(one.recorded_at) == (date(2022, 6, 1) - date(1970, 1, 1)).days


def test_what_was_given_and_what_was_not() -> None:
    one = only((encode("StudentEnrolled", enrolled(student_number="12")), 0, 1)).events[0]
    assert (one.grade, one.student_number, one.sex) == ("04", "12", "M")
    assert one.birth is not None
    assert one.birth[0] > 0
    corrected = only((encode("ProfileCorrected", KINDS["ProfileCorrected"][0]), 0, 1)).events[0]
    assert (corrected.grade, corrected.sex, corrected.birth) == (None, "F", None)
    promoted = only((encode("YearEndDecided", KINDS["YearEndDecided"][0]), 0, 1)).events[0]
    assert (promoted.grade, promoted.sex) == ("05", None)


@pytest.mark.parametrize("kind", ["StudentTransferredIn", "StudentTransferredOut"])
def test_the_other_school(kind: str) -> None:
    assert only((encode(kind, KINDS[kind][0]), 0, 1)).events[0].other_school == int(OTHER)


def test_who_acts_says_on_what() -> None:
    (void,) = only((encode("EventVoided", KINDS["EventVoided"][0]), 0, 1)).acting
    assert (void.voids, void.replaces, void.new_person) == (VOIDED.bytes, NONE, NONE)
    (identity,) = only((encode("IdentityReplaced", KINDS["IdentityReplaced"][0]), 0, 1)).acting
    (second,) = only((encode("StudentDied", event(2)), 0, 1)).events
    assert (identity.voids, identity.replaces, identity.new_person) == (NONE, NONE, second.person)


def test_what_replaces_another_is_an_event_and_acts() -> None:
    read = only((encode("StudentEnrolled", enrolled(replaces=str(REPLACED))), 0, 1))
    assert [one.replaces for one in read.acting] == [REPLACED.bytes]
    assert read.acting[0].event_id == read.events[0].event_id


@pytest.mark.parametrize(("day", "cohort"), [(15, 2015), (16, 2015), (17, 2016)])
def test_a_cohort_begins_on_16_may(day: int, cohort: int) -> None:
    """Born on 16 May one is a whole year older on it; born on the 17th a year later."""
    read = only((encode("StudentEnrolled", enrolled(birth_date=date(2015, 5, day))), 0, 1))
    assert read.events[0].birth is not None
    assert read.events[0].birth[1] == cohort


def test_without_a_birth_date_there_is_no_cohort() -> None:
    (one,) = only((encode("StudentEnrolled", enrolled(birth_date=None)), 0, 1)).events
    assert one.birth in (None, (0, 0))


def test_a_copy_that_stands_before_an_accepted_one_says_so() -> None:
    """Semantics 2.4: every partition of the stream hears of it."""
    late, early = (encode("StudentEnrolled", enrolled(grade=grade)) for grade in ("05", "04"))
    first, second = map(accepted.read, answered((late, 1, 2_000), (early, 0, 1_000), batch_size=1))
    assert (first.acting, len(first.events)) == ([], 1)
    assert [one.place[0] for one in second.acting] == [1_000]
    assert second.acting[0].targets == ()
    assert second.events[0].place < first.events[0].place


def test_a_message_of_the_version_before_is_read() -> None:
    """What is missing there is as if it were not given."""
    (message,) = answered((encode("StudentEnrolled", enrolled()), 0, 10**12))
    now = answers.decode("AcceptedChanges", message)
    mark, older = next(pair for pair in answers.texts("AcceptedChanges").items() if not message.startswith(pair[0]))
    body = io.BytesIO()
    fastavro.schemaless_writer(body, fastavro.parse_schema(older), now)
    read, wanted = accepted.read(mark + body.getvalue()), accepted.read(message)
    assert read.acting == []
    assert wanted.events[0].birth is not None
    assert read.events == [wanted.events[0]._replace(birth=(wanted.events[0].birth[0], 0))]
    assert read.newest == wanted.newest == 10**12


@pytest.mark.parametrize("message", [b"", b"x" * 40, answers.schema("Finding")[1] + bytes(9)])
def test_another_message_is_refused(message: bytes) -> None:
    with pytest.raises(ValueError, match="not a message"):
        accepted.read(message)


def test_a_broken_message_is_refused() -> None:
    (message,) = answered((encode("StudentEnrolled", enrolled()), 0, 1))
    with pytest.raises(ValueError, match="broken"):
        accepted.read(message[:-20])


def test_times_are_plain_numbers() -> None:
    told = datetime(2022, 6, 1, 8, 0, 0, 123_000, tzinfo=UTC)
    (one,) = only((encode("StudentDied", event(recorded_at=told)), 0, 1)).events
    assert one.recorded_at == int(told.timestamp() * 1000)
