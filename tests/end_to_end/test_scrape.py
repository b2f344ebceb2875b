"""A real Prometheus reads the running register: dashboards have data, the right alert comes and goes with the warehouse."""

import contextlib
import signal
import socket
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from deploy.local.endpoints import daemon_of
from schemas import topics
from tests.conftest import Installation, grant_everything
from tests.end_to_end.prometheus import WINDOW, Prometheus, prometheus, quickened
from tests.events import SCHOOL, message
from tests.faults.waiting import until
from tests.monitoring.prometheus.test_rules import ALERTS
from tests.monitoring.promql import tool
from tests.monitoring.test_dashboards import queries
from tests.thabian.test_serving import ask, running
from thabian.connections import open_producer, settled

ROUND = "bangkok-1-2565/1"
BUREAU = ("--actor", "b.test", "--role", "bureau")
ENV = {
    "THABIAN_CLOCK": "2565-06-10 12:00",
    "THABIAN_MONITOR_LOOK_S": "0.5",
    "THABIAN_MONITOR_AUDIT_S": "1",
    "THABIAN_FINDINGS_ACROSS_S": "5",
    "THABIAN_LOG_FORMAT": "json",
}
SERVICES: Mapping[str, tuple[str, ...]] = {
    "intake": ("intake",),
    "streams": ("streams",),
    "sink": ("findings", "sink"),
    "monitor": ("monitor",),
}


@dataclass(frozen=True)
class Watched:
    """The register with everything that runs, and who watches it."""

    installation: Installation
    ports: Mapping[str, int]
    prometheus: Prometheus
    folder: Path

    def ready(self, service: str) -> tuple[int, str]:
        return ask(self.ports[service], "/readyz")

    def logs(self) -> str:
        return "\n".join(f"{path.name}: {path.read_text()[-1500:]}" for path in sorted(self.folder.glob("*.log")))


def free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as open_:
        probes = [open_.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]


@pytest.fixture
def watched(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Watched]:
    """All four services and Prometheus, before anything has come."""
    tool("prometheus")
    own_parts: Installation = request.getfixturevalue("own_parts")
    installation = Installation(own_parts.settings, {**own_parts.env, **ENV})
    *ports, own = free_ports(len(SERVICES) + 1)
    places = dict(zip(SERVICES, ports, strict=True))
    with contextlib.ExitStack() as started:
        for name, command in SERVICES.items():
            arguments = (*command, "--metrics-port", str(places[name]))
            started.enter_context(running(installation, tmp_path / f"{name}.log", *arguments))
        watching = started.enter_context(prometheus(tmp_path / "prometheus", own, places))
        yield Watched(installation, places, watching, tmp_path)


@pytest.mark.real
def test_the_warehouse_dies_and_comes_back(watched: Watched, tmp_path: Path) -> None:
    told = watched.prometheus
    until(lambda: told.targets() == dict.fromkeys(SERVICES, "up"), "all targets are up", 120)
    until(lambda: all(watched.ready(name)[0] == 200 for name in SERVICES), f"all are ready: {watched.logs()}", 120)
    _events_come(watched, tmp_path / "simulated")
    until(lambda: told.ask("min(thabian_audit_holds) == 1"), "the audit holds", 60)
    until(lambda: "ThabianDeadLetters" in told.alerts("firing"), "the dead letter is told of", 60)
    assert not told.alerts("firing") & {name for name in ALERTS if "Warehouse" in name or "Broker" in name}

    _warehouse_dies(watched)
    until(lambda: "ThabianWarehouseDown" in told.alerts("firing"), "the alert", 60)
    assert told.ask('count_over_time(ALERTS{alertname="ThabianWarehouseDown", alertstate="pending"}[5m])')
    assert "ThabianBrokerDown" not in told.alerts("firing")
    for name in ("intake", "monitor"):
        until(lambda name=name: watched.ready(name) == (503, "warehouse does not answer\n"), f"{name} is not ready")
    _send(watched, 2)
    until(lambda: told.ask("sum(thabian_intake_retries_total) > 0"), "intake tries again", 90)
    assert told.targets() == dict.fromkeys(SERVICES, "up"), (
        "what is told of a part that is away is told by who is there"
    )

    watched.installation.run("local", "up")
    until(lambda: "ThabianWarehouseDown" not in told.alerts("firing"), "the alert is over", 90)
    until(lambda: all(watched.ready(name)[0] == 200 for name in SERVICES), f"all are ready: {watched.logs()}", 90)
    until(lambda: told.ask('thabian:group_lag_events:sum{group="intake"} == 0'), "intake has caught up", 90)
    until(lambda: not _without_data(told), f"data for {_without_data(told)}", 90)


def _events_come(watched: Watched, folder: Path) -> None:
    """Some weeks of a simulated year, a message that cannot be read, an open round and a sealed version."""
    run = watched.installation.run
    with contextlib.closing(watched.installation.warehouse()) as warehouse:
        grant_everything(warehouse, "roster", "31")
    _send(watched, 1)
    run(
        *("simulate", "--schools", "6", "--pupils", "240", "--seed", "11", "--busier", "8", "--cases", "1"),
        *(
            "--affiliation",
            "31",
            "--affiliation",
            "10",
            "--publisher",
            "roster",
            "--until",
            "2565-06-15",
            "-o",
            str(folder),
        ),
    )
    run("schools", "load", str(folder / "schools.csv"))
    run("round", "open", ROUND, *BUREAU)
    run("snapshot", "seal", "--year", "2565", "--round", "1", "--as-of", "2565-06-10")


def _send(watched: Watched, number: int) -> None:
    """One good event, and bytes that are none."""
    producer = open_producer(settled(watched.installation.settings))
    topic = topics.ingress("roster", watched.installation.settings.topic_prefix)
    for value in (message(number=number), b"broken"):
        producer.send(topic, value, key=SCHOOL.encode()).get(30)
    producer.close()


def _warehouse_dies(watched: Watched) -> None:
    home = watched.installation.settings.local_home
    process = daemon_of(home, "clickhouse").process()
    assert process is not None
    process.send_signal(signal.SIGKILL)


def _without_data(told: Prometheus) -> list[str]:
    """Queries of the dashboards that give nothing and should."""
    return [query for *_, query in queries() if not told.ask(query.replace("[5m]", f"[{WINDOW}]"))]


def test_rules_made_quick_wait_seconds_for_minutes():
    assert quickened("        for: 5m\n        for: 1h\n        expr: a[5m]\n") == (
        "        for: 5s\n        for: 1m\n        expr: a[5m]\n"
    )
