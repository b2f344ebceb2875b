"""What the log owes the group: a commit refused during a rebalance is made up for by whoever keeps the partition."""

from types import SimpleNamespace
from typing import Any

from kafka import TopicPartition
from kafka import errors as kafka_errors

from consumers.kafka_log import Budget, KafkaLog

HERE, THERE = TopicPartition("student-changes.t", 0), TopicPartition("student-changes.t", 1)


class Rebalancing:
    """A consumer that refuses commits while it is told to."""

    def __init__(self) -> None:
        self._fetcher = SimpleNamespace()
        self._coordinator = SimpleNamespace(need_rejoin=None, _do_join_and_sync_async=None)
        self.assigned = {HERE, THERE}
        self.refuses = True
        self.committed: dict[TopicPartition, int] = {}

    def subscribe(self, **_: Any) -> None:
        pass

    def assignment(self) -> set[TopicPartition]:
        return set(self.assigned)

    def paused(self) -> set[TopicPartition]:
        return set()

    def poll(self, **_: Any) -> dict[TopicPartition, list[Any]]:
        return {}

    def end_offsets(self, parts: list[TopicPartition]) -> dict[TopicPartition, int]:
        return dict.fromkeys(parts, 7)

    def position(self, _: TopicPartition) -> int:
        return 7

    def commit(self, offsets: dict[TopicPartition, Any]) -> None:
        if self.refuses:
            raise kafka_errors.RebalanceInProgressError
        self.committed |= {part: meta.offset for part, meta in offsets.items()}


def log(consumer: Rebalancing) -> KafkaLog:
    return KafkaLog(consumer, "", Budget(10, 0))


def test_a_refused_commit_of_a_partition_that_stays_is_made_with_the_next_poll() -> None:
    """Found by killing one of two: the other kept its partition, nothing came again, and its last offsets stayed
    uncommitted for ever.
    """
    consumer = Rebalancing()
    ours = log(consumer)
    ours.arrived()
    assert ours.commit_positions({("student-changes.t", 0): 7}) == "RebalanceInProgressError"
    assert ours.poll() is None
    assert not ours.at_end(), "something is owed"
    consumer.refuses = False
    assert ours.poll() is None
    assert consumer.committed == {HERE: 7}
    assert ours.at_end()


def test_what_has_moved_is_not_committed_behind_its_new_owner() -> None:
    consumer = Rebalancing()
    ours = log(consumer)
    ours.arrived()
    ours.commit_positions({("student-changes.t", 0): 7, ("student-changes.t", 1): 7})
    consumer.assigned = {THERE}
    ours.poll()
    consumer.assigned, consumer.refuses = {HERE, THERE}, False
    assert ours.arrived() == frozenset()
    ours.poll()
    assert consumer.committed == {THERE: 7}


def test_what_came_back_begins_anew() -> None:
    consumer = Rebalancing()
    ours = log(consumer)
    ours.arrived()
    ours.commit_positions({("student-changes.t", 0): 7})
    consumer.assigned = {THERE}
    ours.arrived()
    consumer.assigned, consumer.refuses = {HERE, THERE}, False
    assert ours.arrived() == {("student-changes.t", 0)}
    ours.poll()
    assert consumer.committed == {}
