"""The dashboards are current, and every query in them is PromQL about metrics that exist."""

import json
import re

import pytest
import yaml

from monitoring.dashboards import __main__ as dashboards
from tests.monitoring.prometheus.test_rules import RECORDED
from tests.monitoring.promql import PROJECT, known, metrics_of, run

KEPT = {path.name: json.loads(path.read_text()) for path in sorted(dashboards.FOLDER.iterdir())}
COMPOSE = PROJECT / "deploy" / "compose"


def queries():
    """(dashboard, panel, PromQL) of all of them, with the interval Grafana would fill in."""
    for name, dashboard in KEPT.items():
        for panel in dashboard["panels"]:
            for target in panel.get("targets", []):
                yield name, panel["title"], target["expr"].replace("$__rate_interval", "5m")


def test_they_are_current():
    assert set(KEPT) == set(dashboards.DASHBOARDS)
    assert dashboards.stale() == [], "run `python -m monitoring.dashboards`"


def test_checking_finds_one_that_is_not(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(dashboards, "FOLDER", tmp_path)
    monkeypatch.setattr(dashboards.stale, "__defaults__", (tmp_path,))
    assert dashboards.main(["--check"]) == 1
    assert not list(tmp_path.iterdir())
    assert dashboards.main([]) == 0
    assert dashboards.main(["--check"]) == 0
    assert capsys.readouterr().err.count("not current") == len(KEPT)


def test_every_query_parses(tmp_path):
    rules = [{"record": f"q:{number}", "expr": expr} for number, (*_, expr) in enumerate(queries())]
    file = tmp_path / "queries.yaml"
    file.write_text(yaml.safe_dump({"groups": [{"name": "queries", "rules": rules}]}))
    assert f"{len(rules)} rules found" in run("promtool", "check", "rules", file)


@pytest.mark.parametrize("name", KEPT)
def test_every_query_names_metrics_that_exist(name):
    for _, panel, expr in [one for one in queries() if one[0] == name]:
        assert metrics_of(expr) <= known() | RECORDED, panel


def test_nothing_is_shown_of_a_pupil_or_a_school():
    assert not [one for one in queries() if re.search(r"school_code|person|event_id", one[2])]


def test_each_is_one_that_grafana_can_tell_apart():
    assert len({dashboard["uid"] for dashboard in KEPT.values()}) == len(KEPT)
    for dashboard in KEPT.values():
        ids = [panel["id"] for panel in dashboard["panels"]]
        assert len(set(ids)) == len(ids)
        assert {panel["datasource"]["uid"] for panel in dashboard["panels"] if "datasource" in panel} == {"prometheus"}


def test_compose_shows_them():
    provisioning = COMPOSE / "grafana" / "provisioning"
    (provider,) = yaml.safe_load((provisioning / "dashboards" / "thabian.yaml").read_text())["providers"]
    (source,) = yaml.safe_load((provisioning / "datasources" / "prometheus.yaml").read_text())["datasources"]
    volumes = yaml.safe_load((COMPOSE / "compose.yaml").read_text())["services"]["grafana"]["volumes"]
    assert f"../../monitoring/grafana:{provider['options']['path']}:ro" in volumes
    assert source["uid"] == "prometheus"
