"""What `thabian monitor` and `thabian status` look at, on the real broker and engine."""

import dataclasses
from contextlib import closing
from datetime import UTC, date, datetime

import pytest
from prometheus_client import REGISTRY

from consumers import dead_letter_actions
from consumers.dead_letter_actions import Action, Done
from consumers.dead_letters import letters
from consumers.log_scan import LogScan
from schemas import topics
from snapshots import schools, versions
from snapshots.calendars import find_round
from snapshots.rounds import store
from snapshots.schools import School
from snapshots.sealed import Sealed, overdue_ms, seals
from snapshots.versions import Version
from tests.conftest import Installation
from tests.events import SCHOOL, message
from tests.snapshots.rounds.acts import act, opened, walk
from thabian.clock import now_ms
from thabian.connections import open_admin, open_consumer, open_producer
from thabian.looks.audit import AuditLook
from thabian.looks.dead_letters import DeadLettersLook
from thabian.looks.disk import DiskLook
from thabian.looks.findings import FindingsLook
from thabian.looks.intake import IntakeLook
from thabian.looks.lag import LagLook
from thabian.looks.parts import PartsLook
from thabian.looks.rounds import RoundsLook
from thabian.looks.snapshots import SnapshotsLook
from thabian.settings import Settings
from warehouse.clickhouse import ClickHouseWarehouse

pytestmark = pytest.mark.real

ROUND = "bangkok-1-2565/1"
ONE, TWO = 3101000001, 3101000002


def value(name: str, **labels: str) -> float | None:
    return REGISTRY.get_sample_value(f"thabian_{name}", labels)


def ingress(installation: Installation) -> str:
    return topics.ingress("roster", installation.settings.topic_prefix)


def send(installation: Installation, *values: bytes, partition: int = 0) -> None:
    producer = open_producer(installation.settings)
    for one in values:
        producer.send(ingress(installation), one, key=SCHOOL.encode(), partition=partition).get(30)
    producer.close()


def test_from_waiting_to_taken_in(installation: Installation) -> None:
    send(installation, message(number=1), b"broken", message(number=2))
    sent = now_ms()
    _waits(installation, sent)
    installation.run("intake", "--until-end")
    _is_taken_in(installation)
    _has_letters(installation)
    _is_audited(installation)


def _waits(installation: Installation, sent: int) -> None:
    look = LagLook(installation.settings, now_ms=lambda: sent + 60_000)
    found = look.read()
    look.tell(found)
    there = {"group": "intake", "topic": ingress(installation), "partition": "0"}
    assert value("group_lag_events", **there) == 3
    assert 60 <= (value("group_behind_seconds", **there) or 0) < 90
    assert value("group_lag_events", **(there | {"partition": "1"})) == 0
    assert value("group_behind_seconds", **(there | {"partition": "1"})) == 0
    assert found.members == {"intake": 0, "streams": 0, "findings": 0}
    assert {one.group for one in found.partitions} == set(found.members)


def _is_taken_in(installation: Installation) -> None:
    look = LagLook(installation.settings)
    assert {one.lag for one in look.read().partitions if one.group == "intake"} == {0}
    waiting = [one for one in look.read().partitions if one.lag]
    assert {one.group for one in waiting} == {"streams"}, "nobody has read what intake told"
    answered = IntakeLook(installation.settings).read()
    assert answered.hour == {"ACCEPTED": 2, "DEAD_LETTER": 1}
    assert answered.minute <= 3


def _has_letters(installation: Installation) -> None:
    look = DeadLettersLook(installation.settings)
    look.tell(look.read())
    assert value("dead_letters_waiting", code="FRAMING_UNKNOWN") == 1
    name = installation.settings.topic_prefix + topics.DEAD_LETTERS.name
    with closing(LogScan(lambda: open_consumer(installation.settings))) as scan:
        (letter,) = letters(scan, name)
    with closing(installation.warehouse()) as warehouse:
        done = [Done(letter, Action.DROPPED, 2, "FRAMING_UNKNOWN", "test")]
        dead_letter_actions.record(warehouse, done, acted_by="t", now_ms=now_ms())
    look.tell(look.read())
    assert value("dead_letters_waiting", code="FRAMING_UNKNOWN") is None


def _is_audited(installation: Installation) -> None:
    """What nobody has committed yet is not missing; what was committed and has no receipt is."""
    send(installation, message(number=3), message(number=4), partition=1)
    look = AuditLook(installation.settings, now_ms=lambda: 5_000)
    look.tell(look.read())
    assert (value("audit_holds"), value("audit_missing_offsets"), value("audit_last_timestamp_seconds")) == (1, 0, 5)
    with closing(installation.warehouse()) as warehouse:
        where = f"topic = '{ingress(installation)}' AND offset = 2"
        warehouse.execute(f"ALTER TABLE receipts DELETE WHERE {where} SETTINGS mutations_sync = 2")
    look.tell(look.read())
    assert value("audit_holds") == 0
    assert (value("audit_missing_offsets") or 0) >= 1


def test_the_ends_of_transactions_are_nothing_that_waits(installation: Installation) -> None:
    producer = open_producer(installation.settings, transactional_id=installation.settings.topic_prefix + "t")
    producer.init_transactions()
    producer.begin_transaction()
    producer.send(ingress(installation), message(number=1), key=SCHOOL.encode(), partition=0)
    producer.abort_transaction()
    producer.close()
    found = {(one.group, one.partition): one for one in LagLook(installation.settings).read().partitions}
    assert (found["intake", 0].lag, found["intake", 0].seconds) == (0, 0)


def test_a_publisher_that_is_gone_is_no_longer_told_of(installation: Installation) -> None:
    installation.run("publishers", "add", "leaves")
    name = topics.ingress("leaves", installation.settings.topic_prefix)
    look, place = LagLook(installation.settings), {"group": "intake", "topic": name, "partition": "0"}
    look.tell(look.read())
    assert value("group_lag_events", **place) == 0
    with closing(open_admin(installation.settings)) as admin:
        admin.delete_topics([name])
        while name in admin.list_topics():
            pass
    look.tell(look.read())
    assert value("group_lag_events", **place) is None


def test_parts_and_room(shared_installation: Installation, closed_port: int) -> None:
    look = PartsLook(shared_installation.settings)
    look.tell(look.read())
    assert (value("monitor_up", part="broker"), value("monitor_up", part="warehouse")) == (1, 1)
    away = shared_installation.settings.model_copy(update={"kafka_bootstrap": f"127.0.0.1:{closed_port}"})
    look.tell(PartsLook(away).read())
    assert (value("monitor_up", part="broker"), value("monitor_up", part="warehouse")) == (0, 1)
    assert PartsLook(Settings()).read() == {"broker": False, "warehouse": False}
    bare = shared_installation.settings.model_copy(update={"clickhouse_database": "nowhere"})
    assert PartsLook(bare).read() == {"broker": True, "warehouse": True}, "it lacks a database, and it answers"
    disk = DiskLook(shared_installation.settings)
    disk.tell(disk.read())
    assert (value("warehouse_disk_free_bytes", disk="default") or 0) > 0
    assert value("warehouse_disk_free_bytes", disk="default") < value("warehouse_disk_total_bytes", disk="default")
    assert 0 < (value("warehouse_memory_bytes") or 0) < (value("warehouse_memory_limit_bytes") or 0)


@pytest.fixture
def rehearsed(installation: Installation) -> Installation:
    """An open round at noon of its census day, with two schools of which one has confirmed."""
    settings = installation.settings.model_copy(update={"clock": "2565-06-10 12:00"})
    with closing(installation.warehouse()) as warehouse:
        schools.load(warehouse, [_school(ONE), _school(TWO)], 1)
        for one in (opened(), *walk("CONFIRMED", school=ONE)):
            store.store(warehouse, one)
    return Installation(settings, installation.env)


def _school(code: int) -> School:
    return School(code, "ทดสอบ", "31", "เขตสมมติ", "", "", False, True, None, None)


def test_a_round_while_it_is_open_and_no_longer(rehearsed: Installation) -> None:
    look = RoundsLook(rehearsed.settings)
    (found,) = look.read()
    look.tell((found,))
    said = {state: value("round_schools", round=ROUND, state=state) for state in found.schools}
    assert said == {"expected": 2, "recorded": 0, "confirmed": 1, "certified": 0, "acknowledged": 0}
    known_at = find_round(ROUND).known_at
    assert value("round_deadline_seconds", round=ROUND, step="cut") == (known_at - found.now_ms) / 1000
    assert set(found.deadlines) >= {"confirm", "certify", "cut"}
    with closing(rehearsed.warehouse()) as warehouse:
        store.store(warehouse, act("close", "bureau", acted_at=2**40))
    look.tell(look.read())
    assert value("round_schools", round=ROUND, state="expected") is None
    assert value("round_deadline_seconds", round=ROUND, step="cut") is None


def _version(known_at: int, sealed_at: int, run: int = 7) -> Version:
    name, digest = f"2565-1-{run:012}", bytes(32)
    rest = (digest, "", 0, 0, digest, digest, digest, digest, "test", sealed_at)
    return Version(name, run, 2565, 1, date(2022, 6, 10), known_at, *rest)


def test_a_seal_is_due_when_the_day_is_over_and_then_known_by_its_round(rehearsed: Installation) -> None:
    ended = int(datetime(2022, 6, 10, 17, tzinfo=UTC).timestamp() * 1000)
    with closing(rehearsed.warehouse()) as warehouse:
        assert seals(warehouse, ended + 90_000).overdue == {ROUND: 90_000}
        assert seals(warehouse, ended - 1).overdue == {ROUND: 0}
        _stored(warehouse, _version(ended - 1, ended + 1_000, run=6))
        assert seals(warehouse, ended + 90_000).overdue == {ROUND: 90_000}, "sealed before the day was over"
        _stored(warehouse, _version(ended, ended + 5_000))
        found = seals(warehouse, ended + 90_000)
    assert found.overdue == {ROUND: 0}
    assert found.newest == (Sealed(ROUND, "2565-1-000000000007", ended + 5_000, 3_000),)
    look = SnapshotsLook(rehearsed.settings)
    look.tell(look.read())
    assert value("snapshot_sealed_timestamp_seconds", round=ROUND) == (ended + 5_000) / 1000
    assert value("snapshot_seal_seconds", round=ROUND) == 3


def _stored(warehouse: ClickHouseWarehouse, version: Version) -> None:
    versions.store_run(warehouse, version.run, version.version, version.sealed_at - 3_000)
    versions.store_version(warehouse, version)


def test_without_an_open_round_the_newest_version_is_known_by_its_year(installation: Installation) -> None:
    with closing(installation.warehouse()) as warehouse:
        assert seals(warehouse, 0).newest == ()
        versions.store_version(warehouse, _version(1, 2))
        assert seals(warehouse, 0).newest == (Sealed("2565-1", "2565-1-000000000007", 2, None),)


def test_a_version_of_another_day_ends_no_delay() -> None:
    other = dataclasses.replace(_version(2**42, 2**42), as_of=date(2022, 6, 9))
    assert overdue_ms(find_round(ROUND), [other], 2**42) > 0


def test_findings_that_stand(installation: Installation) -> None:
    with closing(installation.warehouse()) as warehouse:
        for number, state in enumerate((1, 1, 2)):
            row = {"finding_id": bytes([number]) * 16, "told_at": 1, "topic": "t", "partition": 0, "offset": 1}
            row |= {"code": "GRADE_JUMP", "state": state}
            warehouse.insert("findings", {name: [one] for name, one in row.items()})
    look = FindingsLook(installation.settings)
    look.tell(look.read())
    assert value("findings_standing", code="GRADE_JUMP", state="OPEN") == 2
    assert value("findings_standing", code="GRADE_JUMP", state="RESOLVED") is None
