"""A metric that is declared and never set says less than none."""

import re
from pathlib import Path

import pytest
from prometheus_client.metrics import MetricWrapperBase

import monitoring.metrics

PROJECT = Path(__file__).parent.parent.parent
CODE = "\n".join(
    path.read_text(encoding="utf-8")
    for package in ("consumers", "snapshots", "streams", "gateway", "thabian")
    for path in sorted((PROJECT / package).rglob("*.py"))
)
NAMES = sorted(name for name, value in vars(monitoring.metrics).items() if isinstance(value, MetricWrapperBase))


@pytest.mark.parametrize("name", NAMES)
def test_a_metric_is_used_by_running_code(name):
    assert re.search(rf"\bmetrics\.{name}\b", CODE)
