"""The whole local stack: up, twice up, killed parts, down."""

import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from clickhouse_driver import Client
from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer
from kafka.admin import NewTopic

from deploy.local.endpoints import daemon_of
from deploy.local.errors import LocalPartError, Trouble
from deploy.local.ports import is_free
from deploy.local.stack import PARTS, Endpoints, LocalStack, endpoints
from tests.deploy.local.helpers import silent, wait_until

pytestmark = pytest.mark.real

TOPIC, MESSAGES = "kept", 20


def pids(own_stack: LocalStack) -> dict[str, int | None]:
    return {part.name: part.pid for part in own_stack.status()}


@pytest.fixture(scope="module")
def own_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStack]:
    """A stack that two callers bring up at the same time, with some data in both parts."""
    stack = LocalStack(tmp_path_factory.mktemp("stack"))
    found: list[Endpoints] = []
    callers = [threading.Thread(target=lambda: found.append(stack.up(silent))) for _ in range(2)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    assert found == [endpoints(stack.home)] * 2
    fill(found[0])
    yield stack
    stack.down()
    assert_nothing_runs(stack)


def fill(where: Endpoints) -> None:
    admin = KafkaAdminClient(bootstrap_servers=where.kafka_bootstrap)
    admin.create_topics([NewTopic(TOPIC, 2, 1)])
    admin.close()
    producer = KafkaProducer(bootstrap_servers=where.kafka_bootstrap, acks="all")
    for number in range(MESSAGES):
        producer.send(TOPIC, b"message %d" % number)
    producer.flush()
    producer.close()
    client = Client(where.clickhouse_host, where.clickhouse_port)
    client.execute("CREATE TABLE kept (a UInt8) ENGINE = MergeTree ORDER BY a")
    client.execute("INSERT INTO kept VALUES", [(number,) for number in range(MESSAGES)])
    client.disconnect()


def assert_all_is_there(where: Endpoints) -> None:
    client = Client(where.clickhouse_host, where.clickhouse_port)
    assert client.execute("SELECT count() FROM kept") == [(MESSAGES,)]
    client.disconnect()
    consumer = KafkaConsumer(TOPIC, bootstrap_servers=where.kafka_bootstrap, auto_offset_reset="earliest")
    read: list[object] = []

    def all_read() -> bool:
        read.extend(record for records in consumer.poll(200).values() for record in records)
        return len(read) >= MESSAGES

    wait_until(all_read)
    consumer.close()


def assert_nothing_runs(own_stack: LocalStack) -> None:
    home = str(own_stack.home)
    running = [process for process in psutil.process_iter() if home in " ".join(arguments(process))]
    assert running == []


def arguments(process: psutil.Process) -> list[str]:
    try:
        return list(process.cmdline())
    except psutil.Error:
        return []


def test_up_twice_changes_nothing(own_stack: LocalStack) -> None:
    before = pids(own_stack)
    assert own_stack.up(silent) == endpoints(own_stack.home)
    assert pids(own_stack) == before
    assert [part.state for part in own_stack.status()] == ["up", "up"]


@pytest.mark.parametrize("part", PARTS)
def test_a_killed_part_alone_is_started_again_with_its_data(own_stack: LocalStack, part: str) -> None:
    where, before = own_stack.up(silent), pids(own_stack)
    os.kill(before[part], signal.SIGKILL)
    wait_until(lambda: daemon_of(own_stack.home, part).process() is None)
    assert endpoints(own_stack.home) is None
    assert {each.name: each.state for each in own_stack.status()}[part] == "down"
    assert own_stack.up(silent) == where
    after = pids(own_stack)
    assert [name for name in PARTS if after[name] != before[name]] == [part]
    assert_all_is_there(where)


def test_a_running_part_does_not_move(own_stack: LocalStack) -> None:
    own_stack.up(silent)
    with pytest.raises(LocalPartError, match=r"kafka is up on port .* `thabian local down"):
        LocalStack(own_stack.home, kafka_port=1).up(silent)


def test_everything_is_there_after_down_and_up(own_stack: LocalStack) -> None:
    where = own_stack.up(silent)
    assert own_stack.down() == list(PARTS)
    assert_nothing_runs(own_stack)
    assert endpoints(own_stack.home) is None
    assert is_free(where.clickhouse_host, where.clickhouse_port)
    assert own_stack.down() == []
    assert own_stack.up(silent) == where
    assert_all_is_there(where)


def test_the_logs_are_there_and_quiet(own_stack: LocalStack) -> None:
    own_stack.up(silent)
    assert "Kafka Server started" in "\n".join(own_stack.logs("kafka", 100))
    assert "SLF4J" not in "\n".join(own_stack.logs("kafka", 10_000))
    assert "serving" in "\n".join(own_stack.logs("clickhouse", 1_000))


def test_a_part_that_crashes_at_its_start_is_told_with_the_end_of_its_log(tmp_path: Path) -> None:
    stack = LocalStack(tmp_path)
    (tmp_path / "kafka" / "node-1" / "data").mkdir(parents=True)
    (tmp_path / "kafka" / "node-1" / "data" / "meta.properties").write_text("version=1\nnode.id=77\ncluster.id=x\n")
    with pytest.raises(LocalPartError, match=r"(?s)kafka stopped while it was starting.*node.id.*77") as raised:
        stack.up(silent)
    assert raised.value.trouble is Trouble.FAILED
    assert stack.down() == ["clickhouse"]


def test_reset_deletes_its_own_data_only(tmp_path: Path) -> None:
    stack = LocalStack(tmp_path)
    (tmp_path / "clickhouse").mkdir()
    (tmp_path / "mine.txt").write_text("kept")
    stack.reset()
    assert not (tmp_path / "clickhouse").exists()
    assert (tmp_path / "mine.txt").read_text() == "kept"


@pytest.mark.parametrize("host", ["0.0.0.0", "", "example.invalid", "::"])
def test_other_than_loopback_is_refused(tmp_path: Path, host: str) -> None:
    with pytest.raises(LocalPartError, match="one machine") as raised:
        LocalStack(tmp_path / "home", host=host).up(silent)
    assert raised.value.trouble is Trouble.NOT_LOOPBACK
    assert not (tmp_path / "home").exists()
