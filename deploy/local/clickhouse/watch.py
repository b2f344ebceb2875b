"""Notices, while the engine works for a client, that the client cancels or has gone.

One thread looks at the sockets of all statements under way, every few milliseconds, without reading from them.
"""

import select
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from deploy.local.clickhouse.client import Packet

LOOK = 50  # milliseconds
GONE, CANCEL = b"", bytes([Packet.CANCEL])


@dataclass
class _Statement:
    connection: socket.socket
    kill: Callable[[], None]
    cancelled: bool = False


class Watcher:
    """The thread and what it looks at."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._statements: dict[int, _Statement] = {}
        self._ended = False
        threading.Thread(target=self._look, name="watcher", daemon=True).start()

    @contextmanager
    def watching(self, connection: socket.socket, kill: Callable[[], None]) -> Iterator[Callable[[], bool]]:
        """While inside, call `kill` if the client cancels or goes; what is yielded tells whether it cancelled."""
        statement, number = _Statement(connection, kill), connection.fileno()
        with self._changed:
            self._statements[number] = statement
            if len(self._statements) == 1:
                self._changed.notify()
        try:
            yield lambda: statement.cancelled
        finally:
            with self._changed:  # a kill under way ends first, so that it cannot hit the next statement
                self._statements.pop(number, None)

    def end(self) -> None:
        """Stop looking."""
        with self._changed:
            self._ended = True
            self._changed.notify()

    def _look(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._ended or self._statements)
                if self._ended:
                    return
                numbers = list(self._statements)
            poll = select.poll()
            for number in numbers:
                poll.register(number, select.POLLIN)
            for number, _ in poll.poll(LOOK):
                self._act(number)

    def _act(self, number: int) -> None:
        """Kill if it is a cancel or the end; anything else is the client's next packet, and no longer looked at.

        There may be nothing: since the look, the statement may have ended and the next one of the connection begun.
        """
        with self._changed:
            statement = self._statements.get(number)
            if self._ended or statement is None or (waiting := _peek(statement.connection)) is None:
                return
            if waiting in (GONE, CANCEL):  # as long as it stays here: the engine may not have begun with it
                statement.cancelled = waiting == CANCEL
                statement.kill()
                self._changed.wait(LOOK / 1000)
            else:
                del self._statements[number]


def _peek(connection: socket.socket) -> bytes | None:
    """The next byte, left where it is; empty at the end, None if there is nothing yet. Never waits."""
    try:
        return connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
    except BlockingIOError:
        return None
    except OSError:
        return GONE
