"""A seal waits until every record below its cut has an outcome (semantics 4), or says what is missing."""

from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from schemas.errors import ThabianError
from snapshots.log_ends import Cut, LogEnds, Place
from warehouse import receipt_gaps
from warehouse.interface import Warehouse

_POLL_MS = 250
_FIRST_RECEIPT = (
    "SELECT offset FROM receipts WHERE topic = %(topic)s AND partition = %(partition)s ORDER BY offset LIMIT 1"
)

_KNOWN = """
SELECT DISTINCT topic, partition FROM receipts
WHERE append_time < fromUnixTimestamp64Milli(toInt64(%(known_at)s)) AND NOT ({listed})
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
    parameters: dict[str, Any] = {"known_at": known_at_ms}
    listed = ["0"]
    for n, topic in enumerate(sorted({topic for topic, _ in cut})):
        listed.append(f"topic = %(topic_{n})s AND partition IN %(partitions_{n})s")
        parameters[f"topic_{n}"] = topic
        parameters[f"partitions_{n}"] = tuple(partition for own, partition in cut if own == topic)
    lost = sorted(warehouse.rows(_KNOWN.format(listed=" OR ".join(listed)), parameters))
    if lost:
        where = ", ".join(f"{topic} partition {partition}" for topic, partition in lost[:5])
        raise ThabianError(
            "SNAPSHOT_INCOMPLETE", f"Kafka does not list partitions the register has records of ({where})"
        )


def gaps(warehouse: Warehouse, log: LogEnds, cut: Cut, settled: dict[Place, int]) -> list[Gap]:
    """What is missing below the cut and not below `settled`, which grows by what turns out to be settled.

    A partition counts from its first receipt: what expired unread has one (LOST).
    """
    found = []
    spans = {place: (settled.get(place, 0) or _first_receipt(warehouse, place), cut[place]) for place in sorted(cut)}
    for place, without in receipt_gaps.gaps(warehouse, spans).items():
        ranges = list(without)
        at = log.first_record(place, ranges) if ranges else None
        settled[place] = cut[place] if at is None else at
        if at is not None:
            found.append(Gap(*place, sum(high - max(low, at) for low, high in ranges if high > at)))
    return found


def wait(
    warehouse: Warehouse, log: LogEnds, cut: Cut, clock: Clock, *, wait_ms: int, settled: Cut = MappingProxyType({})
) -> None:
    """Return once nothing is missing; SNAPSHOT_INCOMPLETE after `wait_ms`.

    settled: offsets below which everything had its outcome when it was looked at before.
    """
    give_up_at = clock.now_ms() + wait_ms
    so_far = dict(settled)
    while left := gaps(warehouse, log, cut, so_far):
        if clock.now_ms() >= give_up_at:
            where = ", ".join(f"{gap.topic} partition {gap.partition}: {gap.missing} missing" for gap in left[:5])
            more = f" and {len(left) - 5} partitions more" if len(left) > 5 else ""
            raise ThabianError(
                "SNAPSHOT_INCOMPLETE", f"records below the cut have no outcome yet ({where}{more}): is intake running?"
            )
        clock.sleep_ms(_POLL_MS)


def _first_receipt(warehouse: Warehouse, place: Place) -> int:
    rows = warehouse.rows(_FIRST_RECEIPT, {"topic": place[0], "partition": place[1]})
    return int(rows[0][0]) if rows else 0
