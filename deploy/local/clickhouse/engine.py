"""The engine of the chdb wheel: one per process and folder, a session of its own for each connection."""

import json
from collections.abc import Generator
from pathlib import Path
from typing import Any, NamedTuple

from chdb import ChdbError
from chdb import session as chdb_session

from deploy.local.clickhouse.block import Column
from deploy.local.clickhouse.errors import from_engine

# What the binding raises: the engine's errors, and its own for text that is no UTF-8.
RAISED = (ChdbError, RuntimeError, TypeError, UnicodeError)


class Chunk(NamedTuple):
    """A piece of a result in the Native format."""

    native: bytes
    rows: int
    written: int


class EngineSession:
    """One session: its database, settings and temporary tables. For one thread at a time."""

    def __init__(self, folder: Path, label: str, database: str = "") -> None:
        self._folder = folder
        self._session: Any = chdb_session.Session(str(folder))  # type: ignore[no-untyped-call]
        self._beside: EngineSession | None = None
        self.label = label
        self.database = ""
        self.settings_changed = False  # whether a statement of the client may have set any
        self.run(f"SET log_comment = {literal(label)}")  # by which `kill` finds what runs here
        if database:
            self.use(database)

    def use(self, database: str) -> None:
        """Make it the current database."""
        self.run(f"USE {identifier(database)}")
        self.database = database

    def beside(self) -> "EngineSession":
        """A session for questions while a stream is open here, since a second statement would end the stream.

        It has the same current database, but not the temporary tables.
        """
        if self._beside is None:
            self._beside = EngineSession(self._folder, self.label)
        if self._beside.database != self.database:
            self._beside.use(self.database)
        return self._beside

    def run(self, sql: str) -> Chunk:
        """Run any statement to its end. Raises `ServerError`."""
        try:
            result = self._session.query(sql, "Native")
            return Chunk(result.bytes(), result.rows_read(), result.rows_written())
        except RAISED as error:
            raise from_engine(error) from error

    def stream(self, sql: str) -> Generator[Chunk]:
        """Run a SELECT piece by piece: each one Native block. Closing the iterator ends the statement."""
        try:
            result = self._session.send_query(sql, "Native")
        except RAISED as error:
            raise from_engine(error) from error
        try:
            for chunk in result:
                yield Chunk(chunk.bytes(), chunk.rows_read(), 0)
        except RAISED as error:
            raise from_engine(error) from error
        finally:
            result.close()

    def rows(self, sql: str) -> list[list[Any]]:
        """The few rows of a small statement, as Python values."""
        try:
            result = self._session.query(sql, "JSONCompactEachRow")
            return [json.loads(line) for line in result.bytes().splitlines()]
        except RAISED as error:
            raise from_engine(error) from error

    def columns(self, what: str) -> list[tuple[Column, str]]:
        """Columns of a table, or of a query in brackets: each with how its default is given (`MATERIALIZED` …)."""
        found = self.rows(f"DESCRIBE TABLE {what} SETTINGS print_pretty_type_names = 0")
        return [(Column(row[0], row[1]), row[2]) for row in found]

    def close(self) -> None:
        """End the session."""
        if self._beside:
            self._beside.close()
        self._session.close()


class Engine:
    """The engine over `folder`. As long as it is open, no other process can open the folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._keep = EngineSession(folder, "server")  # the engine lives as long as any session does
        self._keep.run("CREATE DATABASE IF NOT EXISTS default")
        major, minor, patch = str(self._keep.rows("SELECT version()")[0][0]).split(".")[:3]
        self.version = (int(major), int(minor), int(patch))
        self.timezone = str(self._keep.rows("SELECT timezone()")[0][0])

    def session(self, label: str) -> EngineSession:
        """A session for one connection."""
        return EngineSession(self._folder, label)

    def kill(self, label: str | None = None) -> None:
        """End what runs in the session with this label, or in all of them."""
        which = f"= {literal(label)}" if label else "LIKE 'client %'"
        running = f"SELECT query_id FROM system.processes WHERE Settings['log_comment'] {which}"
        self._keep.run(f"KILL QUERY WHERE query_id IN ({running}) ASYNC")

    def close(self) -> None:
        """Close the engine; everything acknowledged is in the folder already."""
        self._keep.close()


def literal(text: str) -> str:
    """`text` as a string in SQL."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def identifier(name: str) -> str:
    """`name` as a quoted name in SQL."""
    return "`" + name.replace("\\", "\\\\").replace("`", "\\`") + "`"
