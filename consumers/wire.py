"""Kafka's record batches taken whole: no object for each record, but columns for all records of a poll.

kafka-python makes a ConsumerRecord of every record, and that costs more than all the rest of intake's reading. Here its
fetcher hands over decompressed batches instead, and the frames of all records are read together (`consumers.cursor`).

This overrides a private method of kafka-python: the version is pinned, tests/consumers/test_wire.py holds the override
against the ordinary path, and with any other version `install` leaves the consumer as it is.

How much a poll brings: whole batches, so at most max_records × the largest batch a publisher makes (a broker takes none above
max.message.bytes, 1 MB by default, before it is decompressed). Poll a few batches at a time (8 is as fast as more) until
`events` of what came reaches the budget: a batch of messages is then over it by what 8 record batches hold. What is fetched
ahead stays compressed, bounded by fetch_max_bytes and max_partition_fetch_bytes.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any, Final, NoReturn

import numpy as np
import polars as pl
from kafka import KafkaConsumer
from kafka.consumer.fetcher import Fetcher
from kafka.errors import CorruptRecordError, UnsupportedVersionError
from kafka.protocol.consumer import IsolationLevel
from numpy.typing import NDArray

from consumers.cursor import Cursor, Ints
from consumers.messages import PLACE, Batch
from consumers.values import Values

CLIENT_VERSION: Final = "3.0.12"
"""What this was written against and is tested with."""

Headers = Sequence[tuple[str, bytes]]


@dataclass(frozen=True, slots=True)
class WireBatch:
    """One decompressed batch of one partition, as poll() hands it over in the place of its records."""

    topic: str
    partition: int
    offset: int
    """Of its last record: what the fetcher compares with the position."""
    first_wanted: int
    """Records below were asked for by nobody: a position may lie inside a batch."""
    base_offset: int
    base_time: int
    time_is_appended: bool
    """True: every record has `base_time`, the broker's; False: it is what the records' times are counted from."""
    count: int
    records: bytes


class WireRecords(Fetcher.PartitionRecords):  # type: ignore[misc]
    """The records of one fetched partition, batch by batch."""

    def _unpack_records(self, tp: Any, records: Any, *_: Any) -> Iterator[WireBatch]:  # noqa: ANN401 - as the method it overrides
        last = None
        while (batch := records.next_batch()) is not None:
            last = batch
            self._check(batch)
            if not self._is_passed_over(batch):
                self.records_read += batch.records_count
                self.bytes_read += batch.size_in_bytes
                self.next_fetch_offset = batch.next_offset
                yield _wire_batch(tp, batch, self.fetch_offset)
            self.next_fetch_offset = batch.next_offset
        if last is not None:
            self.next_fetch_offset = last.next_offset
        self.drain()

    def _check(self, batch: Any) -> None:  # noqa: ANN401 - the client has no types
        if batch.magic != 2:
            raise UnsupportedVersionError(
                f"{self.topic_partition}: message format {batch.magic}, which Kafka 4 has dropped"
            )
        if self.check_crcs and not batch.validate_crc():
            raise CorruptRecordError(
                f"{self.topic_partition}: the batch at offset {batch.base_offset} failed its checksum"
            )
        self.leader_epoch = batch.leader_epoch

    def _is_passed_over(self, batch: Any) -> bool:  # noqa: ANN401
        """Whether a batch is a transaction's marker, or belongs to one that was aborted."""
        if self.isolation_level == IsolationLevel.READ_COMMITTED and batch.has_producer_id():
            self._consume_aborted_transactions_up_to(batch.last_offset)
            if self._contains_abort_marker(batch):
                self.aborted_producer_ids.discard(batch.producer_id)
            elif self._is_batch_aborted(batch):
                return True
        return bool(batch.is_control_batch)


def _wire_batch(tp: Any, batch: Any, first_wanted: int) -> WireBatch:  # noqa: ANN401
    batch._maybe_uncompress()
    appended = batch.timestamp_type == batch.LOG_APPEND_TIME
    return WireBatch(
        topic=tp.topic,
        partition=tp.partition,
        offset=batch.last_offset,
        first_wanted=first_wanted,
        base_offset=batch.base_offset,
        base_time=batch.max_timestamp if appended else batch.first_timestamp,
        time_is_appended=appended,
        count=batch.records_count,
        records=bytes(memoryview(batch._buffer)[batch._pos :]),
    )


def install(consumer: KafkaConsumer) -> bool:
    """From here on this consumer's poll() returns WireBatch objects, and its max_records counts those.

    False, and nothing changed: the client is not the version this was written against.
    """
    if version("kafka-python") != CLIENT_VERSION:
        return False
    consumer._fetcher.PartitionRecords = WireRecords
    return True


def events(polled: Mapping[Any, Iterable[WireBatch]]) -> int:
    """How many records were polled, those before a position included."""
    return sum(batch.count for part in polled.values() for batch in part)


def batch_of_wire(polled: Mapping[Any, Iterable[WireBatch]]) -> Batch:
    """The messages of one poll, in the order of the log. Raises CorruptRecordError for a batch that is no run of records."""
    batches = [batch for part in polled.values() for batch in part]
    frames = _Frames(batches)
    names = sorted({batch.topic for batch in batches})
    topic = np.array([names.index(batch.topic) for batch in batches], dtype=np.int64)[frames.batch]
    partition = np.array([batch.partition for batch in batches], dtype=np.int64)[frames.batch]
    order = np.lexsort((frames.offset, partition, topic, frames.time))
    order = order[frames.wanted[order]]
    place = pl.DataFrame(
        {
            "topic": pl.Series(names, dtype=pl.String).gather(topic[order]),
            "partition": partition[order],
            "offset": frames.offset[order],
            "append_time": frames.time[order],
        },
        schema=PLACE,
    )
    headers = [frames.headers.get(row, ()) for row in order.tolist()] if frames.headers else [()] * len(order)
    return Batch(place, frames.column(frames.value, order), frames.column(frames.key, order), headers)


class _Frames:
    """What stands around the values of all records of some batches (Kafka protocol, "Record"), by row."""

    def __init__(self, batches: Sequence[WireBatch]) -> None:
        self.data = b"".join(batch.records for batch in batches)
        starts: list[int] = []
        ends: list[int] = []
        base = 0
        for batch in batches:
            _boundaries(batch, base, starts, ends)
            base += len(batch.records)
        self.batch: Ints = np.repeat(np.arange(len(batches)), [batch.count for batch in batches])
        cursor = Cursor(self.data, np.array(starts, dtype=np.int64), np.array(ends, dtype=np.int64))
        rows = cursor.all_rows()
        cursor.longs(rows)  # attributes: a byte of which none is in use, read as the client reads it
        times, offsets = cursor.longs(rows), cursor.longs(rows)
        self.key, self.value = cursor.nullable(rows), cursor.nullable(rows)
        counts = cursor.longs(rows)
        self.headers = self._headers(cursor, counts)
        cursor.finish()
        if not cursor.fits.all():
            _corrupt(batches[int(self.batch[np.flatnonzero(~cursor.fits)[0]])])
        appended = np.array([batch.time_is_appended for batch in batches], dtype=np.bool_)[self.batch]
        self.time = self._of(batches, "base_time") + np.where(appended, 0, times)
        self.offset = self._of(batches, "base_offset") + offsets
        self.wanted = self.offset >= self._of(batches, "first_wanted")

    def column(self, pieces: tuple[Ints, Ints], order: NDArray[np.intp]) -> Values:
        """Keys or values in this order."""
        starts, lengths = pieces
        return Values(self.data, starts[order], lengths[order])

    def _of(self, batches: Sequence[WireBatch], name: str) -> Ints:
        return np.array([getattr(batch, name) for batch in batches], dtype=np.int64)[self.batch]

    def _headers(self, cursor: Cursor, counts: Ints) -> dict[int, Headers]:
        """Row → headers, of the few records that have some."""
        found: dict[int, Headers] = {}
        cursor.refuse(np.flatnonzero(counts < 0))
        for row in np.flatnonzero((counts > 0) & cursor.fits).tolist():
            read = _read_headers(cursor, row, int(counts[row]))
            if read is not None:
                found[row] = read
        return found


def _read_headers(cursor: Cursor, row: int, count: int) -> Headers | None:
    """None, and the row is refused: they do not fit."""
    one = np.array([row])
    found: list[tuple[str, Any]] = []
    for _ in range(count):
        name, value = Values(cursor.raw, *cursor.texts(one)), Values(cursor.raw, *cursor.nullable(one))
        if not cursor.fits[row]:
            return None
        try:
            found.append(((name[0] or b"").decode(), value[0]))
        except UnicodeDecodeError:
            cursor.refuse(one)
            return None
    return found


def _boundaries(batch: WireBatch, base: int, starts: list[int], ends: list[int]) -> None:
    """Where each record begins, behind its length, and ends. The one loop over records: two bytes of length are usual."""
    data, position = batch.records, 0
    try:
        for _ in range(batch.count):
            length = data[position]
            position += 1
            if length > 0x7F:
                length = length & 0x7F | data[position] << 7
                position += 1
                shift = 14
                while length >> shift:  # the byte just read said that more follow
                    length = length & (1 << shift) - 1 | data[position] << shift
                    position += 1
                    shift += 7
            if length & 1:
                _corrupt(batch)
            starts.append(base + position)
            position += length >> 1
            ends.append(base + position)
    except IndexError:
        _corrupt(batch)
    if position != len(data):
        _corrupt(batch)


def _corrupt(batch: WireBatch) -> NoReturn:
    raise CorruptRecordError(
        f"{batch.topic}[{batch.partition}]: the batch at offset {batch.base_offset} is no run of records"
    )
