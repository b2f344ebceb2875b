"""Every topic: partitions, key, retention, timestamps, compaction. `thabian topics apply` makes the broker match."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from schemas.errors import ThabianError

_DAY_MS: Final = 86_400_000
_PUBLISHER: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")

INGRESS_STEM: Final = "student-changes."
DEFAULT_PUBLISHER: Final = "roster"


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic as declared."""

    name: str
    partitions: int
    key: str
    holds: str
    configs: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


def _kept(days: int, **more: str) -> Mapping[str, str]:
    retention = str(days * _DAY_MS) if days else "-1"
    given = {name.replace("_", "."): value for name, value in more.items()}
    return MappingProxyType({"cleanup.policy": "delete", "retention.ms": retention} | given)


INGRESS_CONFIGS: Final = _kept(30, message_timestamp_type="LogAppendTime")
"""Ingress topics hold pupils' data: short retention. Append time is the broker's, so that no publisher sets it."""

ACCEPTED: Final = Topic(
    "register.accepted",
    12,
    "partition of the pupil",
    "AcceptedChanges: arrays of accepted changes, pseudonymous, placed by person; never compacted",
    _kept(0),
)
RECEIPTS: Final = Topic(
    "register.receipts", 12, "partition of the school", "Receipts: arrays of outcomes, placed by school", _kept(90)
)
DEAD_LETTERS: Final = Topic(
    "register.dead-letters",
    1,
    "as received",
    "messages that could not be read: original bytes, with topic, partition, offset, code, attempt and first seen as headers",
    _kept(365, max_message_bytes=str(16 << 20)),
)
"""Whatever an ingress topic could hold, and its headers, must fit: one dead letter too large would stop intake for good."""
ROUNDS: Final = Topic("register.rounds", 1, "round", "RoundActed: what was done in the rounds of the census", _kept(0))
"""One partition: acts of a round stand in their order."""
FINDINGS: Final = Topic(
    "register.findings",
    12,
    "finding_id",
    "Finding: what became of each finding; the last message of a key holds",
    MappingProxyType({"cleanup.policy": "compact"}),
)
HEADCOUNTS: Final = Topic(
    "register.headcounts",
    12,
    "school_code",
    "Headcount: pupils on each school's roll by grade and sex; the last message of a key holds",
    MappingProxyType({"cleanup.policy": "compact"}),
)
CROSSINGS: Final = Topic(
    "register.crossings",
    ACCEPTED.partitions,
    "partition",
    "the stream's own: what one partition of it has to know of another's pupils (docs/streams.md)",
    _kept(0),
)
"""As many partitions as register.accepted: one worker has the same partition of both."""
STREAMS: Final = (FINDINGS, HEADCOUNTS, CROSSINGS)
"""What the stream writes, beside the changelogs of its tables."""
REGISTER: Final = (ACCEPTED, RECEIPTS, DEAD_LETTERS)
"""What intake writes."""


def ingress(publisher: str, prefix: str = "") -> str:
    """Name of a publisher's own ingress topic. The topic says who wrote a record (semantics 1.1)."""
    if not _PUBLISHER.fullmatch(publisher):
        raise ThabianError(
            "PUBLISHER_NAME_INVALID", "a publisher's name is lower case letters, digits and hyphens", exit_code=2
        )
    return f"{prefix}{INGRESS_STEM}{publisher}"


def publisher_of(topic: str, prefix: str = "") -> str:
    """The publisher an ingress topic belongs to. A publisher's name has no dot, so that the prefix may be left out."""
    return topic.removeprefix(prefix).rpartition(INGRESS_STEM)[2]


def ingress_topic(publisher: str) -> Topic:
    """Declaration of a publisher's ingress topic, without prefix."""
    return Topic(ingress(publisher), 6, "school_code", f"events of the publisher {publisher}", INGRESS_CONFIGS)


def ingress_pattern(prefix: str = "") -> str:
    """What intake subscribes to: every publisher's topic, those of tomorrow included."""
    return f"^{re.escape(prefix + INGRESS_STEM)}[a-z0-9][a-z0-9-]*$"


def declared(publishers: tuple[str, ...] = (DEFAULT_PUBLISHER,)) -> tuple[Topic, ...]:
    """All topics of an installation with these publishers."""
    return (*(ingress_topic(publisher) for publisher in publishers), *REGISTER, ROUNDS, *STREAMS)
