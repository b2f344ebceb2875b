"""`thabian monitor` beside a register: it says that a part is gone, goes on looking at the other, and sees it come back."""

import json
import re
import signal
from pathlib import Path

import psutil
import pytest

from schemas import topics
from tests.conftest import Installation
from tests.events import SCHOOL, message
from tests.thabian.test_serving import ask, running, until
from thabian.connections import open_producer, settled

pytestmark = pytest.mark.real

OFTEN = {"THABIAN_MONITOR_LOOK_S": "0.5", "THABIAN_MONITOR_AUDIT_S": "0.5", "THABIAN_LOG_FORMAT": "json"}


def test_the_engine_goes_and_comes_back(own_parts: Installation, closed_port: int, tmp_path: Path) -> None:
    log = tmp_path / "log"

    def said(pattern: str) -> float | None:
        found = re.search(f"^{pattern} (\\S+)$", ask(closed_port, "/metrics")[1], re.MULTILINE)
        return float(found[1]) if found else None

    def lag() -> float | None:
        topic = topics.ingress("roster", own_parts.settings.topic_prefix)
        return said(rf'thabian_group_lag_events\{{group="intake",partition="0",topic="{topic}"\}}')

    def fails_with(look: str) -> str | None:
        lines = [line for line in map(json.loads, log.read_text().splitlines()) if line["look"] == look]
        return lines[-1].get("code") if lines else None

    watching = Installation(own_parts.settings, {**own_parts.env, **OFTEN})
    with running(watching, log, "monitor", "--metrics-port", str(closed_port)):
        until(lambda: ask(closed_port, "/readyz") == (200, "ok\n"), 60, log.read_text)
        until(lambda: said("thabian_audit_holds") == 1 and lag() == 0, 60, log.read_text)
        assert said(r'thabian_build_info\{process="monitor",version="[0-9.]+"\}') == 1
        _kill_engine(own_parts)
        until(lambda: said(r'thabian_monitor_up\{part="warehouse"\}') == 0, 60, log.read_text)
        assert ask(closed_port, "/readyz") == (503, "warehouse does not answer\n")
        assert ask(closed_port, "/healthz") == (200, "ok\n")
        _send(own_parts)
        until(lambda: lag() == 1, 60, log.read_text)
        until(lambda: fails_with("findings") == "WAREHOUSE_UNAVAILABLE", 60, log.read_text)
        assert said(r'thabian_monitor_up\{part="broker"\}') == 1
        assert fails_with("lag") is None
        own_parts.run("local", "up")
        until(lambda: said(r'thabian_monitor_up\{part="warehouse"\}') == 1, 90, log.read_text)
        until(lambda: ask(closed_port, "/readyz")[0] == 200, 60, log.read_text)
        until(lambda: fails_with("findings") is None, 60, log.read_text)


def _kill_engine(parts: Installation) -> None:
    status = json.loads(parts.run("local", "status", "--format", "json").stdout)
    (pid,) = [item["pid"] for item in status if item["name"] == "clickhouse"]
    psutil.Process(pid).send_signal(signal.SIGKILL)


def _send(parts: Installation) -> None:
    producer = open_producer(settled(parts.settings))
    topic = topics.ingress("roster", parts.settings.topic_prefix)
    producer.send(topic, message(number=1), key=SCHOOL.encode(), partition=0).get(30)
    producer.close()
