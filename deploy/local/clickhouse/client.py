"""What a client sends: greeting, statements, blocks of data."""

import socket
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

from deploy.local.clickhouse.block import BlockShape, skip_block
from deploy.local.clickhouse.buffer import Buffer
from deploy.local.clickhouse.errors import SUPPORT_IS_DISABLED, UNKNOWN_PACKET, ServerError
from deploy.local.clickhouse.wire import REVISION

RECEIVE = 256 << 10  # bytes
IMPORTANT = 1  # flag of a setting: an unknown one is an error


class Packet(IntEnum):
    """Kinds of packets from a client."""

    HELLO = 0
    QUERY = 1
    DATA = 2
    CANCEL = 3
    PING = 4


class ClientGoneError(Exception):
    """The connection has ended, or what came is not this protocol."""


class LostTrackError(ServerError):
    """What came cannot be read to its end, so nothing after it can be read either: tell the client and part."""


@dataclass(frozen=True)
class Setting:
    """A setting that goes with one statement."""

    value: str
    important: bool


@dataclass(frozen=True)
class Query:
    """A statement and its settings."""

    sql: str
    settings: dict[str, Setting]


@dataclass(frozen=True)
class Data:
    """A block as it came: `raw` is valid until the next one is read."""

    table: str
    shape: BlockShape
    raw: memoryview


class ClientReader:
    """Reads one client's packets from its socket."""

    def __init__(self, connection: socket.socket) -> None:
        self._socket = connection
        self._buffer = Buffer(self._receive)

    def hello(self) -> str:
        """The greeting; returns the database asked for, empty if none. Everyone is let in: loopback, one machine."""
        if self.packet() != Packet.HELLO:
            raise ClientGoneError
        buffer = self._buffer
        buffer.string(), buffer.varint(), buffer.varint()  # name and version
        revision = buffer.varint()
        database, _user, _password = buffer.string(), buffer.string(), buffer.string()
        if revision < REVISION:
            raise LostTrackError(UNKNOWN_PACKET, f"The local server needs protocol revision {REVISION} or newer")
        return database

    def packet(self) -> int:
        """The kind of the next packet."""
        self._buffer.forget()
        return self._buffer.varint()

    def query(self) -> Query:
        """The body of a QUERY packet."""
        self._buffer.string()  # query id
        self._skip_client_info()
        settings = dict(self._settings())
        self._buffer.varint()  # stage
        compressed, sql = self._buffer.varint(), self._buffer.string()
        if compressed:
            text = "The local server knows no compression: connect without it (SUPPORT_IS_DISABLED)"
            raise LostTrackError(SUPPORT_IS_DISABLED, text)
        return Query(sql, settings)

    def data(self) -> Data:
        """The body of a DATA packet."""
        buffer = self._buffer
        table = buffer.string()
        while field := buffer.varint():  # block info: 1 is a byte, 2 an integer of 4
            buffer.skip(1 if field == 1 else 4)
        buffer.forget()
        try:
            shape = skip_block(buffer)
        except ServerError as error:
            raise LostTrackError(error.code, error.message) from error
        return Data(table, shape, buffer.read())

    def blocks(self) -> Iterator[Data]:
        """Blocks up to the empty one that ends them. Raises `ClientGoneError` if anything else comes."""
        while True:
            if self.packet() != Packet.DATA:
                raise ClientGoneError
            data = self.data()
            try:
                if not data.shape.columns:
                    return
                yield data
            finally:
                data.raw.release()

    def skip_data(self) -> None:
        """Pass over a DATA packet that belongs to no statement."""
        self.data().raw.release()

    def _skip_client_info(self) -> None:
        buffer = self._buffer
        if not buffer.byte():
            return
        for _ in range(3):  # first user, first query id, first address
            buffer.string()
        buffer.skip(1)  # interface
        for _ in range(3):  # system user, host, name of the client
            buffer.string()
        for _ in range(3):  # version, revision
            buffer.varint()
        buffer.string()  # quota key
        buffer.varint()  # patch version

    def _settings(self) -> Iterator[tuple[str, Setting]]:
        while name := self._buffer.string():
            flags = self._buffer.byte()
            yield name, Setting(self._buffer.string(), bool(flags & IMPORTANT))

    def _receive(self) -> bytes:
        try:
            received = self._socket.recv(RECEIVE)
        except OSError as error:
            raise ClientGoneError from error
        if not received:
            raise ClientGoneError
        return received
