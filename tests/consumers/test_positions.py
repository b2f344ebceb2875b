"""Where a group stands: gaps in the receipts, records in the log, what stops intake and what sets it back."""

import itertools
import uuid
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kafka import KafkaProducer, TopicPartition

from consumers.log_scan import LogScan, _bundled
from consumers.positions import Standing, check_positions, check_topic_ids, standings
from schemas.errors import ThabianError
from tests.conftest import Installation
from thabian.connections import kafka_options, open_consumer
from warehouse import receipt_gaps
from warehouse.clickhouse import ClickHouseWarehouse
from warehouse.receipt_gaps import between, gaps

TOPIC = "student-changes.t"


@given(st.sets(st.integers(10, 30)), st.integers(10, 20), st.integers(0, 12))
def test_between_is_what_is_left(offsets: set[int], first: int, length: int) -> None:
    end = first + length
    inside = {offset for offset in offsets if first <= offset < end}
    left = between(inside, first, end)
    assert [offset for low, high in left for offset in range(low, high)] == [
        offset for offset in range(first, end) if offset not in offsets
    ]


@given(st.lists(st.integers(0, 50_000), max_size=12, unique=True).map(sorted))
def test_bundles_keep_every_range_in_order(edges: list[int]) -> None:
    ranges = list(zip(edges[::2], edges[1::2], strict=False))
    bundles = list(_bundled(ranges))
    assert [one for bundle in bundles for one in bundle] == ranges
    assert all(b[0][0] - a[-1][1] > 10_000 for a, b in itertools.pairwise(bundles))


@pytest.mark.parametrize(
    ("standing", "code", "target"),
    [
        (Standing(TOPIC, 0, 5, 0, 9, None), None, None),
        (Standing(TOPIC, 0, 9, 0, 9, None), None, None),
        (Standing(TOPIC, 0, None, 0, 9, None), None, None),
        (Standing(TOPIC, 0, 0, 0, 0, None), None, None),
        (Standing(TOPIC, 0, 5, 0, 9, 3), "POSITION_AHEAD", 3),
        (Standing(TOPIC, 0, 10, 0, 9, None), "POSITION_BEYOND_LOG", 9),
        (Standing(TOPIC, 0, 10, 2, 9, 2), "POSITION_AHEAD", 2),
    ],
)
def test_what_stops_intake_and_where_it_is_set_back_to(
    standing: Standing, code: str | None, target: int | None
) -> None:
    assert standing.target == target
    if code is None:
        check_positions([standing])
        return
    with pytest.raises(ThabianError) as stopped:
        check_positions([Standing(TOPIC, 1, 1, 0, 1, None), standing])
    assert stopped.value.code == code
    assert f"thabian intake rewind --topic {TOPIC} --partition 0" in stopped.value.message
    assert str(standing.committed) in stopped.value.message


def receipts(warehouse: ClickHouseWarehouse, *offsets: int, topic: str = TOPIC, partition: int = 0) -> None:
    count = len(offsets)
    warehouse.insert(
        "receipts",
        {
            "topic": [topic] * count, "partition": [partition] * count, "offset": list(offsets),
            "append_time": list(offsets), "first_received": list(offsets), "outcome": [4] * count,
            "codes": [["TEXT_TOO_LONG"]] * count,
        },
    )  # fmt: skip


@pytest.fixture
def empty(warehouse: ClickHouseWarehouse) -> Iterator[ClickHouseWarehouse]:
    yield warehouse
    for table in ("receipts", "topic_ids"):
        warehouse.execute(f"TRUNCATE TABLE {table}")


@pytest.mark.real
def test_gaps_are_found_in_every_grain(empty: ClickHouseWarehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receipt_gaps, "GRAIN", 4)
    monkeypatch.setattr(receipt_gaps, "AT_ONCE", 2)
    receipts(empty, 2, 3, 4, 5, 6, 7, 9, 9, 11, 16, 17)
    receipts(empty, 9, 16)
    receipts(empty, 8, partition=1)
    receipts(empty, 8, topic="student-changes.u")

    places = [(TOPIC, 0), (TOPIC, 1), ("student-changes.u", 0), ("student-changes.u", 1)]

    def missing(first: int, end: int) -> list[int]:
        found = gaps(empty, dict.fromkeys(places, (first, end)))
        assert list(found) == places
        one, beside, elsewhere, unknown = (
            [n for low, high in each for n in range(low, high)] for each in found.values()
        )
        assert beside == elsewhere == [n for n in range(first, end) if n != 8]
        assert unknown == list(range(first, end))
        return one

    assert missing(0, 20) == [0, 1, 8, 10, 12, 13, 14, 15, 18, 19]
    assert missing(2, 8) == []
    assert missing(3, 9) == [8]
    assert missing(17, 17) == []
    assert missing(18, 16) == []


@pytest.mark.real
def test_a_topic_made_again_is_not_the_one_that_was(empty: ClickHouseWarehouse) -> None:
    check_topic_ids(empty, {TOPIC: "1", "student-changes.u": "2"}, 0)
    check_topic_ids(empty, {TOPIC: "1", "student-changes.v": "3"}, 0)
    check_topic_ids(empty, {}, 0)
    with pytest.raises(ThabianError) as stopped:
        check_topic_ids(empty, {TOPIC: "4", "student-changes.w": "5"}, 0)
    assert stopped.value.code == "TOPIC_RECREATED"
    assert TOPIC in stopped.value.message
    assert empty.rows("SELECT topic, topic_id FROM topic_ids ORDER BY topic") == [
        (TOPIC, "1"), ("student-changes.u", "2"), ("student-changes.v", "3")
    ]  # fmt: skip


def fill(installation: Installation, topic: str) -> None:
    """0-4 records, 5-6 an aborted transaction and 7 its marker, 8 a record in a transaction and 9 its marker."""
    plain = KafkaProducer(**kafka_options(installation.settings))
    for number in range(5):
        plain.send(topic, b"%d" % number, partition=0).get(timeout=30)
    plain.close()
    producer = KafkaProducer(**kafka_options(installation.settings), transactional_id=f"t{uuid.uuid4().hex}")
    producer.init_transactions()
    for count, end in ((2, producer.abort_transaction), (1, producer.commit_transaction)):
        producer.begin_transaction()
        for _ in range(count):
            producer.send(topic, b"x", partition=0).get(timeout=30)
        end()
    producer.close()


@pytest.mark.real
def test_control_records_and_aborted_ones_are_no_gaps(installation: Installation) -> None:
    """The history: a publisher with transactions leaves offsets that no consumer is ever given; intake must not stop."""
    topic = f"{installation.settings.topic_prefix}student-changes.roster"
    fill(installation, topic)
    scan = LogScan(lambda: open_consumer(installation.settings))
    reader = open_consumer(installation.settings)
    end = reader.end_offsets([TopicPartition(topic, 0)])[TopicPartition(topic, 0)]
    reader.close()
    assert end == 10
    assert list(scan.offsets_in((topic, 0), [(0, 10)])) == [0, 1, 2, 3, 4, 8]
    assert list(scan.offsets_in((topic, 0), [(1, 2), (4, 8), (9, 10)])) == [1, 4]
    assert [record.value for record in scan.records((topic, 0), 3, 9)] == [b"3", b"4", b"x"]
    warehouse = installation.warehouse()

    def standing(committed: int | None) -> Standing:
        (found,) = standings(warehouse, scan, {(topic, 0): committed}, {(topic, 0): 0}, {(topic, 0): 10})
        return found

    receipts(warehouse, 0, 1, 2, 3, 4, topic=topic)
    assert standing(None).gap is None
    assert standing(5).gap is None
    assert standing(8).gap is None
    assert standing(9).gap == 8
    receipts(warehouse, 8, topic=topic)
    assert standing(10).gap is None
    assert standing(12).target == 10
    scan.close()
    warehouse.close()
