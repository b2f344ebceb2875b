"""Finding the end of a block without decoding it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy.local.clickhouse.block import Column, empty_block, retyped, skip_block
from deploy.local.clickhouse.buffer import Buffer
from deploy.local.clickhouse.errors import ServerError
from deploy.local.clickhouse.types import arguments, walker
from deploy.local.clickhouse.wire import string, varint

REST = b"the next packet"


def u64(value: int) -> bytes:
    return value.to_bytes(8, "little")


def in_pieces(data: bytes, size: int) -> Buffer:
    pieces = iter([data[start : start + size] for start in range(0, len(data), size)])
    return Buffer(lambda: next(pieces))


def column(kind: str, rows: int, data: bytes) -> bytes:
    return varint(1) + varint(rows) + string("c") + string(kind) + data


STRINGS = string("a\n\nb") + string("")
COLUMNS = [
    ("UInt8", 3, b"abc"),
    ("Decimal(20, 4)", 2, bytes(32)),
    ("Enum16('a, (b' = 1, 'it\\'s' = 2)", 2, bytes(4)),
    ("DateTime64(3, 'Asia/Bangkok')", 2, bytes(16)),
    ("FixedString(5)", 2, bytes(10)),
    ("String", 2, STRINGS),
    ("Nullable(String)", 2, b"\x00\x01" + STRINGS),
    ("Array(String)", 2, u64(0) + u64(2) + STRINGS),
    ("Array(Array(UInt16))", 2, u64(1) + u64(2) + u64(0) + u64(3) + bytes(6)),
    ("Tuple(a String, `b c` UInt32)", 2, STRINGS + bytes(8)),
    ("Tuple(String, UInt32)", 2, STRINGS + bytes(8)),
    ("Map(String, UInt8)", 1, u64(2) + STRINGS + bytes(2)),
    ("Nested(x String, y UInt8)", 1, u64(2) + STRINGS + bytes(2)),
    ("LowCardinality(Nullable(String))", 3, u64(1) + u64(0x600) + u64(2) + STRINGS + u64(3) + bytes(3)),
    ("Array(LowCardinality(String))", 1, u64(1) + u64(3) + u64(0x601) + u64(2) + STRINGS + u64(3) + bytes(6)),
    ("SimpleAggregateFunction(anyLast, Nullable(UInt8))", 1, b"\x00\x01"),
    ("Point", 1, bytes(16)),
    ("Polygon", 1, u64(1) + u64(2) + bytes(32)),
]


@pytest.mark.parametrize(("kind", "rows", "data"), COLUMNS, ids=[each[0] for each in COLUMNS])
@pytest.mark.parametrize("piece", [1, 7, 10_000])
def test_a_block_is_read_to_its_end_and_no_further(kind: str, rows: int, data: bytes, piece: int) -> None:
    block = column(kind, rows, data)
    buffer = in_pieces(block + REST, piece)
    assert skip_block(buffer) == ([Column("c", kind)], rows)
    assert bytes(buffer.read()) == block
    buffer.forget()
    assert buffer.take(len(REST)) == REST


@given(
    st.lists(st.one_of(st.binary(max_size=300), st.just(b"same length"), st.just(b"")), max_size=60),
    st.integers(1, 60),
    st.integers(1, 5_000),
)
def test_strings_of_any_length_are_passed_over(texts: list[bytes], repeat: int, piece: int) -> None:
    texts = [text for text in texts for _ in range(repeat)]
    data = b"".join(varint(len(text)) + text for text in texts)
    buffer = in_pieces(data + REST, piece)
    buffer.skip_strings(len(texts))
    assert buffer.position == len(data)
    assert buffer.take(len(REST)) == REST


def test_a_type_whose_size_is_unknown_is_an_error_of_clickhouse() -> None:
    with pytest.raises(ServerError) as raised:
        walker("Array(JSON)")
    assert raised.value.code == 50


def test_arguments_in_quotes_and_brackets_stay_whole() -> None:
    assert arguments("T(a Enum8('x, y' = 1, 'it\\'s)' = 2), `b, c` Map(A, B))") == [
        "a Enum8('x, y' = 1, 'it\\'s)' = 2)",
        "`b, c` Map(A, B)",
    ]


def test_a_column_gets_another_type_and_keeps_its_data() -> None:
    def block(kind: str) -> bytes:
        first = string("a") + string("String") + STRINGS
        return varint(2) + varint(2) + first + string("c") + string(kind) + bytes(8)

    assert retyped(block("DateTime"), {"c": "DateTime('UTC')"}) == block("DateTime('UTC')")


def test_a_header_has_columns_and_no_rows() -> None:
    columns = [Column("a", "String"), Column("ข้อมูล", "UInt8")]
    assert skip_block(in_pieces(empty_block(columns), 3)) == (columns, 0)
