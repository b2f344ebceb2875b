"""The warehouse interface over clickhouse-driver: the only module that speaks to ClickHouse."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

import polars as pl
from clickhouse_driver import Client
from clickhouse_driver import errors as driver_errors

from warehouse import block_stream, native
from warehouse.interface import Columns, External, Row, WarehouseRefused, WarehouseUnavailable
from warehouse.values import decoder, encoded

RETRYABLE_SERVER_CODES = frozenset(
    {
        3,  # UNEXPECTED_END_OF_FILE
        159,  # TIMEOUT_EXCEEDED
        164,  # READONLY: a replica that lost its Keeper session
        202,  # TOO_MANY_SIMULTANEOUS_QUERIES
        209,  # SOCKET_TIMEOUT
        210,  # NETWORK_ERROR
        225,  # NO_ZOOKEEPER
        236,  # ABORTED
        241,  # MEMORY_LIMIT_EXCEEDED
        242,  # TABLE_IS_READ_ONLY
        243,  # NOT_ENOUGH_SPACE
        252,  # TOO_MANY_PARTS
        279,  # ALL_CONNECTION_TRIES_FAILED: no replica of a shard answers
        285,  # TOO_FEW_LIVE_REPLICAS
        286,  # UNSATISFIED_QUORUM_FOR_PREVIOUS_WRITE: another insert into the shard waits for its quorum
        289,  # REPLICA_IS_NOT_IN_QUORUM: this replica has not caught up with an acknowledged insert
        319,  # UNKNOWN_STATUS_OF_INSERT
        999,  # KEEPER_EXCEPTION
    }
)
"""Server answers that mean "not now" (ClickHouse's ErrorCodes.cpp)."""

UNKNOWN_TABLE, UNKNOWN_DATABASE = 60, 81

BROKEN_CONNECTION = (
    driver_errors.NetworkError,
    driver_errors.SocketTimeoutError,
    driver_errors.UnexpectedPacketFromServerError,
    driver_errors.UnknownPacketFromServerError,
    driver_errors.ChecksumDoesntMatchError,
    OSError,
    EOFError,
)
"""What the driver raises when it cannot reach the server, or no longer understands it."""

_NAMES = {code: name for name, code in vars(driver_errors.ErrorCodes).items() if isinstance(code, int)}


@dataclass(frozen=True, slots=True)
class WarehouseAddress:
    """Where ClickHouse listens for its native protocol. Timeouts are seconds."""

    host: str
    port: int
    database: str = "default"
    user: str = "default"
    password: str = ""
    secure: bool = False
    connect_timeout: float = 5.0
    send_receive_timeout: float = 300.0

    def __str__(self) -> str:
        return f"{self.host}:{self.port}/{self.database}"


class ClickHouseWarehouse:
    """See `warehouse.interface.Warehouse`. Connects on first use, and again after a lost connection."""

    def __init__(self, address: WarehouseAddress) -> None:
        self.address = address
        self._client = Client(
            host=address.host,
            port=address.port,
            database=address.database,
            user=address.user,
            password=address.password,
            secure=address.secure,
            connect_timeout=address.connect_timeout,
            send_receive_timeout=address.send_receive_timeout,
            client_name="thabian",
            settings={"strings_as_bytes": True},
        )

    def execute(
        self, statement: str, parameters: Mapping[str, Any] | None = None, *, settings: Mapping[str, Any] | None = None
    ) -> None:
        """Run a statement that returns nothing."""
        self._run(statement, parameters, settings)

    def rows(
        self,
        statement: str,
        parameters: Mapping[str, Any] | None = None,
        *,
        settings: Mapping[str, Any] | None = None,
        external: External | None = None,
    ) -> list[Row]:
        """All rows of a query."""
        columns, types = self._run(statement, parameters, settings, columnar=True, external=external)
        decoded = [decoder(type_name)(values) for (_, type_name), values in zip(types, columns, strict=False)]
        return list(zip(*decoded, strict=True))

    def stream(
        self, statement: str, parameters: Mapping[str, Any] | None = None, *, settings: Mapping[str, Any] | None = None
    ) -> Iterator[list[Row]]:
        """Rows of a query block by block; the connection is busy until the iterator ends or is closed."""
        ended = False
        try:
            for types, block in self._blocks(statement, parameters, settings):
                columns = zip(*block, strict=True)
                decoded = [decoder(type_name)(values) for (_, type_name), values in zip(types, columns, strict=True)]
                yield list(zip(*decoded, strict=True))
            ended = True
        finally:
            if not ended:
                self._client.disconnect()

    def _blocks(
        self, statement: str, parameters: Mapping[str, Any] | None, settings: Mapping[str, Any] | None
    ) -> Iterator[tuple[list[tuple[str, str]], list[Row]]]:
        try:
            result = self._client.execute_iter(
                statement, parameters, settings=dict(settings or {}), with_column_types=True, chunk_size=8192
            )
            types: list[tuple[str, str]] = []
            for chunk in result:
                rows = chunk if types else chunk[1:]
                types = types or chunk[0]  # the driver hands the types over as the first row
                if rows:
                    yield types, rows
        except (driver_errors.Error, OSError, EOFError) as error:
            self._fail(error)

    def insert(self, table: str, columns: Columns, *, token: str | None = None) -> None:
        """Append rows given as columns."""
        names = ", ".join(columns)
        settings = _insert_settings(token)
        data = [encoded(values) for values in columns.values()]
        if not data or not data[0]:
            return
        try:
            self._client.execute(f"INSERT INTO {table} ({names}) VALUES", data, columnar=True, settings=settings)
        except (driver_errors.Error, OSError, EOFError) as error:
            self._fail(error, said=f"an insert into {table}")

    def insert_frame(self, table: str, frame: pl.DataFrame, *, token: str | None = None) -> None:
        """Append rows given as a frame, as column bytes."""
        if frame.is_empty():
            return
        statement = f"INSERT INTO {table} ({', '.join(frame.columns)}) VALUES"
        settings = _insert_settings(token)
        try:
            with self._client.disconnect_on_error(statement, settings):
                wanted = block_stream.begin_insert(self._client, statement)
                block = native.block({name: (kind, frame[name]) for name, kind in wanted})
                block_stream.finish_insert(self._client, block)
        except (driver_errors.Error, OSError, EOFError) as error:
            self._fail(error, said=f"an insert into {table}")

    def close(self) -> None:
        """Let the connection go."""
        self._client.disconnect()

    def _run(
        self,
        statement: str,
        parameters: Mapping[str, Any] | None,
        settings: Mapping[str, Any] | None,
        *,
        columnar: bool = False,
        external: External | None = None,
    ) -> tuple[list[Sequence[Any]], list[tuple[str, str]]]:
        options: dict[str, Any] = {"settings": dict(settings or {}), "columnar": columnar, "with_column_types": True}
        try:
            if external:
                tables = {name: native.block(columns) for name, columns in external.items()}
                answer = block_stream.query(self._client, statement, parameters, tables, **options)
            else:
                answer = self._client.execute(statement, parameters, **options)
        except (driver_errors.Error, OSError, EOFError) as error:
            self._fail(error)
        return answer if isinstance(answer, tuple) else ([], [])

    def _fail(self, error: Exception, *, said: str | None = None) -> NoReturn:
        """Sort a failure into the two kinds; after either, the next statement starts on a fresh connection.

        `said` names a statement whose text or answer may hold a pupil's values: of its failure only the kind is told.
        """
        self._client.disconnect()
        code = getattr(error, "code", None) or 0
        if isinstance(error, BROKEN_CONNECTION):
            raise WarehouseUnavailable(
                f"the warehouse at {self.address} does not answer ({type(error).__name__}): is it running?"
            ) from error
        if code in RETRYABLE_SERVER_CODES:
            raise WarehouseUnavailable(
                f"the warehouse at {self.address} cannot do it now ({_kind(code)}): try again"
            ) from error
        if code in (UNKNOWN_TABLE, UNKNOWN_DATABASE):
            raise WarehouseRefused(
                "the warehouse lacks a table or the database: run `thabian warehouse migrate`",
                server_code=code,
                code="WAREHOUSE_NOT_MIGRATED",
            ) from error
        reason = f"{said}: {_kind(code)}" if said else f"a statement: {first_line(str(error.args[0]))}"
        raise WarehouseRefused(f"the warehouse refused {reason}", server_code=code) from error


def _insert_settings(token: str | None) -> dict[str, Any]:
    return {"optimize_on_insert": 0} | ({} if token is None else {"insert_deduplication_token": token})


def first_line(message: str) -> str:
    """The first line of a server's message, without its stack trace."""
    return message.partition("Stack trace:")[0].strip().partition("\n")[0][:500]


def _kind(code: int) -> str:
    return f"{_NAMES.get(code, 'an error this driver has no name for')}, code {code}"
