"""A batch of messages as they lie in the log: columns from here on."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import polars as pl

from consumers.values import Values


class Message(Protocol):
    """What a Kafka client hands over for one record."""

    topic: str
    partition: int
    offset: int
    timestamp: int
    value: bytes | None
    key: bytes | None
    headers: Sequence[tuple[str, bytes]]


@dataclass(frozen=True, slots=True)
class Batch:
    """Messages of several partitions, in the order of the log: (append_time, topic, partition, offset).

    `place` has one row a message: topic, partition, offset, append_time (ms). `values`, `keys` and `headers` stand in the
    same order.
    """

    place: pl.DataFrame
    values: Sequence[bytes | None]
    keys: Sequence[bytes | None]
    headers: Sequence[Sequence[tuple[str, bytes]]]

    def __len__(self) -> int:
        return len(self.values)

    def content(self) -> tuple[bytes, bytes]:
        """(lengths as 64-bit integers, -1: null; all bytes end to end) of the messages: what a batch says, for hashing."""
        values = Values.of(self.values)
        return values.lengths.tobytes(), values.end_to_end()

    def ranges(self) -> dict[tuple[str, int], tuple[int, int]]:
        """(topic, partition) → first and last offset in the batch."""
        grouped = self.place.group_by("topic", "partition").agg(
            pl.col("offset").min().alias("first"), pl.col("offset").max().alias("last")
        )
        return {
            (topic, part): (first, last) for topic, part, first, last in grouped.sort("topic", "partition").iter_rows()
        }


PLACE = {"topic": pl.String, "partition": pl.UInt16, "offset": pl.UInt64, "append_time": pl.Int64}
"""Where a message stands in the log."""

LOG_ORDER = ("append_time", "topic", "partition", "offset")
"""What "first in the log" means (semantics 2.4)."""


def batch_of(polled: Mapping[object, Iterable[Message]]) -> Batch:
    """The messages of one poll as a batch."""
    messages = [message for part in polled.values() for message in part]
    messages.sort(key=lambda message: (message.timestamp, message.topic, message.partition, message.offset))
    place = pl.DataFrame(
        {
            "topic": [message.topic for message in messages],
            "partition": [message.partition for message in messages],
            "offset": [message.offset for message in messages],
            "append_time": [message.timestamp for message in messages],
        },
        schema=PLACE,
    )
    return Batch(
        place,
        [message.value for message in messages],
        [message.key for message in messages],
        [message.headers for message in messages],
    )
