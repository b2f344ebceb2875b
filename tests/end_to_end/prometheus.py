"""A real Prometheus of the test's own, with the configuration of deploy/compose and the rules of monitoring/, made quick."""

import contextlib
import json
import re
import subprocess
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from monitoring import rules
from tests.faults.waiting import until
from tests.monitoring.promql import PROJECT, tool

CONFIG = PROJECT / "deploy" / "compose" / "prometheus" / "prometheus.yaml"
WINDOW = "1m"
"""What Grafana would fill in for its interval."""


def quickened(text: str) -> str:
    """Rules that wait a second for every minute they would wait (`for`); nothing else is changed."""
    return re.sub(r"(?m)^(\s+for: \d+)([mh])$", lambda found: found[1] + {"m": "s", "h": "m"}[found[2]], text)


@dataclass(frozen=True)
class Prometheus:
    """Where it answers."""

    port: int

    def ask(self, query: str) -> list[tuple[dict[str, str], float]]:
        """(labels, value) of each series a query gives now."""
        found = self._get("query", query=query)["result"]
        return [(one["metric"], float(one["value"][1])) for one in found]

    def targets(self) -> dict[str, str]:
        """Service → health of its target."""
        return {one["labels"]["service"]: one["health"] for one in self._get("targets")["activeTargets"]}

    def alerts(self, state: str) -> set[str]:
        """Names of those that are `pending` or `firing`."""
        return {one["labels"]["alertname"] for one in self._get("alerts")["alerts"] if one["state"] == state}

    def answers(self) -> bool:
        """Whether it is ready."""
        with contextlib.suppress(OSError):
            urllib.request.urlopen(f"http://127.0.0.1:{self.port}/-/ready", timeout=5).close()
            return True
        return False

    def _get(self, what: str, **parameters: str) -> Any:
        url = f"http://127.0.0.1:{self.port}/api/v1/{what}?{urllib.parse.urlencode(parameters)}"
        with urllib.request.urlopen(url, timeout=30) as said:
            return json.load(said)["data"]


@contextlib.contextmanager
def prometheus(folder: Path, port: int, targets: Mapping[str, int]) -> Iterator[Prometheus]:
    """Scrape these services (name → port) every second, with the labels compose gives them."""
    folder.mkdir()
    for name, text in rules.files():
        (folder / name).write_text(quickened(text))
    (folder / "prometheus.yaml").write_text(yaml.safe_dump(_config(folder, targets)))
    command = [
        *(tool("prometheus"), f"--config.file={folder / 'prometheus.yaml'}", f"--storage.tsdb.path={folder / 'data'}"),
        f"--web.listen-address=127.0.0.1:{port}",
    ]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        made = Prometheus(port)
        until(lambda: process.poll() is not None or made.answers(), "Prometheus")
        assert process.poll() is None, (folder / "log").read_text()
        yield made
    finally:
        process.terminate()
        process.wait(30)


def _config(folder: Path, targets: Mapping[str, int]) -> dict[str, Any]:
    config: dict[str, Any] = yaml.safe_load(CONFIG.read_text())
    config["global"] = {"scrape_interval": "1s", "evaluation_interval": "1s"}
    config["rule_files"] = [str(folder / Path(pattern).name) for pattern in config["rule_files"]]
    del config["alerting"]
    (ours, _clickhouse) = config["scrape_configs"]
    for one in ours["static_configs"]:
        one["targets"] = [f"127.0.0.1:{targets[one['labels']['service']]}"]
    config["scrape_configs"] = [ours]
    return config
