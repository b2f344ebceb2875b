"""The example for Alertmanager: who is told at night, and what is not told beside its cause. By amtool, and by itself."""

import json
import re
import shutil
import subprocess
import time
from pathlib import Path

import pytest
import yaml

from tests.monitoring.prometheus.test_rules import ALERTS
from tests.monitoring.promql import PROJECT, run, tool

CONFIG = PROJECT / "deploy" / "compose" / "prometheus" / "alertmanager.yaml"


def test_amtool_knows_every_word():
    assert "SUCCESS" in run("amtool", "check-config", CONFIG)


@pytest.mark.parametrize("severity", ["page", "ticket"])
def test_an_alert_goes_where_its_severity_says(severity):
    said = run("amtool", "config", "routes", "test", f"--config.file={CONFIG}", f"severity={severity}", "needs=broker")
    assert said.splitlines()[0] == severity


def test_only_tickets_wait_for_the_office():
    routes = yaml.safe_load(CONFIG.read_text())["route"]["routes"]
    waits = {route["receiver"]: route.get("active_time_intervals") for route in routes}
    assert waits == {"page": None, "ticket": ["office"]}


def test_it_speaks_of_alerts_that_exist():
    assert set(re.findall(r"Thabian\w+", CONFIG.read_text())) <= set(ALERTS)


@pytest.fixture
def alertmanager(tmp_path: Path, closed_port: int):
    """Its address: one of the test's own, without peers, with the example as it is."""
    binary = shutil.which("alertmanager") or tool("prometheus-alertmanager")
    url = f"http://127.0.0.1:{closed_port}"
    process = subprocess.Popen(
        [
            *(binary, f"--config.file={CONFIG}", f"--storage.path={tmp_path}", "--cluster.listen-address="),
            f"--web.listen-address=127.0.0.1:{closed_port}",
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        until(lambda: asked(url) is not None)
        yield url
    finally:
        process.kill()
        process.wait()


def until(condition, seconds=30):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come to that"
        time.sleep(0.1)


def asked(url: str, *which: str) -> set[tuple[str, str]] | None:
    """(alert, group) of those there are; None: it does not answer."""
    command = [tool("amtool"), "alert", "query", f"--alertmanager.url={url}", "-o", "json", *which]
    done = subprocess.run(command, text=True, capture_output=True, timeout=30, check=False)
    if done.returncode:
        return None
    return {(one["labels"]["alertname"], one["labels"].get("group", "")) for one in json.loads(done.stdout)}


def raised(url: str, alert: str, **labels: str) -> None:
    labels = {**{k: v for k, v in ALERTS[alert]["labels"].items() if "{{" not in v}, **labels}
    run("amtool", "alert", "add", f"--alertmanager.url={url}", alert, *(f"{k}={v}" for k, v in labels.items()))


def test_what_follows_is_not_told_beside_its_cause(alertmanager: str) -> None:
    raised(alertmanager, "ThabianWarehouseDown")
    raised(alertmanager, "ThabianIntakeBehind", group="intake")
    raised(alertmanager, "ThabianStreamsBehind", group="streams")
    raised(alertmanager, "ThabianDeadLetters", code="FRAMING_UNKNOWN")
    told = {("ThabianWarehouseDown", ""), ("ThabianStreamsBehind", "streams"), ("ThabianDeadLetters", "")}
    until(lambda: asked(alertmanager) == told)
    assert asked(alertmanager, "--inhibited") == {("ThabianIntakeBehind", "intake")}


def test_one_reader_hides_nothing_of_another(alertmanager: str) -> None:
    raised(alertmanager, "ThabianNoProgress", group="intake", severity="page")
    for group in ("intake", "streams"):
        raised(alertmanager, "ThabianPartitionStuck", group=group, severity="page", topic="t", partition="0")
    until(lambda: asked(alertmanager) == {("ThabianNoProgress", "intake"), ("ThabianPartitionStuck", "streams")})
