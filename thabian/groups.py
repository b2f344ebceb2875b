"""The consumer groups of an installation: what each reads, and how far it has come."""

import re
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from kafka import KafkaAdminClient, KafkaConsumer, TopicPartition
from kafka import errors as kafka_errors

from schemas import topics
from snapshots.log_ends import Place
from thabian.settings import Settings

Offsets = Mapping[Place, int]

STREAMS_READ: Final = (topics.ACCEPTED.name, topics.CROSSINGS.name)
FINDINGS_READ: Final = (topics.FINDINGS.name,)
_TRIES, _PAUSE_S = 20, 0.25


@dataclass(frozen=True, slots=True)
class Group:
    """One group by its role. `reads`: a pattern of topic names, prefix included."""

    role: str
    group_id: str
    reads: str


def groups(settings: Settings) -> tuple[Group, ...]:
    """Intake, the stream, the sink of findings."""
    prefix = settings.topic_prefix
    return (
        Group("intake", settings.intake_group, topics.ingress_pattern(prefix)),
        Group("streams", settings.streams_group, _one_of(prefix, STREAMS_READ)),
        Group("findings", settings.findings_group, _one_of(prefix, FINDINGS_READ)),
    )


def committed(admin: KafkaAdminClient, group: str) -> dict[Place, int]:
    """What a group has committed; nothing where it never did, or while the broker looks for who keeps its offsets."""
    try:
        answered = _of_coordinator(lambda: admin.list_group_offsets(group))[group]
    except kafka_errors.CoordinatorNotAvailableError:  # a broker on which no group has committed anything yet
        return {}
    return {(item.topic, item.partition): kept.offset for item, kept in answered.items() if kept.offset >= 0}


def members(admin: KafkaAdminClient, group: str) -> int:
    """Processes in a group; 0 for one that is not there."""
    try:
        described: Mapping[str, Any] = _of_coordinator(lambda: admin.describe_groups([group]))[group]
    except (kafka_errors.CoordinatorNotAvailableError, kafka_errors.GroupIdNotFoundError):
        return 0
    return len(described["members"])


def spans(consumer: KafkaConsumer, names: Iterable[str]) -> tuple[dict[Place, int], dict[Place, int]]:
    """First offset still there, and log end, of every partition of these topics."""
    partitions = [
        TopicPartition(name, part) for name in names for part in sorted(consumer.partitions_for_topic(name) or ())
    ]
    begins, ends = consumer.beginning_offsets(partitions), consumer.end_offsets(partitions)
    return {(item.topic, item.partition): at for item, at in begins.items()}, {
        (item.topic, item.partition): at for item, at in ends.items()
    }


def _of_coordinator(ask: Callable[[], Any]) -> Any:  # noqa: ANN401 - the client's own
    """What the broker that keeps a group's offsets answers: for a moment after a start it does not yet know that it does."""
    for _ in range(_TRIES):
        try:
            return ask()
        except (kafka_errors.NotCoordinatorError, kafka_errors.CoordinatorLoadInProgressError):
            time.sleep(_PAUSE_S)
    return ask()


def _one_of(prefix: str, names: Iterable[str]) -> str:
    return f"^({'|'.join(re.escape(prefix + name) for name in names)})$"
