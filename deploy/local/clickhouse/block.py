"""Native blocks: their header, and where they end."""

from typing import NamedTuple

from deploy.local.clickhouse.buffer import Buffer
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


def empty_block(columns: list[Column]) -> bytes:
    """A block of these columns without rows."""
    named = b"".join(string(column.name) + string(column.type) for column in columns)
    return varint(len(columns)) + varint(0) + named
