"""The rules through promtool, and held against the metrics there are, their tests, the runbooks and the chart's copy."""

import re

import pytest
import yaml

from monitoring import rules
from tests.monitoring.promql import FOREIGN, PROJECT, known, metrics_of, run

FILES = sorted(rules.RULES.glob("*.rules.yaml"))
TESTS = sorted((PROJECT / "tests" / "monitoring" / "prometheus").glob("*.test.yaml"))
RUNBOOKS = PROJECT / "docs" / "runbooks"


def every():
    return [one for path in FILES for group in yaml.safe_load(path.read_text())["groups"] for one in group["rules"]]


ALERTS = {one["alert"]: one for one in every() if "alert" in one}
RECORDED = {one["record"] for one in every() if "record" in one}


def test_promtool_knows_every_rule():
    assert run("promtool", "check", "rules", *FILES).count("SUCCESS") == len(FILES)


@pytest.mark.parametrize("path", TESTS, ids=lambda path: path.name)
def test_alerts_fire_and_stay_quiet(path):
    assert "SUCCESS" in run("promtool", "test", "rules", path)


@pytest.mark.parametrize("path", TESTS, ids=lambda path: path.name)
def test_groups_are_taken_in_the_order_they_stand_in(path):
    """promtool takes groups in any order unless told: an alert saw figures one look old in one run of ten."""
    asked = yaml.safe_load(path.read_text())
    files = [yaml.safe_load((path.parent / one).read_text()) for one in asked["rule_files"]]
    stand = [group["name"] for one in files for group in one["groups"]]
    assert stand == asked.get("group_eval_order", stand[:1])


def test_every_alert_is_seen_to_fire_and_to_stay_quiet():
    names = [one["name"] for path in TESTS for one in yaml.safe_load(path.read_text())["tests"]]
    for alert in ALERTS:
        assert any(name.startswith(f"{alert} fires") for name in names), alert
        assert any(name.startswith(f"{alert} stays quiet") for name in names), alert


def test_every_metric_is_one_that_is_exposed():
    for one in every():
        missing = metrics_of(one["expr"]) - known() - RECORDED
        assert not missing, (one.get("alert") or one["record"], missing)


def test_what_a_rule_records_is_used_or_said_to_be_shown():
    used = set().union(*(metrics_of(one["expr"]) for one in every()))
    assert used >= RECORDED


def test_no_rule_names_a_pupil_or_a_school():
    for one in every():
        assert not re.search(r"school_code|person|event_id", one["expr"])


@pytest.mark.parametrize("alert", ALERTS)
def test_an_alert_says_what_who_and_where_to_read(alert):
    rule = ALERTS[alert]
    assert set(rule["annotations"]) == {"summary", "description", "runbook_url"}
    assert rule["annotations"]["runbook_url"] == f"{rules.RUNBOOKS}/{alert}.md"
    assert set(re.findall(r"\bpage\b|\bticket\b", rule["labels"]["severity"])) <= {"page", "ticket"}
    assert set(rule["labels"].get("needs", "broker").split()) <= {"broker", "warehouse"}
    assert rule["for"]


def test_the_charts_copy_is_equal():
    copies = {path.name: path.read_text() for path in rules.CHART.glob("*.rules.yaml")}
    assert copies == dict(rules.files()), "run `python -m monitoring.rules`"


def test_runbooks_may_stand_elsewhere(tmp_path):
    (tmp_path / "old.rules.yaml").write_text("groups: []\n")
    rules.main(["--runbooks", "https://wiki.example/runbooks/", "-o", str(tmp_path)])
    assert {path.name for path in tmp_path.iterdir()} == {path.name for path in FILES}
    written = "".join(path.read_text() for path in tmp_path.iterdir())
    assert written.count("runbook_url: https://wiki.example/runbooks/Thabian") == len(ALERTS)
    run("promtool", "check", "rules", *tmp_path.iterdir())


def test_a_query_gives_up_its_metrics():
    query = 'sum by (job) (rate(a_total{x="b_total"}[5m])) / on (job) group_left (y) c:d:sum > 2e9 or vector(0) and up'
    assert metrics_of(query) == {"a_total", "c:d:sum", "up"}
    assert known() >= FOREIGN
