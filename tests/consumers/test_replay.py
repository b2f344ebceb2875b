"""A replayed dead letter keeps when it came first; nobody but us can say that of a message (semantics 3.5)."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumers import replay
from consumers.outcomes import Outcome
from consumers.pseudonyms import KeyedHash
from consumers.replay import Replay
from tests.consumers.memory import MemoryAnswers, MemoryLog, MemoryRegister
from tests.consumers.test_intake import KEYS, drain, outcomes
from tests.events import message

TOPIC = "student-changes.t"
SECRET = KeyedHash("p" * 32)
FIRST = Replay(TOPIC, 0, 7, 1_000, 2)


@given(
    st.builds(Replay, st.text(), st.integers(0, 99), st.integers(0), st.integers(), st.integers(1)),
    st.none() | st.binary(max_size=40),
)
def test_what_was_said_is_read_again(said: Replay, value: bytes | None) -> None:
    assert replay.genuine(said.topic, replay.headers(said, value, SECRET), value, SECRET) == said


@pytest.mark.parametrize("name", [replay.REPLAY_OF, replay.FIRST_RECEIVED, replay.ATTEMPT, replay.PROOF])
@pytest.mark.parametrize("other", [None, b"", b"999", b"student-changes.t/0/8", b"\xff"])
def test_a_header_changed_or_left_out_is_no_replay(name: str, other: bytes | None) -> None:
    sent = [(key, other if key == name else value) for key, value in replay.headers(FIRST, b"x", SECRET)]
    assert replay.genuine(TOPIC, sent, b"x", SECRET) is None  # type: ignore[arg-type]
    left = [(key, value) for key, value in replay.headers(FIRST, b"x", SECRET) if key != name]
    assert replay.genuine(TOPIC, left, b"x", SECRET) is None


def test_headers_of_a_replay_say_nothing_of_other_bytes_topics_or_secrets() -> None:
    sent = replay.headers(FIRST, b"x", SECRET)
    assert replay.genuine(TOPIC, sent, b"y", SECRET) is None
    assert replay.genuine(TOPIC, sent, None, SECRET) is None
    assert replay.genuine("student-changes.u", sent, b"x", SECRET) is None
    assert replay.genuine(TOPIC, sent, b"x", KeyedHash("q" * 32)) is None
    assert replay.genuine(TOPIC, replay.headers(FIRST, None, SECRET), b"none", SECRET) is None


def test_a_replay_is_received_when_it_came_first_and_a_forged_one_when_it_came() -> None:
    """The history: a publisher past the round's deadline claims that its event came before it."""
    log, register = MemoryLog(), MemoryRegister()
    genuine, forged = message(number=1), message(number=2)
    log.append(genuine, timestamp=5_000, headers=replay.headers(FIRST, genuine, KEYS.person))
    log.append(forged, timestamp=5_000, headers=replay.headers(FIRST, forged, KEYS.match))
    log.append(message(number=3), timestamp=5_000, headers=[("thabian.first-received", b"1")])
    drain(log, register)
    for table in ("receipts", "change_log"):
        assert {row["offset"]: row["first_received"] for row in register.rows(table)} == {0: 1_000, 1: 5_000, 2: 5_000}
        assert {row["append_time"] for row in register.rows(table)} == {5_000}


def test_a_replay_that_cannot_be_read_either_is_one_attempt_more() -> None:
    log, register, out = MemoryLog(), MemoryRegister(), MemoryAnswers()
    sent = [("trace", b"1"), *replay.headers(dataclasses.replace(FIRST, attempt=3), b"x", KEYS.person)]
    log.append(b"x", timestamp=5_000, headers=sent)
    drain(log, register, out)
    (letter,) = [one for one in out.sent if one.topic == "register.dead-letters"]
    assert dict(letter.headers) == {
        "thabian.topic": b"student-changes.t",
        "thabian.partition": b"0",
        "thabian.offset": b"0",
        "thabian.code": b"FRAMING_UNKNOWN",
        "thabian.attempt": b"3",
        "thabian.first_seen": b"1000",
        "thabian.replay-of": b"student-changes.t/0/7",
        "original.trace": b"1",
    }


def test_a_dead_letter_that_can_be_read_by_now_takes_no_identity_when_it_comes_again() -> None:
    """The history: a dead letter is readable after an upgrade and was replayed; a crash delivers both in one batch."""
    log, register = MemoryLog(), MemoryRegister()
    log.append(message(number=1))
    drain(log, register)
    (receipt,) = register.rows("receipts")
    receipt |= {"outcome": Outcome.DEAD_LETTER.value, "codes": ["SCHEMA_UNKNOWN"], "stored": 0}
    for table in ("change_log", "persons", "event_identities"):
        register.tables[table].clear()
    log.append(message(number=1))
    log.positions.clear()
    drain(log, register)
    assert outcomes(register) == {(0, 0): ("DEAD_LETTER", ["SCHEMA_UNKNOWN"]), (0, 1): ("ACCEPTED", [])}
    assert [row["offset"] for row in register.rows("change_log")] == [1]
