"""What the tests of rules and dashboards share: Prometheus' own tools, and the metrics a query names."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from prometheus_client.metrics import MetricWrapperBase

import monitoring.metrics

PROJECT = Path(__file__).parents[2]
FOREIGN = {
    "up",
    "ALERTS",
    "process_resident_memory_bytes",
    "process_cpu_seconds_total",
    "process_open_fds",
    "scrape_duration_seconds",
}
"""Metrics that are not of monitoring/metrics.py: Prometheus' own, and those every process of prometheus-client has."""

_KEYWORDS = {"and", "or", "unless", "bool", "offset", "inf", "nan", "vector"}
_NOT_METRICS = (
    r'"[^"]*"|' + r"'[^']*'",
    r"\{[^}]*\}",
    r"\[[^\]]*\]",
    r"\b(?:by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)",
    r"\b[a-z_0-9]+\s*(?=\()",
    r"\b\d[\w.]*",
)


def tool(name: str) -> str:
    """The path of one of Prometheus' programs; the test is skipped where it is not installed."""
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed (Debian: apt-get install prometheus prometheus-alertmanager)")
    return found


def run(name: str, *arguments: object, cwd: Path = PROJECT) -> str:
    """Run one of them; what it says. AssertionError if it ends otherwise than well."""
    done = subprocess.run(
        [tool(name), *map(str, arguments)], cwd=cwd, text=True, capture_output=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def metrics_of(query: str) -> set[str]:
    """Names of the metrics and recorded series in a query."""
    for pattern in _NOT_METRICS:
        query = re.sub(pattern, " ", query)
    return set(re.findall(r"[a-zA-Z_:][\w:]*", query)) - _KEYWORDS


def known() -> set[str]:
    """Every series a scrape of our processes can give."""
    defined = [value for value in vars(monitoring.metrics).values() if isinstance(value, MetricWrapperBase)]
    return {name for metric in defined for name in _series(metric)} | FOREIGN


def _series(metric: MetricWrapperBase) -> set[str]:
    family = next(iter(metric.describe()))
    endings = {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count")}.get(family.type, ("",))
    return {family.name + ending for ending in endings}
