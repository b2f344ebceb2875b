"""How far intake, the stream and the sink of findings have come: committed offsets beside the ends of what they read."""

from contextlib import closing

from kafka import KafkaConsumer

from consumers.log_scan import LogScan
from schemas.errors import ThabianError
from snapshots.log_ends import Cut
from thabian import groups
from thabian.connections import broker_errors, open_admin, open_consumer
from thabian.settings import Settings


def messages_behind(settings: Settings, stored: Cut) -> int:
    """Messages between what is stored and what was told of it.

    Records of `stored` that intake has not answered, changes and crossings the stream has not committed, findings the
    sink has not. TOPIC_MISSING when a topic of theirs is.
    """
    read_by = {
        settings.streams_group: groups.STREAMS_READ,
        settings.findings_group: groups.FINDINGS_READ,
    }
    scan = LogScan(lambda: open_consumer(settings))
    with closing(open_admin(settings)) as admin, closing(scan), broker_errors(settings):
        consumer = open_consumer(settings)
        try:
            behind = _behind(scan, groups.committed(admin, settings.intake_group), dict.fromkeys(stored, 0), stored)
            for group, names in read_by.items():
                begins, ends = _spans(consumer, [settings.topic_prefix + name for name in names])
                behind += _behind(scan, groups.committed(admin, group), begins, ends)
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


def _spans(consumer: KafkaConsumer, names: list[str]) -> tuple[Cut, Cut]:
    for name in names:
        if name not in consumer.topics() or not consumer.partitions_for_topic(name):
            raise ThabianError("TOPIC_MISSING", f"the topic {name} is missing: run `thabian topics apply`")
    return groups.spans(consumer, names)
