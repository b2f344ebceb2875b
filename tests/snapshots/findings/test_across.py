"""Findings across ids: by the match_key of the entries behind the roll."""

from datetime import date

import pytest

from snapshots.findings.across import across_ids
from snapshots.findings.found import Found
from tests.snapshots.histories import NONE, WHOLE, identity, numbered, store
from tests.snapshots.oracle import Event
from warehouse.interface import Warehouse

pytestmark = pytest.mark.real

S, T = 1020080005, 1020080006
P, Q = identity(1), identity(2)
TODAY, JUNE = date(2022, 8, 1), date(2022, 6, 1)
ANNA, BELLA = identity(0xA), identity(0xB)


def entry(person: bytes, school: int, match: bytes, birth_key: int = 7, number: int = 0, **more: object) -> Event:
    """An enrolment; its match_key is carried in `reason` until `take_in`."""
    event_id = identity(int.from_bytes(person) * 100 + school % 10 + number * 10_000)
    return Event(
        school,
        person,
        "enrolled",
        event_id,
        values={"birth_key": birth_key},
        reason=match.hex(),
        **more,  # type: ignore[arg-type]
    )


def found(warehouse: Warehouse, *events: Event) -> list[Found]:
    for table in ("change_log", "persons"):
        warehouse.execute(f"TRUNCATE TABLE {table}")
    log = numbered(events)
    store(warehouse, log)
    entries = [event for event in log if event.act == "enrolled"]
    warehouse.insert(
        "persons",
        {
            "school_code": [event.school for event in entries],
            "event_id": [event.event_id for event in entries],
            "person_key": [event.person for event in entries],
            "match_key": [bytes.fromhex(event.reason) for event in entries],
            "topic": [event.topic for event in entries],
            "partition": [event.partition for event in entries],
            "offset": [event.offset for event in entries],
        },
    )
    return across_ids(warehouse, WHOLE, TODAY)


def test_one_person_two_ids(warehouse: Warehouse) -> None:
    events = [entry(Q, S, ANNA), entry(P, T, ANNA), entry(P, S, ANNA), entry(identity(3), S, BELLA)]
    assert found(warehouse, *events) == [Found("ONE_PERSON_TWO_IDS", P, S, S, Q, persons=(P, Q))]


def test_one_of_the_two_is_off_the_roll(warehouse: Warehouse) -> None:
    left = Event(S, Q, "dropped", identity(999), day=JUNE)
    assert found(warehouse, entry(Q, S, ANNA), left, entry(P, T, ANNA)) == []


def test_two_numbers_that_are_one_already(warehouse: Warehouse) -> None:
    became = Event(S, Q, "identity", identity(999), new_person=P)
    assert found(warehouse, entry(Q, S, ANNA), became, entry(P, T, ANNA)) == []


def test_an_incomplete_name_matches_nobody(warehouse: Warehouse) -> None:
    assert found(warehouse, entry(Q, S, NONE), entry(P, T, NONE)) == []


def test_the_last_entry_that_has_a_match_key_counts(warehouse: Warehouse) -> None:
    events = [entry(P, S, BELLA), entry(P, S, ANNA, number=1, day=JUNE), entry(P, S, NONE, number=2, day=TODAY)]
    assert found(warehouse, *events, entry(Q, T, ANNA)) == [Found("ONE_PERSON_TWO_IDS", P, S, T, Q, persons=(P, Q))]


def test_two_persons_one_id(warehouse: Warehouse) -> None:
    events = [entry(P, S, ANNA, birth_key=7), entry(P, T, BELLA, birth_key=8)]
    assert found(warehouse, *events) == [Found("TWO_PERSONS_ONE_ID", P, S, T, NONE)]


@pytest.mark.parametrize(("match", "birth_key"), [(ANNA, 8), (BELLA, 7), (BELLA, 0), (NONE, 8)])
def test_another_spelling_is_no_other_person(warehouse: Warehouse, match: bytes, birth_key: int) -> None:
    assert found(warehouse, entry(P, S, ANNA, birth_key=7), entry(P, T, match, birth_key=birth_key)) == []
