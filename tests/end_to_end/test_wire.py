"""Whatever lawful form records take on the wire: codecs, framings, keys, headers, transactions, schema versions."""

import copy
import io
import json
import random
import signal
import sys
from collections import Counter
from collections.abc import Iterator
from typing import Any

import fastavro
import pytest

from consumers import columns
from schemas import catalogue, topics
from schemas.catalogue import Schema
from schemas.framing import Framing, encode, prefix
from tests.conftest import Installation
from tests.events import SCHOOL, enrolled, message
from thabian import intake_process
from thabian.connections import open_producer

pytestmark = pytest.mark.real

CODECS = (None, "gzip", "snappy", "lz4", "zstd")
FRAMINGS: tuple[Framing, ...] = ("single-object", "confluent")


def ingress(installation: Installation) -> str:
    return topics.ingress("roster", installation.settings.topic_prefix)


def send(installation: Installation, records: list[dict[str, Any]], **options: Any) -> None:
    producer = open_producer(installation.settings, **options)
    for future in [producer.send(ingress(installation), **{"key": SCHOOL.encode(), **one}) for one in records]:
        future.get(30)
    producer.close()


def outcomes(installation: Installation) -> Counter[tuple[str, str]]:
    lines = installation.run("receipts", "--counts", "--format", "json").stdout.splitlines()
    return Counter({(row["outcome"], row["code"]): row["messages"] for row in map(json.loads, lines)})


def test_every_codec_and_both_framings(installation: Installation) -> None:
    number = 0
    for codec in CODECS:
        for framing in FRAMINGS:
            values = [encode("StudentEnrolled", enrolled(number + at), framing) for at in range(40)]
            number += len(values)
            send(installation, [{"value": value} for value in values], compression_type=codec, linger_ms=20)
    installation.run("intake", "--until-end")
    assert outcomes(installation) == {("ACCEPTED", ""): number}
    installation.run("intake", "--until-end")
    assert outcomes(installation) == {("ACCEPTED", ""): number}


def test_headers_and_null_keys_of_events_and_of_what_cannot_be_read(installation: Installation) -> None:
    odd = [("", b""), ("ก", b"\xff\x00"), ("thabian.code", b"FORGED"), ("many", b"x" * 20_000)]
    records: list[dict[str, Any]] = [
        {"value": message(number=1), "headers": odd},
        {"value": message(number=2), "key": None},
        {"value": b"", "key": None},
        {"value": b"garbage", "key": None, "headers": odd},
        {"value": None, "headers": odd},
        {"value": None, "key": b""},
        {"value": message(number=3), "key": b"\xff" * 300},
    ]
    send(installation, records)
    installation.run("intake", "--until-end")
    assert outcomes(installation) == {
        ("ACCEPTED", ""): 3,
        ("DEAD_LETTER", "TOMBSTONE"): 3,
        ("DEAD_LETTER", "FRAMING_UNKNOWN"): 1,
    }


class NullInside(list[tuple[str, bytes | None]]):
    """Headers of which kafka-python sees the nulls only when it writes them: other clients send them readily."""

    def __iter__(self) -> Iterator[tuple[str, Any]]:
        writing = sys._getframe(1).f_code.co_name != "<genexpr>"
        for name, value in super().__iter__():
            yield name, value if writing or value is not None else b""


NULLS = [
    {"value": b"garbage", "headers": NullInside([("empty", None)])},
    {"value": b"nothing at all", "key": b"nothing at all"},
]


@pytest.mark.parametrize("record", NULLS, ids=["a header without a value", "neither key nor value"])
@pytest.mark.filterwarnings("ignore:.*does not implement kafka.serializer:DeprecationWarning")
def test_what_other_clients_send_and_ours_would_not(installation: Installation, record: dict[str, Any]) -> None:
    """Lawful records that kafka-python's producer refuses: once nothing could put them aside, and intake ended over them."""

    def nothing(value: bytes | None) -> bytes | None:
        return None if value == b"nothing at all" else value

    send(installation, [record, {"value": message(number=2)}], key_serializer=nothing, value_serializer=nothing)
    installation.run("intake", "--until-end")
    assert outcomes(installation)["ACCEPTED", ""] == 1
    assert outcomes(installation).total() == 2


def test_control_batches(installation: Installation) -> None:
    """Semantics 1.1: no publisher has a transactional id, and if one has, what it aborts was never there.

    The log ends in a control batch, whose offset no consumer is ever given: that must not keep `--until-end` waiting.
    """
    producer = open_producer(installation.settings, transactional_id=installation.settings.topic_prefix + "t")
    producer.init_transactions()
    for first, commit in ((0, True), (20, False), (40, True), (60, False)):
        producer.begin_transaction()
        for number in range(first, first + 20):
            producer.send(ingress(installation), value=message(number=number), key=SCHOOL.encode())
        producer.flush()
        if commit:
            producer.commit_transaction()
        else:
            producer.abort_transaction()
    producer.close()
    for _ in range(2):
        installation.run("intake", "--until-end")
        assert outcomes(installation) == {("ACCEPTED", ""): 40}
    send(installation, [{"value": message(number=100)}, {"value": message(number=20)}])
    installation.run("intake", "--until-end")
    assert outcomes(installation) == {("ACCEPTED", ""): 42}, "an aborted record holds no identity"


def written(schema: Schema, fields: dict[str, Any]) -> bytes:
    """An event written with a version that need not be the current one."""
    body = io.BytesIO()
    fastavro.schemaless_writer(body, schema.parsed, fields, strict=False)
    return prefix(schema) + body.getvalue()


def later_version() -> Schema:
    """StudentEnrolled as it might be next year: a field more, a symbol more. For this test alone."""
    definition = copy.deepcopy(dict(catalogue.current("StudentEnrolled").definition))
    nickname = {"name": "nickname", "type": ["null", "string"], "default": None, "doc": "Made up."}
    definition["fields"].insert(3, nickname)
    next(field for field in definition["fields"] if field["name"] == "entry_reason")["type"]["symbols"].append("MERGED")
    parsed = fastavro.parse_schema(copy.deepcopy(definition))
    version = catalogue.current("StudentEnrolled").version + 1
    return Schema("StudentEnrolled", version, catalogue.fingerprint(definition), 9_001, definition, parsed)


@pytest.fixture
def next_year(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Schema, Schema]]:
    """The current and the later version, both published."""
    now, later = catalogue.current("StudentEnrolled"), later_version()
    caches = (catalogue.current, catalogue.by_fingerprint, catalogue.by_registry_id, columns.event_columns)
    both = (*catalogue.published(), later)
    monkeypatch.setattr(catalogue, "published", lambda: both)
    for cache in caches:
        cache.cache_clear()
    handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield now, later
    monkeypatch.undo()
    for cache in caches:
        cache.cache_clear()
    for number, handler in handlers.items():
        signal.signal(number, handler)


def test_an_older_and_a_newer_version_side_by_side(
    installation: Installation, next_year: tuple[Schema, Schema]
) -> None:
    """Semantics 2.2: the same event written with either is one event; a newer field given makes it another content."""
    now, later = next_year
    values = [written((now, later)[number % 2], enrolled(number)) for number in range(20)]
    again = [written((later, now)[number % 2], enrolled(number)) for number in range(20)]
    more = [written(later, enrolled(number) | {"nickname": "ทดสอบ"}) for number in range(5)]
    merged = [written(later, enrolled(50) | {"entry_reason": "MERGED"})]
    send(installation, [{"value": value} for value in (*values, *again, *more, *merged)])
    counted = intake_process.run(installation.settings, until_end=True)
    assert counted == {"ACCEPTED": 21, "DUPLICATE": 20, "CONFLICT": 5}


def test_a_version_that_is_not_published_here_yet_is_put_aside(installation: Installation) -> None:
    """Publishers were upgraded first: nothing is guessed, and a replay reads it once this side knows the version."""
    values = [written(later_version(), enrolled(1)), message(number=2)]
    send(installation, [{"value": value} for value in values])
    installation.run("intake", "--until-end")
    assert outcomes(installation) == {("ACCEPTED", ""): 1, ("DEAD_LETTER", "SCHEMA_UNKNOWN"): 1}


def test_a_record_too_large_for_a_dead_letter_does_not_stop_intake(installation: Installation) -> None:
    """A publisher with other limits may send what compresses well: 8 MB of nothing in a small batch."""
    large = {"compression_type": "gzip", "max_request_size": 20_000_000}
    send(installation, [{"value": b"\xc3\x01" + bytes(8_000_000)}, {"value": message(number=2)}], **large)
    incompressible = {"compression_type": None, "max_request_size": 2_000_000}
    send(installation, [{"value": random.Random(1).randbytes(1_048_400)}], **incompressible)
    installation.run("intake", "--until-end")
    assert outcomes(installation) == {("ACCEPTED", ""): 1, ("DEAD_LETTER", "RECORD_TOO_LARGE"): 2}
