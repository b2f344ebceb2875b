"""What the engine answers to a SELECT, as the blocks a client expects: a header first, then blocks with rows."""

from collections.abc import Generator
from itertools import chain

from deploy.local.clickhouse.block import Column, empty_block, retyped, split
from deploy.local.clickhouse.engine import EngineSession
from deploy.local.clickhouse.errors import ServerError
from deploy.local.clickhouse.statement import as_subquery


def selected(session: EngineSession, sql: str) -> Generator[tuple[bytes, int]]:
    """Blocks of a SELECT and their rows. Blocks are passed on as the engine gives them, each in one piece."""
    chunks = session.stream(sql)
    try:
        first = next(chunks, None)
        if first is None:  # the engine gives no header then, and clients want the columns' names and types
            yield empty_block(_described(session, sql)), 0
            return
        columns, zoned = next(split(first.native))[0].columns, dict[str, str]()
        if any(column.type == "DateTime" for column in columns):
            try:
                zoned = _zoned(session.beside(), sql, columns)
            except ServerError:  # a temporary table, which is here alone: ask here, and begin again
                chunks.close()
                zoned = _zoned(session, sql, columns)
                chunks = session.stream(sql)
                first = next(chunks)
        yield empty_block([Column(name, zoned.get(name, kind)) for name, kind in columns]), 0
        for chunk in chain([first], chunks):
            yield retyped(chunk.native, zoned) if zoned else chunk.native, chunk.rows
    finally:
        chunks.close()


def executed(native: bytes) -> Generator[bytes]:
    """Blocks of the answer to any other statement; none if it answers nothing."""
    for number, (shape, block) in enumerate(split(native)):
        if not number:
            yield empty_block(shape.columns)
        yield block


def _zoned(session: EngineSession, sql: str, columns: list[Column]) -> dict[str, str]:
    """Full types of the DateTime columns that have a time zone, by name.

    The engine writes `DateTime` for them, as to the oldest clients, and the client would show UTC.
    """
    plain = {column.name for column in columns if column.type == "DateTime"}
    return {column.name: column.type for column in _described(session, sql) if column.name in plain}


def _described(session: EngineSession, sql: str) -> list[Column]:
    return [column for column, _ in session.columns(as_subquery(sql))]
