"""Where the local parts are, and how they are: what other programs may ask without starting anything."""

from dataclasses import dataclass
from pathlib import Path

from deploy.local.addresses import Addresses, remembered
from deploy.local.daemon import Daemon
from deploy.local.kafka.cluster import names, size
from deploy.local.loopback import address

CLICKHOUSE = "clickhouse"
PARTS = (*names(1), CLICKHOUSE)
"""With one broker."""


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


def part_names(known: Addresses | None) -> tuple[str, ...]:
    """The parts of a home with these addresses: its brokers, and ClickHouse."""
    return (*names(size(known.ports)), CLICKHOUSE) if known else PARTS


def endpoints(home: Path) -> Endpoints | None:
    """The addresses if ClickHouse and a broker run, else None."""
    known = remembered(home)
    if known is None:
        return None
    running = {name for name in part_names(known) if daemon_of(home, name).process() is not None}
    return endpoints_at(known) if CLICKHOUSE in running and len(running) > 1 else None


def endpoints_at(known: Addresses) -> Endpoints:
    """The addresses of parts that listen there. Clients are given every broker: any of them may be away."""
    brokers = ",".join(address(known.host, known.ports[name]) for name in names(size(known.ports)))
    return Endpoints(brokers, known.host, known.ports[CLICKHOUSE])
