"""Findings as the stream tells them, and what the warehouse then has."""

import hashlib
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

from schemas import answers, topics
from tests.conftest import Installation
from thabian.connections import open_producer

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NONE = bytes(16)
TOLD = 1_655_000_000_000  # 12 June 2565
HERE, THERE = 1_020_080_005, 1_050_130_001


def finding(number: int, state: str = "OPEN", told_at: int = TOLD, **more: object) -> dict[str, object]:
    """A finding of its own id a number."""
    same = {"code": "ACTIVE_AT_TWO_SCHOOLS", "person_key": number.to_bytes(16, "big"), "school_code": HERE}
    same |= {"other_school": THERE, "subject": NONE} | more
    told = "|".join(
        str(one.hex() if isinstance(one, bytes) else one) for one in same.values() if not isinstance(one, list)
    )
    rest = {"persons": [], "evidence": [number.to_bytes(16, "big")], "day": date(2022, 6, 12)}
    times = {"told_at": EPOCH + timedelta(milliseconds=told_at), "caused_at": EPOCH}
    return {"finding_id": hashlib.sha256(told.encode()).digest()[:16], "state": state} | rest | times | same


def publish(installation: Installation, messages: Iterable[tuple[dict[str, object], bytes | None]]) -> None:
    """Put messages, given as (finding, value), on register.findings as the stream does."""
    producer = open_producer(installation.settings)
    topic = installation.settings.topic_prefix + topics.FINDINGS.name
    for one, value in messages:
        producer.send(topic, key=one["finding_id"], value=value)
    producer.flush()
    producer.close()


def tell(installation: Installation, findings: Iterable[dict[str, object]]) -> None:
    """Publish findings."""
    publish(installation, [(one, answers.encode("Finding", one)) for one in findings])


def rows(installation: Installation) -> list[tuple[object, ...]]:
    """Stored rows, each place once."""
    warehouse = installation.warehouse()
    found = warehouse.rows(
        "SELECT finding_id, topic, partition, offset, code, toString(state), person_key, school_code, other_school, day,"
        " toUnixTimestamp64Milli(told_at), arrayMap(one -> hex(one), evidence)"
        " FROM findings FINAL ORDER BY finding_id, partition, offset"
    )
    warehouse.close()
    return found
