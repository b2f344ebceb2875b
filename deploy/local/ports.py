"""Is a port free, and which one to take when nobody has said."""

import errno
import socket
import zlib
from collections.abc import Collection

from deploy.local.errors import LocalPartError, Trouble

# Below the range from which systems choose ports for outgoing connections (32768 on Linux): none of those can take it.
FIRST, COUNT = 20_000, 12_000


def is_free(host: str, port: int) -> bool:
    """Whether a server could listen there now."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
            probe.listen(1)
        except OSError as error:
            if error.errno in (errno.EADDRINUSE, errno.EACCES):
                return False
            raise
    return True


def choose(host: str, seed: str, avoid: Collection[int]) -> int:
    """A free port outside `avoid`. The search starts at a place given by `seed`, so that two stacks rarely meet."""
    start = zlib.crc32(seed.encode())
    for step in range(COUNT):
        port = FIRST + (start + step) % COUNT
        if port not in avoid and is_free(host, port):
            return port
    raise LocalPartError(f"no free port between {FIRST} and {FIRST + COUNT}", Trouble.PORT_TAKEN)
