"""One client's connection: greeting, then statement after statement, in a thread and an engine session of its own."""

import logging
import socket
import time
from contextlib import closing

from deploy.local.clickhouse import wire
from deploy.local.clickhouse.block import empty_block
from deploy.local.clickhouse.client import ClientGoneError, ClientReader, LostTrackError, Packet
from deploy.local.clickhouse.engine import Engine, EngineSession
from deploy.local.clickhouse.errors import CANCELLED, UNKNOWN_PACKET, ServerError
from deploy.local.clickhouse.external import drop_tables, receive_tables
from deploy.local.clickhouse.inserts import expected_columns, receive, store
from deploy.local.clickhouse.results import executed, selected
from deploy.local.clickhouse.settings import applied
from deploy.local.clickhouse.spool import Spool
from deploy.local.clickhouse.statement import Insert, first_word, insert_of, reads_rows, without_format
from deploy.local.clickhouse.watch import Watcher

SLOW = 1.0  # seconds; slower statements are logged

log = logging.getLogger(__name__)


class Connection:
    """Serves one socket until its client goes."""

    def __init__(self, connection: socket.socket, label: str, engine: Engine, spool: Spool, watcher: Watcher) -> None:
        self._socket = connection
        self._label = label
        self._engine = engine
        self._spool = spool
        self._watcher = watcher
        self._reader = ClientReader(connection)

    def serve(self) -> None:
        """Serve to the end; nothing is raised."""
        session = self._engine.session(self._label)
        try:
            self._greet(session)
            while True:
                self._packet(session)
        except LostTrackError as error:
            self._refuse(error, last=True)
        except (ClientGoneError, OSError) as error:
            log.debug("%s: gone (%s)", self._label, error)
        except ServerError as error:
            log.warning("%s: given up after error %s", self._label, error.told)
        finally:
            session.close()
            self._socket.close()

    def _greet(self, session: EngineSession) -> None:
        database = self._reader.hello()
        if database:
            try:
                session.use(database)
            except ServerError as error:
                raise LostTrackError(error.code, error.message) from error
        self._send(wire.hello(self._engine.version, self._engine.timezone))

    def _packet(self, session: EngineSession) -> None:
        kind = self._reader.packet()
        if kind == Packet.PING:
            self._send(wire.pong())
        elif kind == Packet.QUERY:
            self._query(session)
        elif kind == Packet.DATA:
            self._reader.skip_data()
        elif kind != Packet.CANCEL:  # a cancel that came after the end of its statement
            raise LostTrackError(UNKNOWN_PACKET, f"Unknown packet {kind} from client")

    def _query(self, session: EngineSession) -> None:
        query, started = self._reader.query(), time.monotonic()
        tables, failed = receive_tables(self._reader, session, self._spool)
        try:
            if failed:
                raise failed
            with applied(session, query.settings):
                self._answer(session, query.sql)
        except LostTrackError:
            raise
        except ServerError as error:
            self._refuse(error)
        finally:
            drop_tables(session, tables)
            taken = time.monotonic() - started
            level = logging.INFO if taken > SLOW else logging.DEBUG
            log.log(level, "%s: %s took %.3f s", self._label, first_word(query.sql), taken)

    def _answer(self, session: EngineSession, sql: str) -> None:
        try:
            insert = insert_of(sql)
            if insert:
                self._insert(session, insert)
            else:
                self._execute(session, sql)
            self._send(wire.end_of_stream())
        except LostTrackError:
            raise
        except ServerError as error:
            self._refuse(error)

    def _insert(self, session: EngineSession, insert: Insert) -> None:
        self._send_block(empty_block(expected_columns(session, insert)))
        with self._spool.file(self._label) as file:
            rows = receive(self._reader, file)
            if rows:
                store(session, insert, file)
                self._send(wire.progress(0, rows))

    def _execute(self, session: EngineSession, sql: str) -> None:
        with self._watcher.watching(self._socket, self._kill) as cancelled:
            try:
                if reads_rows(sql):
                    self._select(session, without_format(sql))
                else:
                    self._run(session, without_format(sql))
            except ServerError as error:
                if not (error.code == CANCELLED and cancelled()):
                    raise

    def _select(self, session: EngineSession, sql: str) -> None:
        total = 0
        with closing(selected(session, sql)) as blocks:
            for block, rows in blocks:
                self._send_block(block)
                total += rows
        self._send(wire.progress(total, 0))

    def _run(self, session: EngineSession, sql: str) -> None:
        result, word = session.run(sql), first_word(sql)
        session.settings_changed |= word == "SET"
        if word == "USE":
            session.database = str(session.rows("SELECT currentDatabase()")[0][0])
        for block in executed(result.native):
            self._send_block(block)
        self._send(wire.progress(result.rows, result.written))

    def _kill(self) -> None:
        try:
            self._engine.kill(self._label)
        except ServerError as error:
            log.warning("%s: cannot cancel: %s", self._label, error.told)

    def _refuse(self, error: ServerError, *, last: bool = False) -> None:
        log.info("%s: refused: error %s%s", self._label, error.told, ", connection closed" if last else "")
        try:
            self._send(wire.exception(error))
        except OSError:
            if not last:
                raise

    def _send_block(self, native: bytes) -> None:
        self._socket.sendall(wire.data_head())
        self._socket.sendall(native)

    def _send(self, packet: bytes) -> None:
        self._socket.sendall(packet)
