"""A TCP proxy between intake and the warehouse that can refuse, hang, be slow, or cut once a statement has gone through."""

import contextlib
import random
import select
import socket
import threading
from collections.abc import Callable
from enum import Enum

PIECE = 1 << 16
TICK = 0.05  # seconds a look for bytes waits


class Mode(Enum):
    """What the proxy does with connections and bytes."""

    PASS = "pass"
    REFUSE = "refuse"
    """Ends every connection, and every new one at once."""
    HANG = "hang"
    """Keeps connections and forwards nothing: a client runs into its time-out."""
    SWALLOW = "swallow"
    """Forwards to the server and keeps its answers: the server stores, the client runs into its time-out."""
    CUT = "cut"
    """Forwards to the server and ends the connection in place of its answer."""
    SLOW = "slow"
    """Forwards piece by piece with pauses."""


class Proxy:
    """Listens on a loopback port of its own; `seen` is called with what clients send."""

    def __init__(self, host: str, port: int, chance: random.Random) -> None:
        self._target = (host, port)
        self._chance = chance
        self._mode = Mode.PASS
        self._end = threading.Event()
        self.seen: Callable[[bytes], None] = lambda _: None
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(TICK)
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    @property
    def port(self) -> int:
        """Where clients connect."""
        return int(self._listener.getsockname()[1])

    @property
    def mode(self) -> Mode:
        """What it does now."""
        return self._mode

    @mode.setter
    def mode(self, mode: Mode) -> None:
        self._mode = mode

    def close(self) -> None:
        """End every connection."""
        self._end.set()
        for thread in self._threads:
            thread.join(10)
        self._listener.close()

    def _accept(self) -> None:
        while not self._end.is_set():
            with contextlib.suppress(OSError):
                client, _ = self._listener.accept()
                thread = threading.Thread(target=self._serve, args=(client,), daemon=True)
                self._threads.append(thread)
                thread.start()

    def _serve(self, client: socket.socket) -> None:
        with client, contextlib.suppress(OSError):
            if self._mode is Mode.REFUSE:
                return
            with socket.create_connection(self._target, timeout=10) as server:
                while not self._end.is_set() and self._forward(client, server):
                    pass

    def _forward(self, client: socket.socket, server: socket.socket) -> bool:
        """Whether the connection goes on."""
        mode = self._mode
        if mode is Mode.REFUSE:
            return False
        if mode is Mode.HANG:
            self._end.wait(TICK)
            return True
        ready, _, _ = select.select([client, server], [], [], TICK)
        if client in ready:
            piece = client.recv(PIECE)
            if not piece:
                return False
            self.seen(piece)
            server.sendall(piece)
        if server in ready:
            return self._answer(client, server, self._mode)
        return True

    def _answer(self, client: socket.socket, server: socket.socket, mode: Mode) -> bool:
        if mode is Mode.SWALLOW:
            self._end.wait(TICK)
            return True
        if mode is Mode.CUT:
            return False
        piece = server.recv(PIECE)
        if not piece:
            return False
        if mode is Mode.SLOW:
            self._end.wait(self._chance.uniform(0, 0.3))
        client.sendall(piece)
        return True
