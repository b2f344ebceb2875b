"""One suite for every register: the one in memory, which tests of the pipeline use, and the warehouse."""

from collections.abc import Iterator
from datetime import date

import polars as pl
import pytest

from consumers import rows
from consumers.messages import Batch, batch_of
from consumers.normalise import EVENT_ID, SCHOOL
from consumers.outcomes import Outcome
from consumers.ports import Register, Stored
from consumers.process import process
from consumers.pseudonyms import pseudonyms
from consumers.read import read
from consumers.warehouse_register import WarehouseRegister, check_canaries
from schemas.errors import ThabianError
from tests.conftest import grant_everything
from tests.consumers.memory import PUBLISHERS, MemoryRegister, Record
from tests.events import message
from warehouse.clickhouse import ClickHouseWarehouse

KEYS = pseudonyms("p" * 32, "m" * 32, 1)


@pytest.fixture(params=["memory", pytest.param("warehouse", marks=pytest.mark.real)])
def register(request: pytest.FixtureRequest) -> Iterator[Register]:
    if request.param == "memory":
        yield MemoryRegister()
        return
    warehouse = request.getfixturevalue("warehouse")
    _grant_as_in_memory(warehouse)
    yield WarehouseRegister(warehouse)
    for table in ("change_log", "persons", "event_identities", "receipts"):
        warehouse.execute(f"TRUNCATE TABLE {table}")


def _grant_as_in_memory(warehouse: ClickHouseWarehouse) -> None:
    for publisher in PUBLISHERS:
        grant_everything(warehouse, publisher)


def batch(*values: bytes | None, first: int = 0, topic: str = "student-changes.t") -> Batch:
    return batch_of(
        {"all": [Record(topic, 3, first + at, 1_654_000_000_000 + first + at, v) for at, v in enumerate(values)]}
    )


def stored(one: Batch, register: Register) -> Stored:
    return rows.stored(process(read(one, KEYS, 10**6), register, KEYS), KEYS)


def identities(one: Batch) -> pl.DataFrame:
    processed = process(read(one, KEYS, 10**6), MemoryRegister(), KEYS)
    return processed.outcomes.select(SCHOOL, EVENT_ID).drop_nulls().unique()


def test_grants_say_who_may_send_what(register: Register) -> None:
    sent = batch(message(number=1), message(number=2))
    assert [
        codes for (codes,) in process(read(sent, KEYS, 10**6), register, KEYS).outcomes.select("codes").iter_rows()
    ] == [[], []]
    unknown = batch(message(number=1), topic="student-changes.nobody")
    assert process(read(unknown, KEYS, 10**6), register, KEYS).outcomes["codes"].to_list() == [["NOT_AUTHORISED"]]


def test_nothing_is_recorded_before_it_is_stored(register: Register) -> None:
    one = batch(message(number=1))
    assert register.recorded(one.ranges()).is_empty()
    assert register.copies(identities(one)).is_empty()


def test_what_is_stored_is_found_again(register: Register) -> None:
    one = batch(message(number=1), message(number=2, person_id="12"), b"x")
    register.store(stored(one, register))
    recorded = register.recorded(one.ranges()).sort("offset")
    assert recorded.select("topic", "partition", "offset").rows() == [("student-changes.t", 3, at) for at in range(3)]
    assert recorded["outcome"].to_list() == [Outcome.ACCEPTED, Outcome.REJECTED, Outcome.DEAD_LETTER]
    assert recorded["codes"].to_list() == [[], ["PERSON_ID_INVALID"], ["FRAMING_UNKNOWN"]]
    assert recorded["stored"].to_list() == [True, False, False]
    assert recorded["first_received"].to_list() == [1_654_000_000_000 + at for at in range(3)]
    copies = register.copies(identities(one))
    assert copies.select("append_time", "topic", "partition", "offset").rows() == [
        (1_654_000_000_000, "student-changes.t", 3, 0)
    ]


def test_storing_twice_changes_nothing(register: Register) -> None:
    one = batch(*(message(number=number) for number in range(20)))
    rows_of_it = stored(one, register)
    register.store(rows_of_it)
    register.store(rows_of_it)
    assert register.recorded(one.ranges()).height == 20
    assert register.copies(identities(one)).height == 20


def test_other_offsets_and_other_identities_are_not_found(register: Register) -> None:
    register.store(stored(batch(message(number=1)), register))
    assert register.recorded(batch(message(number=1), first=5).ranges()).is_empty()
    assert register.recorded(batch(message(number=1), topic="student-changes.u").ranges()).is_empty()
    other = batch(message(number=1, school_code="1020080006"))
    assert register.copies(identities(other)).is_empty()


@pytest.mark.real
def test_the_warehouse_keeps_what_the_batch_said(warehouse: ClickHouseWarehouse) -> None:
    _grant_as_in_memory(warehouse)
    register = WarehouseRegister(warehouse)
    day, room = date(2022, 5, 16), "ห้อง 1\n\n\x00"
    one = batch(message(number=1, room=room, effective_date=day), message(number=2, birth_date=date(1901, 2, 3)))
    register.store(stored(one, register))
    assert warehouse.rows("SELECT room, effective_date, given FROM change_log WHERE offset = 0") == [
        (room, day, 0b11011)
    ]
    assert warehouse.rows("SELECT birth_date, given FROM persons WHERE offset = 1") == [(date(1901, 2, 3), 0b11010)]
    keys = "SELECT uniqExact(person_key), min(length(person_key)) FROM change_log"
    assert warehouse.rows(keys) == [(2, 16)]
    joined = (
        "SELECT count() FROM change_log AS l JOIN persons AS p USING (school_code, event_id, person_key, birth_key)"
    )
    assert warehouse.rows(joined) == [(2,)]


@pytest.mark.real
def test_another_secret_is_refused(warehouse: ClickHouseWarehouse) -> None:
    """Semantics 1.6: one process with a wrong secret would double every pupil."""
    check_canaries(warehouse, KEYS.canaries, 1, 0)
    check_canaries(warehouse, KEYS.canaries, 1, 0)
    with pytest.raises(ThabianError) as refused:
        check_canaries(warehouse, pseudonyms("q" * 32, "m" * 32, 1).canaries, 1, 0)
    assert refused.value.code == "SECRET_MISMATCH"
    assert "q" * 32 not in str(refused.value)
