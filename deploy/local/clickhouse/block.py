"""Native blocks: their header, and where they end."""

from collections.abc import Iterator
from typing import NamedTuple

from deploy.local.clickhouse.buffer import Buffer
from deploy.local.clickhouse.errors import OTHER, ServerError
from deploy.local.clickhouse.types import walker
from deploy.local.clickhouse.wire import string, varint


class Column(NamedTuple):
    """Name and type of a column."""

    name: str
    type: str


class BlockShape(NamedTuple):
    """What a block holds. A block without columns ends a stream of blocks."""

    columns: list[Column]
    rows: int


def skip_block(buffer: Buffer) -> BlockShape:
    """Read over one whole block."""
    count, rows = buffer.varint(), buffer.varint()
    columns = []
    for _ in range(count):
        column = Column(buffer.string(), buffer.string())
        columns.append(column)
        if rows:
            prefix, data = walker(column.type)
            prefix(buffer)
            data(buffer, rows)
    return BlockShape(columns, rows)


def retyped(native: bytes, types: dict[str, str]) -> bytes:
    """The block with the types of some columns, given by name, written otherwise. Their data stay as they are."""
    buffer, parts, copied = Buffer(_cut_short, native), [], 0
    count, rows = buffer.varint(), buffer.varint()
    for _ in range(count):
        name, before = buffer.string(), buffer.position
        old = buffer.string()
        if name in types:
            parts += [native[copied:before], string(types[name])]
            copied = buffer.position
        prefix, data = walker(old)
        prefix(buffer)
        data(buffer, rows)
    return b"".join([*parts, native[copied:]])


def split(native: bytes) -> Iterator[tuple[BlockShape, bytes]]:
    """The blocks of an answer of the engine."""
    buffer = Buffer(_cut_short, native)
    while buffer.unread:
        shape = skip_block(buffer)
        yield shape, bytes(buffer.read())
        buffer.forget()


def empty_block(columns: list[Column]) -> bytes:
    """A block of these columns without rows."""
    named = b"".join(string(column.name) + string(column.type) for column in columns)
    return varint(len(columns)) + varint(0) + named


def _cut_short() -> bytes:
    raise ServerError(OTHER, "The engine's answer ends inside a block")
