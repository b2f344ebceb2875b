"""Columns against a reader that takes the Avro specification word by word, and against fastavro for what is well formed."""

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumers.decode import decode
from schemas import catalogue
from schemas.framing import decode as fastavro_decode
from schemas.framing import encode, writer
from tests.events import any_event, event, message, plain_values

MAX_BYTES = 65_536


class Book:
    """One body, read by the book: every violation raises ValueError."""

    def __init__(self, body: bytes) -> None:
        self.body = body
        self.at = 0

    def take(self, count: int) -> bytes:
        if count < 0 or self.at + count > len(self.body):
            raise ValueError("past the end")
        self.at += count
        return self.body[self.at - count : self.at]

    def long(self) -> int:
        number = 0
        for place in range(10):
            byte = self.take(1)[0]
            number |= (byte & 0x7F) << 7 * place
            if byte < 0x80:
                number &= 2**64 - 1
                return (number >> 1) ^ -(number & 1)
        raise ValueError("more than ten bytes")

    def value(self, avro: Any) -> Any:
        if isinstance(avro, list):
            branch = self.long()
            if branch not in range(len(avro)):
                raise ValueError("no such branch")
            return self.value(avro[branch])
        name = avro["type"] if isinstance(avro, dict) else avro
        if name == "null":
            return None
        if name == "string":
            return self.take(self.long()).decode()
        number = self.long()
        if name == "enum":
            if number not in range(len(avro["symbols"])):
                raise ValueError("no such symbol")
            return avro["symbols"][number]
        if name == "int" and not -(2**31) <= number < 2**31:
            raise ValueError("more than 32 bits")
        return number


def by_the_book(value: bytes) -> dict[str, Any] | None:
    """What a message says; None: it does not fit its schema."""
    try:
        schema, start = writer(value)
        book = Book(value[start:])
        read = {field["name"]: book.value(field["type"]) for field in schema.definition["fields"]}
    except Exception:
        return None
    return {"kind": schema.kind, **read} if book.at == len(book.body) else None


def agree(values: list[bytes]) -> None:
    decoded = decode(values, MAX_BYTES)
    rows = {row.pop("row"): row for row in decoded.events.to_dicts()}
    assert sorted([*rows, *decoded.unreadable]) == list(range(len(values)))
    for index, value in enumerate(values):
        expected = by_the_book(value)
        assert (index in rows) == (expected is not None), f"message {index}"
        if expected is not None:
            assert {name: rows[index][name] for name in expected} == expected


@pytest.mark.parametrize("kind", catalogue.KINDS)
@pytest.mark.parametrize("framing", ["single-object", "confluent"])
def test_every_kind_in_both_framings_reads_as_fastavro_reads_it(kind: str, framing: Any) -> None:
    @given(st.lists(any_event(kind), min_size=1, max_size=5))
    def check(events: list[dict[str, Any]]) -> None:
        values = [encode(kind, item, framing) for item in events]
        agree(values)
        rows = decode(values, MAX_BYTES).events.to_dicts()
        for row, value in zip(rows, values, strict=True):
            expected = plain_values(fastavro_decode(value)[1])
            assert {name: row[name] for name in expected} == expected

    check()


def mutated(value: bytes, chance: random.Random) -> bytes:
    changed = bytearray(value)
    for _ in range(chance.randint(1, 3)):
        how = chance.choice(["flip", "flip", "flip", "cut", "add", "huge"])
        at = chance.randrange(len(changed) + 1)
        if how == "flip" and at < len(changed):
            changed[at] ^= 1 << chance.randrange(8)
        elif how == "cut":
            del changed[at:]
        elif how == "add":
            changed += bytes(chance.randrange(256) for _ in range(chance.randint(1, 4)))
        elif how == "huge":
            changed[at:at] = b"\xff" * chance.randint(1, 11)
    return bytes(changed)


def test_20_000_broken_messages_are_read_or_refused_by_the_book() -> None:
    chance = random.Random(2565)
    sound = [message(number=number) for number in range(20)] + [encode("StudentDied", event(7), "confluent")]
    agree([mutated(chance.choice(sound), chance) if chance.random() < 0.9 else sound[3] for _ in range(20_000)])


def test_a_body_cut_short_does_not_borrow_from_its_neighbour() -> None:
    whole = message(number=1)
    agree([whole, whole[:-7], whole, whole + b"\x00" * 7, whole])
    assert decode([whole, whole[:-7], whole], MAX_BYTES).unreadable == {1: "BODY_UNREADABLE"}


def test_text_that_is_not_utf8_is_refused_alone() -> None:
    whole = message(number=1)
    place = whole.index("ทดสอบ".encode())
    broken = whole[:place] + b"\xff" + whole[place + 1 :]
    assert decode([whole, broken, whole], MAX_BYTES).unreadable == {1: "BODY_UNREADABLE"}


def test_what_is_no_event_is_named() -> None:
    values = [
        None,
        b"",
        b"garbage",
        b"\xc3\x01" + bytes(8) + b"x",
        b"\x00\x00\x00\x0f\xff",
        message() + b"x" * MAX_BYTES,
    ]
    named = ["TOMBSTONE", "TOMBSTONE", "FRAMING_UNKNOWN", "SCHEMA_UNKNOWN", "SCHEMA_UNKNOWN", "RECORD_TOO_LARGE"]
    assert decode(values, MAX_BYTES).unreadable == dict(enumerate(named))
