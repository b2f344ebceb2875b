"""A seal waits until every record below its cut has an outcome (semantics 4), or says what is missing."""

from collections.abc import Callable
from dataclasses import dataclass

from schemas.errors import ThabianError
from snapshots.log_ends import Cut
from warehouse.interface import Warehouse

_POLL_MS = 250
_GRAIN = 65_536

_ANSWERED = f"""
SELECT topic, partition, min(first), sum(offsets)
FROM (
    SELECT topic, partition, intDiv(offset, {_GRAIN}) AS grain, min(offset) AS first, uniqExact(offset) AS offsets
    FROM receipts
    WHERE topic = %(topic)s AND partition = %(partition)s AND offset < %(cut)s
    GROUP BY topic, partition, grain
)
GROUP BY topic, partition
"""


_KNOWN = """
SELECT DISTINCT topic, partition FROM receipts WHERE append_time < fromUnixTimestamp64Milli(toInt64(%(known_at)s))
"""


@dataclass(frozen=True, slots=True)
class Clock:
    """Time, handed in: milliseconds since 1970 UTC, and a way to let some pass."""

    now_ms: Callable[[], int]
    sleep_ms: Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Gap:
    """Records of one partition below the cut that have no outcome yet."""

    topic: str
    partition: int
    missing: int


def check_whole(warehouse: Warehouse, cut: Cut, known_at_ms: int) -> None:
    """A vector must name every partition the register has records of from before known_at.

    A client that has not heard of a topic yet lists nothing for it, and a topic may have been deleted: without this, its
    pupils would leave the census in silence.
    """
    known = {(topic, partition) for topic, partition in warehouse.rows(_KNOWN, {"known_at": known_at_ms})}
    lost = sorted(known - cut.keys())
    if lost:
        where = ", ".join(f"{topic} partition {partition}" for topic, partition in lost[:5])
        raise ThabianError(
            "SNAPSHOT_INCOMPLETE", f"Kafka does not list partitions the register has records of ({where})"
        )


def gaps(warehouse: Warehouse, cut: Cut) -> list[Gap]:
    """What is missing below the cut. A partition counts from its first receipt: what expired unread has one (LOST)."""
    found = []
    for (topic, partition), offset in sorted(cut.items()):
        missing = offset and offset - _answered(warehouse, topic, partition, offset)
        if missing:
            found.append(Gap(topic, partition, missing))
    return found


def wait(warehouse: Warehouse, cut: Cut, clock: Clock, *, wait_ms: int) -> None:
    """Return once nothing is missing; SNAPSHOT_INCOMPLETE after `wait_ms`."""
    give_up_at = clock.now_ms() + wait_ms
    while left := gaps(warehouse, cut):
        if clock.now_ms() >= give_up_at:
            where = ", ".join(f"{gap.topic} partition {gap.partition}: {gap.missing} missing" for gap in left[:5])
            more = f" and {len(left) - 5} partitions more" if len(left) > 5 else ""
            raise ThabianError(
                "SNAPSHOT_INCOMPLETE", f"records below the cut have no outcome yet ({where}{more}): is intake running?"
            )
        clock.sleep_ms(_POLL_MS)


def _answered(warehouse: Warehouse, topic: str, partition: int, cut: int) -> int:
    """Offsets below the cut that are settled: what lies before the first receipt and what has one."""
    parameters = {"topic": topic, "partition": partition, "cut": cut}
    rows = warehouse.rows(_ANSWERED, parameters, settings={"optimize_aggregation_in_order": 1})
    return sum(first + offsets for _, _, first, offsets in rows)
