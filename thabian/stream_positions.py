"""How far intake, the stream and the sink of findings have come: committed offsets beside the ends of what they read."""

from contextlib import closing

from kafka import KafkaAdminClient, KafkaConsumer, TopicPartition
from kafka import errors as kafka_errors

from consumers.log_scan import LogScan
from schemas import topics
from schemas.errors import ThabianError
from snapshots.log_ends import Cut, Place
from thabian.connections import broker_errors, open_admin, open_consumer
from thabian.settings import Settings


def messages_behind(settings: Settings, stored: Cut) -> int:
    """Messages between what is stored and what was told of it.

    Records of `stored` that intake has not answered, changes and crossings the stream has not committed, findings the
    sink has not. TOPIC_MISSING when a topic of theirs is.
    """
    read_by = {
        settings.streams_group: (topics.ACCEPTED.name, topics.CROSSINGS.name),
        settings.findings_group: (topics.FINDINGS.name,),
    }
    scan = LogScan(lambda: open_consumer(settings))
    with closing(open_admin(settings)) as admin, closing(scan), broker_errors(settings):
        consumer = open_consumer(settings)
        try:
            behind = _behind(scan, _committed(admin, settings.intake_group), dict.fromkeys(stored, 0), stored)
            for group, names in read_by.items():
                begins, ends = _ends(consumer, [settings.topic_prefix + name for name in names])
                behind += _behind(scan, _committed(admin, group), begins, ends)
        finally:
            consumer.close(autocommit=False)
    return behind


def _behind(scan: LogScan, committed: Cut, begins: Cut, ends: Cut) -> int:
    """Records between a group's positions and the ends. Markers of transactions are none."""
    behind = 0
    for place, end in ends.items():
        first = max(committed.get(place, 0), begins[place])
        if first < end and next(iter(scan.offsets_in(place, [(first, end)])), None) is not None:
            behind += end - first
    return behind


def _committed(admin: KafkaAdminClient, group: str) -> dict[Place, int]:
    """What a group has committed; nothing where it never did, or while the broker looks for who keeps its offsets."""
    try:
        answered = admin.list_group_offsets(group)[group]
    except kafka_errors.CoordinatorNotAvailableError:  # a broker on which no group has committed anything yet
        return {}
    return {(item.topic, item.partition): kept.offset for item, kept in answered.items() if kept.offset >= 0}


def _ends(consumer: KafkaConsumer, names: list[str]) -> tuple[Cut, Cut]:
    partitions = [TopicPartition(name, part) for name in names for part in _partitions(consumer, name)]
    begins, ends = consumer.beginning_offsets(partitions), consumer.end_offsets(partitions)
    return {(item.topic, item.partition): at for item, at in begins.items()}, {
        (item.topic, item.partition): at for item, at in ends.items()
    }


def _partitions(consumer: KafkaConsumer, name: str) -> list[int]:
    found = consumer.partitions_for_topic(name) if name in consumer.topics() else None
    if not found:
        raise ThabianError("TOPIC_MISSING", f"the topic {name} is missing: run `thabian topics apply`")
    return sorted(found)
