"""Does a broker take requests? One Metadata request over a plain socket: no client library, no retries, no noise."""

import socket
import struct

METADATA, VERSION, CORRELATION = 3, 1, 7
CLIENT = b"thabian-local"
TIMEOUT = 2.0  # seconds


def brokers(host: str, port: int) -> int:
    """How many brokers of the cluster take work, as the broker at this address sees it; 0 if it does not answer.

    A broker that has just started answers before the controller lets it take work: it then names no broker.
    """
    try:
        with socket.create_connection((host, port), timeout=TIMEOUT) as connection:
            connection.sendall(_request())
            return _broker_count(_answer(connection))
    except (OSError, EOFError, struct.error):
        return 0


def _request() -> bytes:
    header = struct.pack(">hhih", METADATA, VERSION, CORRELATION, len(CLIENT)) + CLIENT
    body = header + struct.pack(">i", 0)  # an empty list of topics: none, only the brokers
    return struct.pack(">i", len(body)) + body


def _answer(connection: socket.socket) -> bytes:
    with connection.makefile("rb") as stream:
        (size,) = struct.unpack(">i", stream.read(4))
        return stream.read(size)


def _broker_count(answer: bytes) -> int:
    correlation, count = struct.unpack_from(">ii", answer)
    return int(count) if correlation == CORRELATION else 0
