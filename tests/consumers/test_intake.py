"""The pipeline as a whole, on a log and a register in memory: outcomes, redelivery, order."""

import contextlib
import uuid
from collections import deque
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumers.flood import FloodGate, FloodLimits
from consumers.intake import Intake
from consumers.messages import Batch
from consumers.outcomes import Outcome
from consumers.process import Processed
from consumers.pseudonyms import pseudonyms
from schemas import answers
from schemas.framing import encode
from tests.consumers.memory import MemoryAnswers, MemoryLog, MemoryRegister
from tests.events import enrolled, event, message

KEYS = pseudonyms("p" * 32, "m" * 32, 1)


class Interrupted(Exception):
    """A crash."""


def intake(register: MemoryRegister, out: MemoryAnswers | None = None) -> Intake:
    gate = FloodGate(FloodLimits(run=0, ratio=0, window=1))
    return Intake(register, out or MemoryAnswers(), KEYS, "", 65_536, lambda _: contextlib.nullcontext(), gate)


def drain(log: MemoryLog, register: MemoryRegister, out: MemoryAnswers | None = None) -> None:
    worker = intake(register, out)
    while (batch := log.poll()) is not None:
        worker.take(batch)
        log.commit(batch)


def drain_ahead(log: MemoryLog, register: MemoryRegister, out: MemoryAnswers | None = None) -> None:
    """As far ahead as consumers/pipeline.py lets it come: a batch is decided before the three before it are stored."""
    worker = intake(register, out)
    decided: deque[Processed] = deque()
    while (batch := log.poll()) is not None:
        decided.append(worker.decide(worker.read(batch)))
        if len(decided) == len(worker.stages()):
            _finish(worker, log, decided.popleft())
    while decided:
        _finish(worker, log, decided.popleft())


def _finish(worker: Intake, log: MemoryLog, processed: Processed) -> None:
    worker.answer(worker.store(processed))
    log.commit(processed.batch)


def test_dedupe_knows_of_as_many_batches_as_may_not_be_stored_yet() -> None:
    worker = intake(MemoryRegister())
    assert worker._ahead.maxlen == len(worker.stages()) - 1


def outcomes(register: MemoryRegister) -> dict[tuple[int, int], tuple[str, list[str]]]:
    """(partition, offset) → outcome and codes."""
    return {
        (row["partition"], row["offset"]): (Outcome(row["outcome"]).name, row["codes"])  # type: ignore[misc, call-overload]
        for row in register.rows("receipts")
    }


def test_each_message_gets_one_outcome() -> None:
    log, register, out = MemoryLog(), MemoryRegister(), MemoryAnswers()
    log.append(message(number=1))
    log.append(message(number=1, source="another system/9"))
    log.append(message(number=1, grade="05"))
    log.append(message(number=2, person_id="12345"))
    log.append(b"garbage")
    log.append(None)
    drain(log, register, out)
    assert outcomes(register) == {
        (0, 0): ("ACCEPTED", []),
        (0, 1): ("DUPLICATE", []),
        (0, 2): ("CONFLICT", []),
        (0, 3): ("REJECTED", ["PERSON_ID_INVALID"]),
        (0, 4): ("DEAD_LETTER", ["FRAMING_UNKNOWN"]),
        (0, 5): ("DEAD_LETTER", ["TOMBSTONE"]),
    }
    assert log.committed == {("student-changes.t", 0): 6}
    assert len(list(register.rows("change_log"))) == 1


def test_dead_letters_keep_their_bytes_and_say_where_and_why_but_no_value() -> None:
    log, register, out = MemoryLog(), MemoryRegister(), MemoryAnswers()
    log.append(message(number=1)[:-3], timestamp=1_654_000_000_000)
    drain(log, register, out)
    (letter,) = [sent for sent in out.sent if sent.topic == "register.dead-letters"]
    assert letter.value == message(number=1)[:-3]
    assert dict(letter.headers) == {
        "thabian.topic": b"student-changes.t",
        "thabian.partition": b"0",
        "thabian.offset": b"0",
        "thabian.code": b"BODY_UNREADABLE",
        "thabian.attempt": b"1",
        "thabian.first_seen": b"1654000000000",
    }


def test_answers_are_arrays_that_say_what_was_stored() -> None:
    log, register, out = MemoryLog(), MemoryRegister(), MemoryAnswers()
    for number in range(50):
        log.append(message(number=number))
    drain(log, register, out)
    changes = [
        c
        for s in out.sent
        if s.topic == "register.accepted"
        for c in answers.decode("AcceptedChanges", s.value or b"")["changes"]
    ]
    receipts = [
        r
        for s in out.sent
        if s.topic == "register.receipts"
        for r in answers.decode("Receipts", s.value or b"")["receipts"]
    ]
    assert sorted(change["offset"] for change in changes) == list(range(50))
    assert {change["school_code"] for change in changes} == {1020080005}
    assert sorted(receipt["offset"] for receipt in receipts) == list(range(50))
    assert {receipt["outcome"] for receipt in receipts} == {"ACCEPTED"}
    assert len([s for s in out.sent if s.topic == "register.receipts"]) == 1, "one school: one message"
    assert 1 < len([s for s in out.sent if s.topic == "register.accepted"]) <= 12, "placed by person"


def test_names_ids_and_birth_dates_reach_persons_alone() -> None:
    log, register, out = MemoryLog(), MemoryRegister(), MemoryAnswers()
    log.append(message(number=7, first_name="สมมุติ", last_name="นามสกุล", birth_date=date(2014, 3, 9), street="ถนนสมมุติ"))
    drain(log, register, out)
    (person,) = register.rows("persons")
    assert person["first_name"] == "สมมุติ"
    assert person["birth_date"] == date(2014, 3, 9)
    secret = ["สมมุติ", "นามสกุล", "ถนนสมมุติ", enrolled(7)["person_id"], "2014", "(2014"]
    others = repr([list(register.rows(table)) for table in ("change_log", "event_identities", "receipts")])
    sent = repr(out.sent).encode() + b"".join(message.value or b"" for message in out.sent)
    for value in secret:
        assert value not in others
        assert value.encode() not in sent


def test_only_accepted_events_hold_an_identity() -> None:
    """Semantics 2.3: a corrected resend of a rejected event is accepted."""
    log, register = MemoryLog(), MemoryRegister()
    log.append(message(number=1, person_id="12345"))
    log.append(message(number=1))
    drain(log, register)
    assert [name for name, _ in outcomes(register).values()] == ["REJECTED", "ACCEPTED"]


@pytest.mark.parametrize("together", [True, False])
def test_the_first_in_the_log_counts_even_when_it_is_seen_last(together: bool) -> None:
    """Semantics 2.4: copies in two partitions, the later one processed first: the earlier one is stored as well."""
    log, register = MemoryLog(batch_size=1_000 if together else 1), MemoryRegister()
    log.append(message(number=1, grade="05"), partition=1, timestamp=2_000)
    log.append(message(number=1, grade="04"), partition=0, timestamp=1_000)
    drain(log, register)
    stored = {(row["partition"], row["grade"]) for row in register.rows("change_log")}
    if together:
        assert stored == {(0, "04")}
        assert outcomes(register) == {(0, 0): ("ACCEPTED", []), (1, 0): ("CONFLICT", [])}
    else:
        assert stored == {(0, "04"), (1, "05")}
        assert outcomes(register) == {(1, 0): ("ACCEPTED", []), (0, 0): ("CONFLICT", ["IDENTITY_REUSED"])}


def test_an_identity_is_of_its_school() -> None:
    """Semantics 2.1: two schools may use one event id."""
    log, register = MemoryLog(), MemoryRegister()
    same = str(uuid.uuid4())
    log.append(message(number=1, event_id=same))
    log.append(message(number=2, event_id=same, school_code="1020080006"))
    drain(log, register)
    assert {name for name, _ in outcomes(register).values()} == {"ACCEPTED"}


def test_a_decision_once_recorded_is_kept() -> None:
    """Semantics 3.1: rules may have changed between two deliveries."""
    log, register = MemoryLog(), MemoryRegister()
    log.append(message(number=1))
    drain(log, register)
    (receipt,) = register.rows("receipts")
    receipt |= {"outcome": Outcome.REJECTED.value, "codes": ["OF_ANOTHER_DAY"], "stored": 0, "first_received": 5}
    log.restart()
    log.positions.clear()
    drain(log, register)
    assert outcomes(register) == {(0, 0): ("REJECTED", ["OF_ANOTHER_DAY"])}
    assert receipt["first_received"] == 5


class Crashing:
    """A register or answers that crash at the n-th table or message."""

    def __init__(self, inner: Any, left: list[int]) -> None:
        self.inner = inner
        self.left = left

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    def _tick(self) -> None:
        self.left[0] -= 1
        if self.left[0] < 0:
            raise Interrupted

    def store(self, stored: Any) -> None:
        for name, columns in stored.tables.items():
            self._tick()
            self.inner.store(type(stored)({name: columns}, stored.token))

    def send(self, messages: Any) -> None:
        for one in messages:
            self._tick()
            self.inner.send([one])

    def commit(self, batch: Batch) -> None:
        self._tick()
        self.inner.commit(batch)


def history(numbers: list[tuple[int, str, int]]) -> list[tuple[bytes, int]]:
    return [(message(number=number, grade=grade), partition) for number, grade, partition in numbers]


@given(
    st.lists(st.tuples(st.integers(0, 5), st.sampled_from(["04", "05"]), st.integers(0, 2)), min_size=1, max_size=20),
    st.lists(st.tuples(st.integers(0, 12), st.integers(1, 7), st.sampled_from([drain, drain_ahead])), max_size=6),
)
def test_crashes_anywhere_and_moved_batch_borders_change_nothing_stored(
    numbers: list[tuple[int, str, int]], crashes: list[tuple[int, int, Callable[..., None]]]
) -> None:
    """Semantics 3.1, 3.2: the stored set is that of a run without crashes, and each offset has one receipt."""
    clean_log, clean = MemoryLog(), MemoryRegister()
    log, register, out = MemoryLog(), MemoryRegister(), MemoryAnswers()
    for value, partition in history(numbers):
        clean_log.append(value, partition)
        log.append(value, partition)
    drain(clean_log, clean)
    for after, size, drained in crashes:
        log.batch_size = size
        left = [after]
        with contextlib.suppress(Interrupted):
            drained(Crashing(log, left), Crashing(register, left), Crashing(out, left))  # type: ignore[arg-type]
        log.restart()
    log.batch_size = 3
    drain(log, register, out)
    firsts = first_copies(register)
    assert firsts == first_copies(clean)
    assert outcomes(register).keys() == outcomes(clean).keys()
    assert {row["event_id"] for row in register.rows("persons")} == {
        row["event_id"] for row in register.rows("change_log")
    }


@given(
    st.lists(st.tuples(st.integers(0, 3), st.sampled_from(["04", "05"]), st.integers(0, 2)), min_size=1, max_size=20),
    st.integers(1, 4),
)
def test_deciding_ahead_answers_as_deciding_after(numbers: list[tuple[int, str, int]], size: int) -> None:
    """Nothing of the batch before is stored yet, and its identities are known none the less."""
    found = []
    for drained in (drain, drain_ahead):
        log, register = MemoryLog(batch_size=size), MemoryRegister()
        for at, (value, partition) in enumerate(history(numbers)):
            log.append(value, partition, timestamp=1_000 - at)
        drained(log, register)
        found.append(register.tables)
    assert found[0] == found[1]


def first_copies(register: MemoryRegister) -> dict[object, object]:
    """Identity → content of its first copy in the log: what the census counts."""
    places = ("append_time", "topic", "partition", "offset")
    rows = sorted(register.rows("change_log"), key=lambda row: tuple(row[name] for name in places), reverse=True)  # type: ignore[arg-type]
    return {(row["school_code"], row["event_id"]): row["content_hash"] for row in rows}


def test_every_kind_is_stored_under_its_act() -> None:
    log, register = MemoryLog(), MemoryRegister()
    other = {"reason": "POVERTY"}
    sent: list[tuple[str, dict[str, Any], int]] = [
        ("StudentEnrolled", enrolled(1), 1),
        ("StudentTransferredIn", event(2, grade="04", sex="F", from_school="1020080006"), 2),
        ("StudentTransferredOut", event(3, to_school="1020080006"), 3),
        ("StudentDroppedOut", event(4, **other), 4),
        ("StudentDied", event(5), 5),
        ("StudentGraduated", event(6), 6),
        ("YearEndDecided", event(7, decision="PROMOTED", next_grade="05"), 7),
        ("YearEndDecided", event(8, decision="REPEATS"), 8),
        ("DischargeDeferred", event(9), 9),
        ("YearEndDecided", event(10, decision="UNKNOWN"), 10),
        ("ProfileCorrected", event(11, since="ENTRY", room="2"), 11),
        ("ProfileCorrected", event(12, since="EFFECTIVE_DATE", room=""), 12),
        ("IdentityReplaced", event(13, new_person_id=enrolled(99)["person_id"]), 13),
        ("EventVoided", event(14, voids=str(uuid.uuid4())), 14),
    ]
    for kind, fields, _ in sent:
        log.append(encode(kind, fields))
    drain(log, register)
    rows = {row["offset"]: row for row in register.rows("change_log")}
    assert [rows[offset]["act"] for offset in range(len(sent))] == [act for _, _, act in sent]
    assert rows[6]["grade"] == "05", "next_grade"
    assert rows[6]["given"] == 0b1
    assert rows[7]["given"] == 0, "the same grade"
    assert (rows[10]["given"], rows[10]["room"]) == (0b10, "2")
    assert (rows[11]["given"], rows[11]["room"]) == (0b10, ""), "the empty string clears"
    assert rows[1]["other_school"] == 1020080006
    assert rows[12]["new_person_key"] != bytes(16)
    assert rows[13]["voids"] != bytes(16)
