"""Whole batches against kafka-python's own way, record by record: the same messages, places, headers and refusals.

`consumers.wire` overrides a private method: when the client's version changes this file decides whether the pin may follow.
"""

import struct
from importlib.metadata import version
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kafka import KafkaConsumer
from kafka.consumer.fetcher import Fetcher
from kafka.errors import CorruptRecordError, UnsupportedVersionError
from kafka.protocol.consumer import FetchResponse, IsolationLevel
from kafka.record import MemoryRecords
from kafka.record.default_records import DefaultRecordBatch as Format
from kafka.record.default_records import DefaultRecordBatchBuilder
from kafka.record.util import calc_crc32c
from kafka.structs import TopicPartition

from consumers import wire
from consumers.messages import Batch, batch_of
from tests.conftest import Installation
from thabian.connections import open_consumer, open_producer

CODECS = {"none": 0, "gzip": 1, "snappy": 2, "lz4": 3, "zstd": 4}
PLACE = TopicPartition("student-changes.t", 3)
TIME = 1_654_000_000_000

HEADER = st.tuples(st.text(max_size=5), st.none() | st.binary(max_size=5))
RECORD = st.fixed_dictionaries(
    {
        "key": st.none() | st.binary(max_size=12),
        "value": st.none() | st.binary(max_size=300),
        "headers": st.one_of(st.just([]), st.lists(HEADER, max_size=3)),
        "time": st.integers(-(10**6), 10**6),
    }
)


def record(value: bytes | None = b"v", key: bytes | None = b"k", headers: Any = (), time: int = 0) -> dict[str, Any]:
    return {"key": key, "value": value, "headers": list(headers), "time": time}


def encoded(
    records: list[dict[str, Any]],
    base: int = 0,
    codec: str = "none",
    *,
    appended: int | None = None,
    producer: int = -1,
    control: bool = False,
    spread: int = 1,
) -> bytes:
    """A batch as a broker serves it. `appended`: its LogAppendTime; `producer`: of a transaction."""
    transactional = producer >= 0
    builder = DefaultRecordBatchBuilder(
        2, CODECS[codec], transactional, producer, 0 if transactional else -1, -1, 10**9
    )
    for at, one in enumerate(records):
        builder.append(at * spread, TIME + one["time"], one["key"], one["value"], one["headers"])
    built = bytearray(builder.build())
    attributes = struct.unpack_from(">h", built, Format.ATTRIBUTES_OFFSET)[0]
    attributes |= (Format.TIMESTAMP_TYPE_MASK if appended is not None else 0) | (Format.CONTROL_MASK if control else 0)
    struct.pack_into(">h", built, Format.ATTRIBUTES_OFFSET, attributes)
    struct.pack_into(">q", built, 0, base)
    if appended is not None:
        struct.pack_into(">q", built, Format.ATTRIBUTES_OFFSET + 2 + 4 + 8, appended)
    return sealed(built)


def sealed(built: bytearray) -> bytes:
    struct.pack_into(">I", built, Format.CRC_OFFSET, calc_crc32c(memoryview(built)[Format.ATTRIBUTES_OFFSET :]))
    return bytes(built)


def marker(base: int, producer: int, *, committed: bool) -> bytes:
    key = struct.pack(">hh", 0, int(committed))
    return encoded([record(b"\0" * 6, key)], base, producer=producer, control=True)


def fetched(kind: Any, data: bytes, position: int = 0, aborted: Any = (), committed: bool = True) -> Any:
    level = IsolationLevel.READ_COMMITTED if committed else IsolationLevel.READ_UNCOMMITTED
    return kind(position, PLACE, MemoryRecords(data), isolation_level=level, aborted_transactions=list(aborted))


def both(data: bytes, position: int = 0, **more: Any) -> tuple[Batch, Batch, Any, Any]:
    """The batch read our way, the ordinary way, and both sources afterwards."""
    ours, theirs = (
        fetched(wire.WireRecords, data, position, **more),
        fetched(Fetcher.PartitionRecords, data, position, **more),
    )
    return wire.batch_of_wire({PLACE: ours.take()}), batch_of({PLACE: theirs.take()}), ours, theirs


def agree(data: bytes, position: int = 0, **more: Any) -> Batch:
    ours, theirs, our_source, their_source = both(data, position, **more)
    assert ours.place.equals(theirs.place)
    assert list(ours.values) == list(theirs.values)
    assert list(ours.keys) == list(theirs.keys)
    assert [list(sent) for sent in ours.headers] == [list(sent) for sent in theirs.headers]
    assert ours.content() == theirs.content()
    assert our_source.next_fetch_offset == their_source.next_fetch_offset
    assert bool(our_source) == bool(their_source) is False
    return ours


def test_the_client_is_the_one_this_was_written_against() -> None:
    assert version("kafka-python") == wire.CLIENT_VERSION


@pytest.mark.parametrize("codec", CODECS)
@pytest.mark.parametrize("appended", [None, TIME + 7])
def test_every_codec_and_either_kind_of_time(codec: str, appended: int | None) -> None:
    sizes = [0, 1, 62, 63, 64, 8_000, 8_190, 8_200, 70_000, 1_100_000]
    records = [record(b"x" * size, time=at) for at, size in enumerate(sizes)]
    read = agree(encoded(records, 40, codec, appended=appended) + encoded(records[:3], 50, codec, appended=appended))
    assert read.place["offset"].to_list() == list(range(40, 53)) if appended is not None else True
    assert set(read.place["append_time"]) == ({appended} if appended is not None else {TIME + at for at in range(10)})


@settings(max_examples=100)
@given(
    st.lists(st.tuples(st.lists(RECORD, min_size=1, max_size=8), st.sampled_from(sorted(CODECS)), st.integers(1, 3)),
             min_size=1, max_size=5),
    st.integers(0, 30),
    st.none() | st.integers(TIME, TIME + 5),
)  # fmt: skip
def test_any_batches_from_any_position(batches: Any, position: int, appended: int | None) -> None:
    """Offsets have holes where the log was compacted; null keys, tombstones and headers stand among the rest."""
    data, base = b"", 0
    for records, codec, spread in batches:
        data += encoded(records, base, codec, appended=appended, spread=spread)
        base += len(records) * spread + 2
    agree(data, min(position, base - 3))


def test_a_position_inside_a_batch_does_not_bring_back_what_stands_before_it() -> None:
    """A commit may lie anywhere in a batch: redelivered offsets would be asked for by nobody."""
    read = agree(encoded([record(b"%d" % at) for at in range(10)], 100), 104)
    assert read.place["offset"].to_list() == list(range(104, 110))


def test_markers_and_aborted_transactions_are_nobodys_messages() -> None:
    aborted = FetchResponse.FetchableTopicResponse.PartitionData.AbortedTransaction(producer_id=7, first_offset=0)
    data = (
        encoded([record(b"lost")], 0, producer=7)
        + encoded([record(b"kept")], 1, producer=8)
        + marker(2, 7, committed=False)
        + marker(3, 8, committed=True)
        + encoded([record(b"later")], 4, producer=7)
        + marker(5, 7, committed=True)
    )
    assert list(agree(data, aborted=[aborted]).values) == [b"kept", b"later"]
    assert list(agree(data, aborted=[aborted], committed=False).values) == [b"lost", b"kept", b"later"]


def test_a_position_moves_past_markers_alone() -> None:
    """Otherwise the same marker would be fetched for ever."""
    data = marker(9, 8, committed=True)
    ours, theirs = fetched(wire.WireRecords, data, 9), fetched(Fetcher.PartitionRecords, data, 9)
    assert ours.take() == theirs.take() == []
    assert ours.next_fetch_offset == theirs.next_fetch_offset == 10


def refusals(data: bytes) -> list[type[Exception]]:
    found = []
    for way in (
        lambda: wire.batch_of_wire({PLACE: fetched(wire.WireRecords, data).take()}),
        lambda: batch_of({PLACE: fetched(Fetcher.PartitionRecords, data).take()}),
    ):
        with pytest.raises(CorruptRecordError) as refused:
            way()
        found.append(refused.type)
    return found


def test_a_wrong_checksum_is_refused() -> None:
    data = bytearray(encoded([record()]))
    data[-1] ^= 1
    assert refusals(bytes(data)) == [CorruptRecordError] * 2


@pytest.mark.parametrize("place", range(12))
@pytest.mark.parametrize("change", [0x01, 0x04, 0x40, 0x80])
def test_what_is_no_run_of_records_is_refused_under_a_right_checksum(place: int, change: int) -> None:
    """Record by record, or as a whole: what the one way reads the other reads alike, and refuses what it refuses."""
    data = bytearray(encoded([record(b"abc", headers=[("h", b"x")]), record(b"def", None)]))
    data[Format.HEADER_STRUCT.size + place] ^= change
    whole = sealed(data)
    source = fetched(Fetcher.PartitionRecords, whole)
    try:
        source.take()
        if source:
            source.take()  # the client hands over what stands before a broken record, then raises
    except CorruptRecordError:
        with pytest.raises(CorruptRecordError):
            wire.batch_of_wire({PLACE: fetched(wire.WireRecords, whole).take()})
    else:
        agree(whole)


def test_batches_of_a_format_kafka_has_dropped_are_refused() -> None:
    data = bytearray(encoded([record()]))
    data[16] = 1
    with pytest.raises(UnsupportedVersionError):
        fetched(wire.WireRecords, bytes(data)).take()


def test_several_partitions_come_in_the_order_of_the_log() -> None:
    places = [TopicPartition("student-changes.u", 0), TopicPartition("student-changes.t", 1), PLACE]
    data = encoded([record(time=5), record(time=1)], 7) + encoded([record(time=3)], 9)
    polled = [
        {place: kind(0, place, MemoryRecords(data)).take() for place in places}
        for kind in (wire.WireRecords, Fetcher.PartitionRecords)
    ]
    ours, theirs = wire.batch_of_wire(polled[0]), batch_of(polled[1])
    assert ours.place.equals(theirs.place)
    assert wire.events(polled[0]) == len(theirs) == 9


def test_another_version_of_the_client_is_left_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "version", lambda _: "3.0.13")
    assert not wire.install(object())


def read_all(consumer: KafkaConsumer, part: TopicPartition, *, whole: bool, first: int = 0) -> list[tuple[Any, ...]]:
    """(offset, time, key, value, headers) of everything from an offset on, a few records or batches a poll."""
    consumer.assign([part])
    consumer.seek(part, first)
    end = consumer.end_offsets([part])[part]
    read: list[tuple[Any, ...]] = []
    while consumer.position(part) < end:
        polled = consumer.poll(timeout_ms=1_000, max_records=2 if whole else 7)
        batch = wire.batch_of_wire(polled) if whole else batch_of(polled)
        places = batch.place.select("offset", "append_time").rows()
        read += zip(places, batch.keys, batch.values, map(list, batch.headers), strict=True)
    return read


@pytest.mark.real
def test_as_the_ordinary_way_on_a_real_broker(installation: Installation) -> None:
    """Every codec, transactions committed and aborted, headers, tombstones, positions inside batches."""
    topic = installation.settings.topic_prefix + "student-changes.roster"
    part = TopicPartition(topic, 0)
    for number, codec in enumerate(CODECS):
        producer = open_producer(
            installation.settings, compression_type=None if codec == "none" else codec, linger_ms=50,
            transactional_id=f"{topic}-{codec}",
        )  # fmt: skip
        producer.init_transactions()
        for committed in (True, False, True):
            producer.begin_transaction()
            for at in range(30):
                sent = [("h", b"%d" % at)] if at % 10 == 0 else []
                value = None if at == 5 else b"%s %d %d" % (codec.encode(), number, at) * (at + 1)
                producer.send(topic, key=None if at % 7 == 0 else b"k", value=value, headers=sent, partition=0)
            producer.commit_transaction() if committed else producer.abort_transaction()
        producer.close()
    ordinary, whole = open_consumer(installation.settings), open_consumer(installation.settings)
    try:
        assert wire.install(whole)
        expected = read_all(ordinary, part, whole=False)
        assert len(expected) == 60 * len(CODECS)
        assert read_all(whole, part, whole=True) == expected
        offsets = [place[0] for place, *_ in expected]
        for first in (offsets[1], offsets[40], offsets[-1], offsets[59] + 1):
            assert read_all(whole, part, whole=True, first=first) == [one for one in expected if one[0][0] >= first]
    finally:
        ordinary.close()
        whole.close()
