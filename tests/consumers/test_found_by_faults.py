"""Ways to break intake that fault tests found: each is a history that went wrong."""

from consumers.authorise import Grants
from consumers.outcomes import Outcome
from schemas import answers
from tests.consumers.memory import MemoryAnswers, MemoryLog, MemoryRegister
from tests.consumers.test_intake import drain
from tests.events import message


def test_what_was_rejected_before_the_rules_changed_holds_no_identity() -> None:
    """Semantics 2.3, 3.1: the rejected record and its correction are redelivered together, under rules that would now accept
    the first. Its recorded rejection stands, so the correction is the first valid copy: without it the pupil is in no table.
    """
    log, register = MemoryLog(), MemoryRegister()
    log.append(message(number=1))
    drain(log, register)
    (receipt,) = register.rows("receipts")
    receipt |= {"outcome": Outcome.REJECTED.value, "codes": ["PERSON_ID_INVALID"], "stored": 0}
    for table in ("change_log", "persons", "event_identities"):
        register.tables[table].clear()
    log.append(message(number=1))
    log.positions.clear()
    drain(log, register)
    assert [row["outcome"] for row in register.rows("receipts")] == [Outcome.REJECTED, Outcome.ACCEPTED]
    assert len(list(register.rows("change_log"))) == 1


def test_the_stream_learns_of_the_copy_that_counts() -> None:
    """Semantics 2.4 and 7: the first in the log is met last, stored as a conflict, and counts in SQL."""
    log, register, out = MemoryLog(batch_size=1), MemoryRegister(), MemoryAnswers()
    log.append(message(number=1, grade="05"), partition=1, timestamp=2_000)
    log.append(message(number=1, grade="04"), partition=0, timestamp=1_000)
    drain(log, register, out)
    changes = [
        change
        for sent in out.sent
        if sent.topic == "register.accepted"
        for change in answers.decode("AcceptedChanges", sent.value or b"")["changes"]
    ]
    first = min(
        changes, key=lambda change: (change["append_time"], change["topic"], change["partition"], change["offset"])
    )
    assert first["grade"] == "04"


def test_a_copy_stored_in_part_is_receipted_as_stored() -> None:
    """Killed after the first table, delivered again beside a copy that stands before it: rows stay that no receipt has."""
    log, register = MemoryLog(), MemoryRegister()
    log.append(message(number=1, grade="05"), partition=1, timestamp=2_000)
    first_try = MemoryRegister()
    drain(log, first_try)
    (table,) = [name for name in first_try.tables if name != "receipts"][:1]
    register.tables[table] = dict(first_try.tables[table])
    log.append(message(number=1, grade="04"), partition=0, timestamp=1_000)
    log.positions.clear()
    drain(log, register)
    said = {(row["partition"], row["offset"]) for row in register.rows("receipts") if row["stored"]}
    assert {(row["partition"], row["offset"]) for row in register.rows("change_log")} == said


def test_what_was_stored_in_part_is_finished_whatever_the_grants_say_by_now() -> None:
    """Killed after the first table, the grant revoked, delivered again: refusing it now would leave an identity that no table
    has the event of, and every correction sent under it would be its duplicate.
    """
    log, register = MemoryLog(), MemoryRegister()
    log.append(message(number=1))
    first_try = MemoryRegister()
    drain(log, first_try)
    register.tables["event_identities"] = dict(first_try.tables["event_identities"])
    register.granted = Grants.of(())
    log.append(message(number=2))
    log.positions.clear()
    drain(log, register)
    assert [row["outcome"] for row in register.rows("receipts")] == [Outcome.ACCEPTED, Outcome.REJECTED]
    assert [row["offset"] for row in register.rows("change_log")] == [0]
