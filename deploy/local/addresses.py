"""Where the parts of one home listen: given, or chosen free once and remembered, so a restart keeps its addresses."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.local.errors import LocalPartError, Trouble
from deploy.local.parts import Progress
from deploy.local.ports import choose, is_free


@dataclass(frozen=True)
class Addresses:
    """One loopback address and a port by name."""

    host: str
    ports: Mapping[str, int]


def remembered(home: Path) -> Addresses | None:
    """What was settled at the last start in this home."""
    try:
        known = json.loads(_file(home).read_text(encoding="utf-8"))
        return Addresses(str(known["host"]), {str(name): int(port) for name, port in known["ports"].items()})
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def remember(home: Path, addresses: Addresses) -> None:
    """Keep `addresses` in place of what was kept before."""
    file = _file(home)
    file.parent.mkdir(parents=True, exist_ok=True)
    written = file.with_suffix(".new")
    written.write_text(json.dumps({"host": addresses.host, "ports": dict(addresses.ports)}), encoding="utf-8")
    written.replace(file)


@dataclass(frozen=True)
class Settler:
    """Decides the port of each name. `wanted` holds the asked-for ports, 0 for any; `running` keep what they have."""

    home: Path
    host: str
    wanted: Mapping[str, int]
    running: Collection[str]

    def settle(self, progress: Progress) -> Addresses:
        """All ports; raises `LocalPartError` if an asked-for one is taken, or differs from that of a running part."""
        before = remembered(self.home)
        known = before.ports if before else {}
        if before and self.running and before.host != self.host:
            raise LocalPartError(f"the local parts are up on {before.host}: run `thabian local down` before a move")
        ports: dict[str, int] = {}
        for name in self.wanted:
            ports[name] = self._port(name, known, ports.values(), progress)
        return Addresses(self.host, ports)

    def _port(self, name: str, known: Mapping[str, int], settled: Collection[int], progress: Progress) -> int:
        asked, last = self.wanted[name], known.get(name, 0)
        if name in self.running and last:
            if asked not in (0, last):
                raise LocalPartError(f"{name} is up on port {last}: run `thabian local down` before it can use {asked}")
            return last
        if asked:
            return self._given(name, asked)
        if last and is_free(self.host, last):
            return last
        port = choose(self.host, f"{self.home}/{name}", {*settled, *known.values()})
        if last:
            progress(name, f"port {last} is taken by another program; using {port}", None, None)
        return port

    def _given(self, name: str, port: int) -> int:
        if is_free(self.host, port):
            return port
        message = (
            f"port {port}, asked for {name}, is taken by another program: end that program or ask for another port"
        )
        raise LocalPartError(message, Trouble.PORT_TAKEN)


def _file(home: Path) -> Path:
    return home / "run" / "addresses.json"
