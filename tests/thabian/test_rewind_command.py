"""`thabian intake rewind`, on the real broker and engine."""

import contextlib

import pytest
from kafka import OffsetAndMetadata, TopicPartition
from kafka.errors import NoOffsetForPartitionError

from tests.conftest import Installation
from tests.events import SCHOOL, message
from thabian.connections import open_admin, open_consumer, open_producer

pytestmark = pytest.mark.real


def topic(installation: Installation) -> str:
    return f"{installation.settings.topic_prefix}student-changes.roster"


def publish(installation: Installation, *numbers: int) -> None:
    producer = open_producer(installation.settings)
    for number in numbers:
        producer.send(topic(installation), message(number=number), key=SCHOOL.encode(), partition=2).get(timeout=30)
    producer.close()


def committed(installation: Installation) -> int:
    client = open_admin(installation.settings)
    group = installation.settings.intake_group
    found = client.list_group_offsets(group)[group][TopicPartition(topic(installation), 2)].offset
    client.close()
    return int(found)


def commit(installation: Installation, offset: int) -> None:
    client = open_admin(installation.settings)
    place = TopicPartition(topic(installation), 2)
    client.alter_group_offsets(installation.settings.intake_group, {place: OffsetAndMetadata(offset, "", -1)})
    client.close()


def test_set_back_to_the_first_record_without_a_receipt(installation: Installation) -> None:
    publish(installation, 1, 2, 3)
    installation.run("intake", "--until-end")
    assert "Nothing to do" in installation.run("intake", "rewind").stdout
    publish(installation, 4, 5, 6)
    commit(installation, 5)
    assert "dry run" in installation.run("intake", "rewind", "--dry-run").stdout
    assert committed(installation) == 5
    done = installation.run("intake", "rewind", "--topic", topic(installation), "--partition", "2").stdout
    assert "1 partition(s) set back" in done
    assert committed(installation) == 3
    installation.run("intake", "--until-end")
    assert committed(installation) == 6
    count = "SELECT uniqExact(offset), count() FROM receipts"
    warehouse = installation.warehouse()
    assert warehouse.rows(count) == [(6, 6)]
    warehouse.close()


def test_a_position_beyond_the_log_is_set_to_its_end(installation: Installation) -> None:
    publish(installation, 1)
    installation.run("intake", "--until-end")
    commit(installation, 7)
    installation.run("intake", "rewind")
    assert committed(installation) == 1


def test_a_running_group_is_left_alone(installation: Installation) -> None:
    publish(installation, 1)
    member = open_consumer(installation.settings, group_id=installation.settings.intake_group)
    member.subscribe([topic(installation)])
    while not member.assignment():
        with contextlib.suppress(NoOffsetForPartitionError):
            member.poll(timeout_ms=100)
    refused = installation.run("intake", "rewind", code=1)
    member.close(autocommit=False)
    assert refused.stderr.startswith("thabian: [GROUP_HAS_MEMBERS]")


@pytest.mark.parametrize("arguments", [("--partition", "1"), ("--topic", "student-changes.nobody")])
def test_bad_arguments_are_one_line(installation: Installation, arguments: tuple[str, ...]) -> None:
    refused = installation.run("intake", "rewind", *arguments, code=2)
    assert refused.stderr.startswith("thabian: [REWIND_INVALID]")
