"""The server: accepts connections until it is told to stop, then lets running statements end."""

import itertools
import logging
import selectors
import signal
import socket
import threading
import time

from deploy.local.clickhouse.connection import Connection
from deploy.local.clickhouse.engine import Engine
from deploy.local.clickhouse.errors import ServerError
from deploy.local.clickhouse.spool import Spool
from deploy.local.clickhouse.watch import Watcher

BACKLOG = 128
GRACE = 10.0  # seconds for running statements after the signal to stop; then they are ended
LAST_GRACE = 5.0  # seconds more until they have noticed

log = logging.getLogger(__name__)


def listen(host: str, port: int) -> socket.socket:
    """The listening socket."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=BACKLOG)


class Server:
    """One engine behind one listening socket."""

    def __init__(self, listener: socket.socket, engine: Engine, spool: Spool) -> None:
        self._listener = listener
        self._engine = engine
        self._spool = spool
        self._watcher = Watcher()
        self._numbers = itertools.count(1)
        self._clients: dict[threading.Thread, socket.socket] = {}
        self._lock = threading.Lock()

    def run(self) -> None:
        """Serve until SIGTERM or SIGINT. For the main thread."""
        wake, woken = socket.socketpair()
        with wake, woken, self._listener, selectors.DefaultSelector() as ready:
            woken.setblocking(False)
            signal.set_wakeup_fd(woken.fileno(), warn_on_full_buffer=False)
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, lambda *_: None)  # the byte on the wakeup socket is what counts
            ready.register(self._listener, selectors.EVENT_READ)
            ready.register(wake, selectors.EVENT_READ)
            while not any(key.fileobj is wake for key, _ in ready.select()):
                self._accept()
            signal.set_wakeup_fd(-1)
        self._stop()

    def _accept(self) -> None:
        client, _ = self._listener.accept()
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        label = f"client {next(self._numbers)}"
        connection = Connection(client, label, self._engine, self._spool, self._watcher)
        thread = threading.Thread(target=self._serve, args=(connection,), name=label, daemon=True)
        with self._lock:
            self._clients[thread] = client
        thread.start()

    def _serve(self, connection: Connection) -> None:
        try:
            connection.serve()
        finally:
            with self._lock:
                del self._clients[threading.current_thread()]

    def _stop(self) -> None:
        """Nothing more is read from any client: who waits ends at once, a statement under way is answered first."""
        log.info("stopping, %d clients connected", len(self._clients))
        self._watcher.end()
        with self._lock:
            threads = list(self._clients)
            for client in self._clients.values():
                _read_no_more(client)
        if not _all_ended(threads, GRACE):
            log.warning("ending what still runs after %.0f s", GRACE)
            try:
                self._engine.kill()
            except ServerError as error:
                log.warning("cannot end it: %s", error.told)
            _all_ended(threads, LAST_GRACE)
        self._spool.close()
        self._engine.close()
        log.info("stopped")


def _read_no_more(client: socket.socket) -> None:
    try:
        client.shutdown(socket.SHUT_RD)
    except OSError:
        log.debug("a client had gone already")


def _all_ended(threads: list[threading.Thread], limit: float) -> bool:
    end = time.monotonic() + limit
    for thread in threads:
        thread.join(max(0.0, end - time.monotonic()))
    return not any(thread.is_alive() for thread in threads)
