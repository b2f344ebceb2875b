"""Where the local parts are, and how they are: what other programs may ask without starting anything."""

from dataclasses import dataclass
from pathlib import Path

from deploy.local.addresses import remembered
from deploy.local.daemon import Daemon
from deploy.local.loopback import address

PARTS = ("kafka", "clickhouse")


@dataclass(frozen=True)
class Endpoints:
    """Addresses for clients."""

    kafka_bootstrap: str
    clickhouse_host: str
    clickhouse_port: int


@dataclass(frozen=True)
class PartStatus:
    """One part: `state` is `up`, `not answering` or `down`; memory in bytes."""

    name: str
    state: str
    address: str | None
    pid: int | None
    memory: int | None
    log: Path


def daemon_of(home: Path, name: str) -> Daemon:
    """The daemon of the part called `name`; its files need not be there."""
    return Daemon(home / "run" / f"{name}.json", home / "logs" / f"{name}.log")


def endpoints(home: Path) -> Endpoints | None:
    """The addresses if both parts run, else None."""
    known = remembered(home)
    if known is None or any(daemon_of(home, name).process() is None for name in PARTS):
        return None
    return endpoints_at(known.host, known.ports["kafka"], known.ports["clickhouse"])


def endpoints_at(host: str, kafka_port: int, clickhouse_port: int) -> Endpoints:
    """The addresses of parts on `host`."""
    return Endpoints(address(host, kafka_port), host, clickhouse_port)
