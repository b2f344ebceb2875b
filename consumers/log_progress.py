"""How far a consumer is in each of its partitions, from what it heard anyway: to ask costs no round trip."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import polars as pl
from kafka import KafkaConsumer, TopicPartition
from kafka import errors as kafka_errors

from consumers.messages import Batch
from consumers.ports import Position


@dataclass(frozen=True, slots=True)
class Standing:
    """`committed` and `end` are offsets; `appended`: append time (ms) of the newest message committed, None: none yet."""

    committed: int
    end: int
    appended: int | None


@dataclass
class LogProgress:
    """Touched by the consumer's thread alone."""

    consumer: KafkaConsumer
    _committed: dict[Position, int] = field(default_factory=dict)
    _taken: dict[Position, int] = field(default_factory=dict)
    _ends: dict[Position, int] = field(default_factory=dict)
    _appended: dict[Position, int] = field(default_factory=dict)

    def forget(self, positions: Iterable[Position]) -> None:
        """Partitions that have just come: another member may have gone on with them meanwhile."""
        for position in positions:
            for known in (self._committed, self._taken, self._ends, self._appended):
                known.pop(position, None)

    def began(
        self, committed: Mapping[Position, int | None], begins: Mapping[Position, int], ends: Mapping[Position, int]
    ) -> None:
        """What the broker says of them."""
        self._committed |= {place: begins[place] if at is None else at for place, at in committed.items()}
        self._ends |= ends

    def took(self, batch: Batch) -> None:
        """These are at work."""
        self._taken |= {position: last + 1 for position, (_, last) in batch.ranges().items()}

    def finished(self, batch: Batch) -> None:
        """These are done with."""
        newest = batch.place.group_by("topic", "partition").agg(pl.col("append_time").max())
        self._appended |= {(topic, part): at for topic, part, at in newest.iter_rows()}

    def committed(self, positions: Mapping[Position, int]) -> None:
        """The broker has these offsets."""
        self._committed |= positions

    def stands(self, held: Iterable[TopicPartition]) -> dict[Position, Standing]:
        """Each partition of which the committed offset is known. `held`: messages of these wait in the process."""
        waiting, found = set(held), {}
        for part in self.consumer.assignment():
            position = part.topic, part.partition
            if position not in self._committed:
                continue
            at = self._committed[position] if part in waiting else self._through(part, position)
            end = max(self.consumer.highwater(part) or 0, self._ends.get(position, 0), at)
            found[position] = Standing(at, end, self._appended.get(position))
        return found

    def _through(self, part: TopicPartition, position: Position) -> int:
        """With nothing at work the client's position: marks of transactions lie in the log, and nobody commits past them."""
        committed = self._committed[position]
        if committed < self._taken.get(position, 0):
            return committed
        try:
            return max(committed, self.consumer.position(part, timeout_ms=10) or 0)
        except kafka_errors.KafkaError:
            return committed
