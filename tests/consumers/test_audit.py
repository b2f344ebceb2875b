"""The audit is the proof, so it is held to one: take a row from each table and topic in turn, and it says so."""

import json
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest
from kafka import KafkaProducer, TopicPartition

from consumers.audit import IngressLog
from consumers.audit import audit as hold_against
from consumers.audit_report import AuditReport
from consumers.log_scan import LogScan
from tests.conftest import Installation
from tests.events import SCHOOL, message
from thabian.auditing import audit
from thabian.connections import kafka_options, open_admin, open_consumer
from thabian.log_positions import KafkaLogEnds
from warehouse.clickhouse import ClickHouseWarehouse

pytestmark = pytest.mark.real

TABLES = ("receipts", "change_log", "persons", "event_identities")


def topic(installation: Installation) -> str:
    return f"{installation.settings.topic_prefix}student-changes.roster"


def publish(installation: Installation) -> None:
    """Partition 0: 0-4 pupils, 5 a duplicate, 6 rejected, 7 unreadable, 8-9 aborted and 10 its marker, 11 a pupil in a
    transaction and 12 its marker. Partition 3: a pupil.
    """
    name = topic(installation)
    options = kafka_options(installation.settings)
    with closing(KafkaProducer(**options)) as plain:
        for number in (0, 1, 2, 3, 4, 4):
            plain.send(name, message(number=number), key=SCHOOL.encode(), partition=0).get(timeout=30)
        plain.send(name, message(number=6, person_id="12"), partition=0).get(timeout=30)
        plain.send(name, b"unreadable", partition=0, headers=[("trace", b"7")]).get(timeout=30)
        plain.send(name, message(number=20), partition=3).get(timeout=30)
    with closing(KafkaProducer(**options, transactional_id=uuid.uuid4().hex)) as producer:
        producer.init_transactions()
        for numbers, end in (((8, 9), producer.abort_transaction), ((11,), producer.commit_transaction)):
            producer.begin_transaction()
            for number in numbers:
                producer.send(name, message(number=number), partition=0).get(timeout=30)
            end()


@contextmanager
def changed(warehouse: ClickHouseWarehouse, *statements: str) -> Iterator[None]:
    """For a while; then the tables are as they were."""
    for statement in statements:
        warehouse.execute(statement)
    yield
    for table in TABLES:
        warehouse.execute(f"TRUNCATE TABLE {table}")
        warehouse.execute(f"INSERT INTO {table} SELECT * FROM kept_{table}", settings={"insert_deduplicate": 0})


def without(table: str, offset: int) -> list[str]:
    """Statements that take the rows of an offset of partition 0 away."""
    left = f"SELECT * FROM kept_{table} WHERE NOT (partition = 0 AND offset = {offset})"
    return [f"TRUNCATE TABLE {table}", f"INSERT INTO {table} {left} SETTINGS insert_deduplicate = 0"]


def again(table: str, offset: int, change: str) -> list[str]:
    """Statements that add a row of an offset of partition 0 once more, changed."""
    kept = f"SELECT * FROM kept_{table} WHERE partition = 0 AND offset = {offset}"
    row = f"SELECT * REPLACE ({change}) FROM ({kept})"
    return [f"INSERT INTO {table} {row} SETTINGS insert_deduplicate = 0"]


def told(report: AuditReport) -> set[tuple[str, str, int, tuple[int, ...]]]:
    named = [("missing", one) for one in report.missing] + [("doubled", one) for one in report.doubled]
    return {(kind, one.what, one.partition, one.offsets) for kind, one in named}


NO_RECEIPT = "records without a receipt"


def absent(table: str) -> str:
    return f"receipts say stored and {table} has no row"


def extra(table: str) -> str:
    return f"rows in {table} whose receipt does not say stored"


def cases() -> list[tuple[list[str], set[tuple[str, str, int, tuple[int, ...]]]]]:
    stored = TABLES[1:]
    taken = [(without(table, 2), {("missing", absent(table), 0, (2,))}) for table in stored]
    unsaid = {("doubled", extra(table), 0, (2,)) for table in stored}
    return [
        *taken,
        (without("receipts", 2), {("missing", NO_RECEIPT, 0, (2,)), *unsaid}),
        (without("receipts", 5), {("missing", NO_RECEIPT, 0, (5,))}),
        (without("receipts", 6), {("missing", NO_RECEIPT, 0, (6,))}),
        (without("receipts", 11), {("missing", NO_RECEIPT, 0, (11,))}
         | {("doubled", extra(table), 0, (11,)) for table in stored}),
        (without("receipts", 7), {
            ("missing", NO_RECEIPT, 0, (7,)),
            ("doubled", "messages kept as dead letters without such a receipt", 0, (7,)),
        }),
        (["TRUNCATE TABLE receipts"], {
            ("missing", NO_RECEIPT, 0, (0, 1, 2, 3, 4)), ("missing", NO_RECEIPT, 3, (0,)),
            ("doubled", "messages kept as dead letters without such a receipt", 0, (7,)),
        } | {("doubled", extra(table), 0, (0, 1, 2, 3, 4)) for table in stored}
          | {("doubled", extra(table), 3, (0,)) for table in stored}),
        (again("receipts", 1, "'REJECTED' AS outcome"), {("doubled", "offsets with receipts that differ", 0, (1,))}),
        (again("receipts", 1, "['SEX_UNKNOWN'] AS codes"), {("doubled", "offsets with receipts that differ", 0, (1,))}),
        (again("receipts", 1, "toUInt64(13) AS offset, 0 AS stored"),
         {("doubled", "receipts beyond the end of the log", 0, (13,))}),
        (again("change_log", 1, "unhex('00112233445566778899aabbccddeeff') AS person_key"),
         {("doubled", "offsets with rows in change_log that differ", 0, (1,))}),
        (again("persons", 1, "toUInt64(1020080006) AS school_code"),
         {("doubled", "offsets with rows in persons that differ", 0, (1,))}),
        (again("change_log", 1, "toUInt64(5) AS offset"), {("doubled", extra("change_log"), 0, (5,))}),
        (again("change_log", 1, "toUInt64(99) AS offset"), {("doubled", extra("change_log"), 0, (99,))}),
    ]  # fmt: skip


@contextmanager
def opened(installation: Installation, dead_letters: str) -> Iterator[IngressLog]:
    scan = LogScan(lambda: open_consumer(installation.settings))
    name = installation.settings.topic_prefix + dead_letters
    with closing(scan), KafkaLogEnds(installation.settings) as ends:
        yield IngressLog(ends.beginnings, ends.ends, ends.positions_at, scan, name)


def test_whatever_is_taken_away_or_added_is_named(installation: Installation) -> None:
    publish(installation)
    before = audit(installation.settings)
    assert told(before) == {("missing", NO_RECEIPT, 0, (0, 1, 2, 3, 4)), ("missing", NO_RECEIPT, 3, (0,))}
    assert {one.count for one in before.missing} == {9, 1}
    installation.run("intake", "--until-end")
    _complete(installation)
    warehouse = installation.warehouse()
    for table in TABLES:
        warehouse.execute(f"CREATE TABLE kept_{table} AS {table}")
        warehouse.execute(f"INSERT INTO kept_{table} SELECT * FROM {table}")
    with opened(installation, "register.dead-letters") as log:
        for statements, wanted in cases():
            with changed(warehouse, *statements):
                assert told(hold_against(warehouse, log)) == wanted, statements
        for table in TABLES:
            with changed(warehouse, f"INSERT INTO {table} SELECT * FROM kept_{table} SETTINGS insert_deduplicate = 0"):
                assert hold_against(warehouse, log).complete, "a row twice is one row"
    _reused(installation, warehouse)
    _command(installation, warehouse)
    _dead_letters(installation, warehouse)
    _expired(installation, warehouse)
    warehouse.close()


def _complete(installation: Installation) -> None:
    report = audit(installation.settings)
    assert told(report) == set()
    assert report.complete
    (counts,) = [one for one in report.partitions if one.partition == 0]
    assert counts.outcomes == {"ACCEPTED": 6, "DUPLICATE": 1, "REJECTED": 1, "DEAD_LETTER": 1}
    assert (counts.records, counts.first, counts.end) == (9, 0, 13)
    assert sum(one.records for one in report.partitions) == 10


def _reused(installation: Installation, warehouse: ClickHouseWarehouse) -> None:
    """Semantics 2.4: a copy that stands before the stored one is stored as well."""
    both = [*again("event_identities", 1, "toUInt16(5) AS partition, unhex('00') AS content_hash")]
    with changed(warehouse, *both):
        report = audit(installation.settings)
    assert [(one.school_code, one.copies, one.contents) for one in report.reused] == [(int(SCHOOL), 2, 2)]
    assert report.reused_count == 1
    _late_sleeper(installation, warehouse)


def _late_sleeper(installation: Installation, warehouse: ClickHouseWarehouse) -> None:
    """docs/delivery.md: partition 3 sent what partition 0 had sent before, and a process that slept stored and answered it
    after another had answered that it is a duplicate. Rows and answers differ; no reader does. A copy that comes first, or
    that its receipt calls stored, is not excused.
    """
    of_first = "WHERE partition = 3"
    event = "(SELECT any(event_id) FROM kept_event_identities WHERE partition = 0 AND offset = 1) AS event_id"

    def same_event(table: str, also: str = "") -> str:
        replaced = f"{event}{also}"
        return f"INSERT INTO {table} SELECT * REPLACE({replaced}) FROM kept_{table} {of_first}"

    gone = [f"ALTER TABLE {table} DELETE {of_first} SETTINGS mutations_sync = 1" for table in TABLES]
    duplicate = same_event("receipts", ", 'DUPLICATE' AS outcome, 0 AS stored")
    stored = [same_event(table) for table in TABLES]
    with changed(warehouse, *gone, duplicate, *stored):
        report = audit(installation.settings)
    assert report.complete
    assert ["answered twice" in note for note in report.notes] == [True]
    with changed(warehouse, *gone, duplicate, *stored[1:3]):
        assert told(audit(installation.settings)) == {("doubled", extra("change_log"), 3, (0,)),
                                                      ("doubled", extra("persons"), 3, (0,))}  # fmt: skip
    with changed(warehouse, *gone, *stored[1:]):
        assert told(audit(installation.settings)) == {("missing", NO_RECEIPT, 3, (0,))}
    with changed(warehouse, *gone, *stored[:2], stored[3]):
        assert told(audit(installation.settings)) == {("missing", absent("persons"), 3, (0,))}


def _command(installation: Installation, warehouse: ClickHouseWarehouse) -> None:
    assert "each has one outcome" in installation.run("audit").stdout
    assert installation.run("audit", "--to", "2565-06-10").returncode == 0
    with changed(warehouse, *without("persons", 2)):
        said = installation.run("audit", code=1).stdout
        assert absent("persons") in said
        assert "offset 2" in said
        report = json.loads(installation.run("audit", "--format", "json", code=1).stdout)
        assert (report["complete"], report["missing"][0]["offsets"]) == (False, [2])
        assert installation.run("audit", "--to", "2565-06-10").returncode == 0, "all that was appended later"
        assert installation.run("audit", "--from", "2565-06-10", code=1).returncode == 1
    assert "DATE_INVALID" in installation.run("audit", "--from", "noon", code=2).stderr


def _dead_letters(installation: Installation, warehouse: ClickHouseWarehouse) -> None:
    with opened(installation, "nowhere") as log:
        report = hold_against(warehouse, log)
    assert told(report) == {("missing", "dead letters without their message in the topic", 0, (7,))}


def _expired(installation: Installation, warehouse: ClickHouseWarehouse) -> None:
    """What has left the log keeps its receipt; one that is lacking can no longer be looked up, and is told all the same."""
    admin = open_admin(installation.settings)
    admin.delete_records({TopicPartition(topic(installation), 0): 4})
    admin.close()
    assert audit(installation.settings).complete
    gone = {("missing", "offsets that expired without a receipt", 0, (2,))}
    with changed(warehouse, *without("receipts", 2)):
        assert told(audit(installation.settings)) >= gone
        appended = "SELECT toUnixTimestamp64Milli(append_time) FROM kept_receipts WHERE partition = 0 AND offset = {}"
        ((first,),) = warehouse.rows(appended.format(1))
        ((last,),) = warehouse.rows(appended.format(11))
        assert told(audit(installation.settings, from_ms=first)) >= gone
        assert audit(installation.settings, from_ms=last).complete, "later than what is gone"
    with changed(warehouse, *without("receipts", 5)):
        assert told(audit(installation.settings)) == {("missing", NO_RECEIPT, 0, (5,))}
