"""A gauge that is told anew says nothing of what is gone, and nothing before it was told."""

import subprocess
import sys
from typing import Final

from prometheus_client import CollectorRegistry, Gauge

from monitoring.series import Series, Single
from tests.conftest import PROJECT


def test_what_is_gone_is_no_longer_said():
    registry = CollectorRegistry()
    series = Series(Gauge("a", "A.", ["one", "two"], registry=registry))
    series.tell({("x", "1"): 1, ("y", "1"): 2})
    series.tell({("y", "1"): 3})
    assert registry.get_sample_value("a", {"one": "x", "two": "1"}) is None
    assert registry.get_sample_value("a", {"one": "y", "two": "1"}) == 3


def test_one_value_is_said_while_there_is_one():
    registry = CollectorRegistry()
    single = Single(Gauge("b", "B.", registry=None), registry)
    assert registry.get_sample_value("b") is None
    for value in (0, 5):
        single.tell(value)
        assert registry.get_sample_value("b") == value
    for value in (None, None):
        single.tell(value)
        assert registry.get_sample_value("b") is None


SAID: Final = """
import monitoring.metrics
from prometheus_client import REGISTRY, generate_latest
print(generate_latest(REGISTRY).decode())
"""


def test_a_process_that_is_no_monitor_says_nothing_of_the_audit():
    """An alert on 0 would be raised by every other process. A fresh one: others of this session may be monitors."""
    said = subprocess.run([sys.executable, "-c", SAID], cwd=PROJECT, text=True, capture_output=True, check=True).stdout
    assert "thabian_intake_events_total" in said
    values = [line for line in said.splitlines() if line.startswith(("thabian_audit", "thabian_warehouse"))]
    assert values == []
