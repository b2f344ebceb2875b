"""Three brokers: one may be killed and come back, another may be lost for good, and what was acknowledged is there."""

import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer
from kafka.admin import NewTopic

from deploy.local.endpoints import daemon_of, endpoints
from deploy.local.errors import LocalPartError
from deploy.local.stack import LocalStack
from tests.deploy.local.helpers import silent, wait_until

BROKERS = ["kafka", "kafka-2", "kafka-3"]


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStack]:
    stack = LocalStack(tmp_path_factory.mktemp("cluster"), brokers=3)
    stack.up(silent)
    yield stack
    stack.reset()
    assert [name for name in [*BROKERS, "clickhouse"] if daemon_of(stack.home, name).process()] == []


def kill(stack: LocalStack, name: str) -> None:
    process = daemon_of(stack.home, name).process()
    assert process is not None
    os.kill(process.pid, signal.SIGKILL)
    wait_until(lambda: daemon_of(stack.home, name).process() is None)


def send(where: str, *values: bytes) -> None:
    producer = KafkaProducer(bootstrap_servers=where, acks="all")
    for future in [producer.send("kept", value) for value in values]:
        future.get(60)
    producer.close()


def all_there(where: str, count: int) -> bool:
    consumer = KafkaConsumer("kept", bootstrap_servers=where, auto_offset_reset="earliest")
    read: list[bytes] = []

    def enough() -> bool:
        read.extend(record.value for records in consumer.poll(200).values() for record in records)
        return len(set(read)) >= count

    wait_until(enough)
    consumer.close()
    return True


@pytest.mark.real
def test_a_leader_is_killed_and_comes_back_and_another_is_lost_for_good(cluster: LocalStack) -> None:
    where = cluster.up(silent).kafka_bootstrap
    assert where.count(",") == 2
    assert [part.name for part in cluster.status() if part.state == "up"] == [*BROKERS, "clickhouse"]
    admin = KafkaAdminClient(bootstrap_servers=where)
    admin.create_topics([NewTopic("kept", 3, 3)])
    send(where, b"before")

    kill(cluster, "kafka")
    assert endpoints(cluster.home) is not None, "two of three are enough"
    send(where, b"one away")
    pids = {part.name: part.pid for part in cluster.status()}
    cluster.up(silent)
    assert [name for name, pid in pids.items() if {p.name: p.pid for p in cluster.status()}[name] != pid] == ["kafka"]

    def in_sync() -> bool:
        (topic,) = admin.describe_topics(["kept"])
        return all(len(part["isr_nodes"]) == 3 for part in topic["partitions"])

    wait_until(in_sync)
    admin.close()
    kill(cluster, "kafka-3")
    shutil.rmtree(cluster.home / "kafka" / "node-3")
    send(where, b"one lost for good")
    assert all_there(where, 3)
    assert cluster.logs("kafka-2", 5)

    assert cluster.down() == ["kafka", "kafka-2", "clickhouse"]
    assert cluster.up(silent).kafka_bootstrap == where, "ports are remembered; the lost one begins anew"
    assert all_there(where, 3)


@pytest.mark.real
def test_the_number_of_brokers_is_settled_at_the_first_start(cluster: LocalStack) -> None:
    with pytest.raises(LocalPartError, match="is of 3, not 1"):
        LocalStack(cluster.home, brokers=1).up(silent)
    assert LocalStack(cluster.home).up(silent).kafka_bootstrap.count(",") == 2, "not asked: as many as there are"


def test_two_are_no_cluster(tmp_path: Path) -> None:
    with pytest.raises(LocalPartError, match="1 or 3"):
        LocalStack(tmp_path, brokers=2).up(silent)
