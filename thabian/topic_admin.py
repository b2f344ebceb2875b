"""Declared topics against the broker's: what is missing or differs, and how to make the broker match."""

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from kafka import KafkaAdminClient
from kafka.admin import ConfigResource, ConfigResourceType

from schemas.errors import ThabianError
from schemas.topics import (
    DEFAULT_PUBLISHER,
    INGRESS_STEM,
    REGISTER,
    Topic,
    declared,
    ingress,
    ingress_pattern,
    ingress_topic,
    publisher_of,
)
from thabian.connections import broker_errors, open_admin
from thabian.settings import Settings

_TRIES, _PAUSE_S = 100, 0.1
"""A broker takes a change before it shows it; ten seconds are far more than a controller needs."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing in which the broker does not match. `mendable`: apply can change it without losing records."""

    topic: str
    what: str
    declared: str
    broker: str
    mendable: bool = True


class TopicAdmin:
    """Compares and applies. Takes an open admin client; the caller closes it."""

    def __init__(
        self, client: KafkaAdminClient, settings: Settings, pause: Callable[[float], None] = time.sleep
    ) -> None:
        self._client = client
        self._settings = settings
        self._pause = pause

    def wanted(self, publishers: Sequence[str]) -> list[Topic]:
        """Declared topics for these publishers and for those that have an ingress topic already."""
        stem = re.compile(f"^{re.escape(self._settings.topic_prefix + INGRESS_STEM)}([a-z0-9][a-z0-9-]*)$")
        with broker_errors(self._settings):
            existing = [name for name in self._client.list_topics() if stem.match(name)]
        known = {publisher_of(name, self._settings.topic_prefix) for name in existing} | set(publishers)
        extra = [ingress_topic(name) for name in sorted(known - {publisher_of(t.name) for t in declared()})]
        return [*declared(), *extra]

    def differences(self, wanted: Sequence[Topic]) -> list[Difference]:
        """What the broker has otherwise."""
        prefix = self._settings.topic_prefix
        with broker_errors(self._settings):
            there = set(self._client.list_topics())
            names = [prefix + topic.name for topic in wanted if prefix + topic.name in there]
            described = {item["name"]: item for item in self._client.describe_topics(names)} if names else {}
            configs = self._configs(names)
        found: list[Difference] = []
        for topic in wanted:
            name = prefix + topic.name
            if name not in described:
                found.append(Difference(name, "topic", f"{topic.partitions} partitions", "missing"))
                continue
            found += _partitions(name, topic, len(described[name]["partitions"]))
            for key, value in topic.configs.items():
                if configs[name].get(key) != value:
                    found.append(Difference(name, key, value, str(configs[name].get(key))))
        return found

    def apply(self, wanted: Sequence[Topic]) -> list[Difference]:
        """Make the broker match, and wait until it shows that it does; returns what was different.

        Raises ThabianError TOPICS_NOT_APPLIED when it keeps showing something else.
        """
        found = self.differences(wanted)
        prefix = self._settings.topic_prefix
        topics = {prefix + topic.name: topic for topic in wanted}
        missing = [item.topic for item in found if item.what == "topic"]
        changed = {item.topic: topics[item.topic].configs for item in found if item.what not in ("topic", "partitions")}
        with broker_errors(self._settings):
            if missing:
                self._client.create_topics(
                    {
                        name: {
                            "num_partitions": topics[name].partitions,
                            "replication_factor": self._settings.topic_replication,
                            "configs": dict(topics[name].configs),
                        }
                        for name in missing
                    },
                    wait_for_metadata=True,
                )
            if changed:
                resources = [
                    ConfigResource(ConfigResourceType.TOPIC, name, dict(kept)) for name, kept in changed.items()
                ]
                self._client.alter_configs(resources)
        if missing or changed:
            self._wait_for(wanted)
        return found

    def _wait_for(self, wanted: Sequence[Topic]) -> None:
        for _ in range(_TRIES):
            left = [item for item in self.differences(wanted) if item.mendable]
            if not left:
                return
            self._pause(_PAUSE_S)
        raise ThabianError("TOPICS_NOT_APPLIED", f"Kafka did not take {left[0].what} of {left[0].topic}")

    def _configs(self, names: Sequence[str]) -> dict[str, dict[str, Any]]:
        if not names:
            return {}
        asked = [ConfigResource(ConfigResourceType.TOPIC, name) for name in names]
        answer = self._client.describe_configs(asked, config_filter="all")
        return {name: _values(answer, name) for name in names}


def require_topics(settings: Settings) -> None:
    """Raise ThabianError TOPIC_MISSING unless what intake writes is there, and at least one topic it reads."""
    client = open_admin(settings)
    try:
        with broker_errors(settings):
            there = set(client.list_topics())
    finally:
        client.close()
    missing = [name for name in (settings.topic_prefix + topic.name for topic in REGISTER) if name not in there]
    if not any(re.match(ingress_pattern(settings.topic_prefix), name) for name in there):
        missing.append(ingress(DEFAULT_PUBLISHER, settings.topic_prefix))
    if missing:
        raise ThabianError("TOPIC_MISSING", f"the topic {missing[0]} is missing: run `thabian topics apply`")


def _values(answer: Any, name: str) -> dict[str, Any]:  # noqa: ANN401 - the client's own shape
    kept = answer["topic"][name] if "topic" in answer else answer[name]
    return {key: (value["value"] if isinstance(value, dict) else value) for key, value in kept.items()}


def _partitions(name: str, topic: Topic, there: int) -> list[Difference]:
    """More or fewer partitions would put a school's later events elsewhere: never changed behind anyone's back."""
    if there == topic.partitions:
        return []
    return [Difference(name, "partitions", str(topic.partitions), str(there), mendable=False)]
