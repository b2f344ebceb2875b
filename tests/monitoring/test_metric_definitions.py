"""What a metric must be: told by its name in which unit, by its help what for, and never by a school or a pupil."""

import re

import pytest
from prometheus_client import Gauge
from prometheus_client.metrics import MetricWrapperBase

import monitoring.metrics

METRICS = {value._name: value for value in vars(monitoring.metrics).values() if isinstance(value, MetricWrapperBase)}
BOUNDED = {
    "version": "releases", "process": "commands", "part": "two", "look": "eight", "group": "three", "disk": "the engine's",
    "topic": "ours and one a publisher", "partition": "declared", "outcome": "six", "code": "schemas/codes.py",
    "step": "of a batch or a round", "message": "oldest or newest", "state": "a few", "affiliation": "a code list",
    "sex": "a code list", "round": "those of the calendars that are open",
}  # fmt: skip
"""Label → why there are few of it."""
UNITS = (
    *("seconds", "bytes", "info", "events", "messages", "offsets", "partitions", "members", "schools", "pupils"),
    *("codes", "retries", "errors", "pauses", "rebalances", "findings", "letters"),
)
YES_OR_NO = {"thabian_monitor_up", "thabian_audit_holds"}


@pytest.mark.parametrize("name", METRICS)
def test_a_name_says_whose_it_is_and_what_it_counts(name):
    assert re.fullmatch(r"thabian(_[a-z]+)+", name)
    assert name in YES_OR_NO or set(name.split("_")) & set(UNITS)
    if "seconds" in name or "bytes" in name:
        assert name.endswith(("seconds", "bytes")), "the unit stands last"


@pytest.mark.parametrize("name", METRICS)
def test_help_is_a_sentence(name):
    said = METRICS[name]._documentation
    assert re.fullmatch(r"[A-Z0-9].*\.", said)
    assert name not in YES_OR_NO or said.startswith("1:")


@pytest.mark.parametrize("name", METRICS)
def test_labels_are_bounded(name):
    assert set(METRICS[name]._labelnames) <= set(BOUNDED)


def test_no_label_holds_whom_an_event_is_about():
    for label in BOUNDED:
        assert not re.search("school|pupil|person|student|name|birth|event", label)


@pytest.mark.parametrize("name", [name for name, metric in METRICS.items() if isinstance(metric, Gauge)])
def test_a_gauge_says_what_becomes_of_it_among_several_processes(name):
    """The default, `all`, would add a label with the process id, and keep what the dead have said."""
    assert METRICS[name]._multiprocess_mode.startswith("live")
