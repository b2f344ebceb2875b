"""Does a broker take requests? One Metadata request over a plain socket: no client library, no retries, no noise."""

import socket
import struct

METADATA, VERSION, CORRELATION = 3, 1, 7
CLIENT = b"thabian-local"
TIMEOUT = 2.0  # seconds


def brokers(host: str, port: int) -> set[int]:
    """Ports of the cluster's brokers that take work, as the broker at this address sees it; none if it does not answer.

    A broker that has just started answers before the controller lets it take work: it is not among them then.
    """
    try:
        with socket.create_connection((host, port), timeout=TIMEOUT) as connection:
            connection.sendall(_request())
            return _broker_ports(_answer(connection))
    except (OSError, EOFError, struct.error):
        return set()


def _request() -> bytes:
    header = struct.pack(">hhih", METADATA, VERSION, CORRELATION, len(CLIENT)) + CLIENT
    body = header + struct.pack(">i", 0)  # an empty list of topics: none, only the brokers
    return struct.pack(">i", len(body)) + body


def _answer(connection: socket.socket) -> bytes:
    with connection.makefile("rb") as stream:
        (size,) = struct.unpack(">i", stream.read(4))
        return stream.read(size)


def _broker_ports(answer: bytes) -> set[int]:
    """Of each broker the answer has its number, host, port and rack (null or text)."""
    correlation, count = struct.unpack_from(">ii", answer)
    if correlation != CORRELATION:
        return set()
    at, ports = 8, set()
    for _ in range(count):
        (host_length,) = struct.unpack_from(">h", answer, at + 4)
        port, rack_length = struct.unpack_from(">ih", answer, at + 6 + host_length)
        ports.add(port)
        at += 12 + host_length + max(0, rack_length)
    return ports
