"""One suite for every Sender: the list that tests deliver to, and the real broker."""

import uuid

import pytest
from kafka import TopicPartition

from publishers.sender import Message
from schemas.errors import ThabianError
from tests.publishers.senders import MemorySender
from thabian import connections, publishing


class Memory:
    """The list."""

    def __init__(self) -> None:
        self.topic = "student-changes.contract"
        self.sender = MemorySender(self.topic)

    def delivered(self) -> list[Message]:
        return self.sender.delivered


class Real:
    """The broker of the test session."""

    def __init__(self, installation, sender) -> None:
        self.topic, self.sender, self.settings = (
            f"{installation.settings.topic_prefix}student-changes.roster",
            sender,
            installation.settings,
        )

    def delivered(self) -> list[Message]:
        consumer = connections.open_consumer(self.settings, auto_offset_reset="earliest", group_id=None)
        try:
            partitions = consumer.partitions_for_topic(self.topic)
            places = [TopicPartition(self.topic, partition) for partition in sorted(partitions)]
            consumer.assign(places)
            consumer.seek_to_beginning(*places)
            ends = consumer.end_offsets(places)
            found = []
            while any(consumer.position(place) < ends[place] for place in places):
                for records in consumer.poll(timeout_ms=1000).values():
                    found += [Message(item.topic, item.key, item.value) for item in records]
            return found
        finally:
            consumer.close()


@pytest.fixture(params=["memory", pytest.param("real", marks=pytest.mark.real)])
def backend(request):
    if request.param == "memory":
        yield Memory()
        return
    installation = request.getfixturevalue("installation")
    with publishing.open_sender(installation.settings) as sender:
        yield Real(installation, sender)


def test_what_is_acknowledged_is_there_once_and_in_order_per_school(backend):
    sent = [Message(backend.topic, str(number % 5).encode(), f"{number}".encode()) for number in range(500)]
    assert backend.sender.send(sent[:300]) == [None] * 300
    assert backend.sender.send(sent[300:]) == [None] * 200
    found = backend.delivered()
    assert len(found) == 500
    for school in {item.key for item in sent}:
        assert [item for item in found if item.key == school] == [item for item in sent if item.key == school]


def test_nothing_to_send_is_nothing(backend):
    assert backend.sender.send([]) == []


def test_a_topic_that_exists_is_fine_and_one_that_does_not_is_named(backend):
    backend.sender.require(backend.topic)
    with pytest.raises(ThabianError) as caught:
        backend.sender.require(f"no-such-{uuid.uuid4().hex}")
    assert caught.value.code == "TOPIC_MISSING"
