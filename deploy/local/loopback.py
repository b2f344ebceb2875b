"""The local parts have no users, passwords or encryption, so they listen on loopback and nowhere else."""

import ipaddress
import socket

from deploy.local.errors import LocalPartError, Trouble


def require_loopback(host: str) -> None:
    """Raise `LocalPartError` unless every address that `host` stands for is a loopback address."""
    try:
        found = {info[4][0] for info in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)} if host else set()
    except (OSError, UnicodeError):
        found = set()
    if not found or not all(ipaddress.ip_address(address).is_loopback for address in found):
        raise LocalPartError(
            f"{host or 'every address'!r} is not a loopback address: the local parts are for one machine and know no "
            "users, passwords or encryption. Use 127.0.0.1, or a real Kafka and ClickHouse for more machines.",
            Trouble.NOT_LOOPBACK,
        )


def address(host: str, port: int) -> str:
    """`host:port` as clients write it, with brackets around an IPv6 address."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
