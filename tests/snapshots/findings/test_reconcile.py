"""Reconcile: what SQL finds beside rows of `findings` put there by hand."""

from datetime import date

import pytest

from snapshots.findings import standing
from snapshots.findings.found import Found
from snapshots.findings.reconcile import reconcile, stored_so_far
from tests.snapshots.histories import NONE, WHOLE, identity, numbered, store
from tests.snapshots.oracle import Event
from warehouse.interface import Warehouse

pytestmark = pytest.mark.real

S, T, U = 1020080005, 1020080006, 1020080007
TODAY = date(2022, 8, 1)
TWO = Found("ACTIVE_AT_TWO_SCHOOLS", identity(1), S, T, NONE)
EXIT = Found("EXIT_NEVER_ENTERED", identity(2), U, 0, NONE)
OLD = Found("GRADE_JUMP", identity(3), U, 0, NONE)
ACROSS = Found("ONE_PERSON_TWO_IDS", identity(1), S, T, identity(2))


@pytest.fixture
def register(warehouse: Warehouse) -> Warehouse:
    """Pupil 1 is on two rolls, pupil 2 left a school never entered."""
    for table in ("change_log", "findings", "receipts"):
        warehouse.execute(f"TRUNCATE TABLE {table}")
    events = [
        Event(S, identity(1), "enrolled", identity(11)),
        Event(T, identity(1), "enrolled", identity(12)),
        Event(U, identity(2), "dropped", identity(13)),
    ]
    store(warehouse, numbered(events))
    return warehouse


def tell(warehouse: Warehouse, found: Found, state: int, told_at: int, offset: int = 0, topic: str = "f") -> None:
    """A row of `findings`. state: 1 OPEN, 2 RESOLVED."""
    warehouse.insert(
        "findings",
        {
            "finding_id": [found.finding_id],
            "told_at": [told_at],
            "topic": [topic],
            "offset": [offset],
            "code": [found.code],
            "state": [state],
            "person_key": [found.person_key],
            "school_code": [found.school_code],
            "other_school": [found.other_school],
            "subject": [found.subject],
            "persons": [list(found.persons)],
            "evidence": [list(found.evidence)],
            "day": [TODAY],
        },
    )


def test_equal_missing_and_surplus(register: Warehouse) -> None:
    tell(register, TWO, 1, told_at=1)
    tell(register, OLD, 1, told_at=1)
    tell(register, ACROSS, 1, told_at=1, topic="")  # SQL's alone: not compared
    found = reconcile(register, WHOLE, TODAY, 30)
    assert found.equal == {"ACTIVE_AT_TWO_SCHOOLS": 1}
    assert found.missing == {EXIT.finding_id: EXIT}
    assert found.surplus == {OLD.finding_id: OLD}
    assert not found.holds


def test_the_last_state_holds(register: Warehouse) -> None:
    """By its place in the log, not by a clock; in whatever order rows were stored, and however often."""
    tell(register, OLD, 2, told_at=2, offset=9)
    tell(register, OLD, 1, told_at=3)
    tell(register, EXIT, 1, told_at=5, offset=8)
    tell(register, EXIT, 2, told_at=5, offset=7)
    for _ in range(2):
        tell(register, TWO, 1, told_at=1)
    found = reconcile(register, WHOLE, TODAY, 30)
    assert found.holds
    assert found.equal == {"ACTIVE_AT_TWO_SCHOOLS": 1, "EXIT_NEVER_ENTERED": 1}


def test_persons_and_evidence_are_those_told_last(register: Warehouse) -> None:
    first = Found(*_parts(TWO), persons=(identity(0xFF << 120),), evidence=(identity(5),))
    tell(register, first, 1, told_at=1)
    assert standing.open_now(register, ["ACTIVE_AT_TWO_SCHOOLS"]) == {TWO.finding_id: first}
    tell(register, TWO, 1, told_at=2)
    assert standing.open_now(register, ["ACTIVE_AT_TWO_SCHOOLS"]) == {TWO.finding_id: TWO}
    assert standing.open_now(register, []) == {}


def test_everything_stored_ends_after_the_last_receipt(register: Warehouse) -> None:
    assert stored_so_far(register) == {}
    register.insert("receipts", {"topic": ["a", "a", "b"], "partition": [0, 0, 3], "offset": [1, 7, 0]})
    assert stored_so_far(register) == {("a", 0): 8, ("b", 3): 1}


def _parts(found: Found) -> tuple[str, bytes, int, int, bytes]:
    return found.code, found.person_key, found.school_code, found.other_school, found.subject
