"""The few kinds of panel the dashboards are made of. A query is (PromQL, legend)."""

import itertools
from collections.abc import Iterable
from typing import Final, NamedTuple

from grafana_foundation_sdk.builders import bargauge, dashboard, prometheus, stat, timeseries
from grafana_foundation_sdk.models.common import BigValueColorMode, VizOrientation
from grafana_foundation_sdk.models.dashboard import DashboardCursorSync, DataSourceRef, Threshold, ThresholdsMode

Query = tuple[str, str]
Panel = timeseries.Panel | stat.Panel | bargauge.Panel

SOURCE: Final = DataSourceRef(type_val="prometheus", uid="prometheus")
"""As deploy/compose provisions it."""
_WIDTH: Final = 24


class Row(NamedTuple):
    """Panels side by side, under a title."""

    title: str
    panels: tuple[Panel, ...]


def made(uid: str, title: str, description: str, rows: Iterable[Row], *, since: str = "now-6h") -> dashboard.Dashboard:
    """A dashboard of rows; panels of a row share its width."""
    found = (
        dashboard.Dashboard(title)
        .uid(uid)
        .description(description)
        .tags(["thabian"])
        .time(since, "now")
        .refresh("30s")
        .timezone("Asia/Bangkok")
        .tooltip(DashboardCursorSync.CROSSHAIR)
        .readonly()
    )
    numbers = itertools.count(1)
    for row in rows:
        found = found.with_row(dashboard.Row(row.title).id(next(numbers)))
        for panel in row.panels:
            found = found.with_panel(panel.id(next(numbers)).span(_WIDTH // len(row.panels)).height(8))
    return found


def lines(title: str, unit: str, *queries: Query, says: str = "") -> timeseries.Panel:
    """Over time."""
    panel = timeseries.Panel().title(title).description(says).unit(unit).datasource(SOURCE).min(0)
    for query in _targets(queries):
        panel = panel.with_target(query)
    return panel


def number(title: str, unit: str, *queries: Query, says: str = "", red: float | None = None) -> stat.Panel:
    """What it is now. `red`: from there on it is bad."""
    panel = stat.Panel().title(title).description(says).unit(unit).datasource(SOURCE)
    panel = panel.color_mode(BigValueColorMode.VALUE).thresholds(_thresholds(red))
    for query in _targets(queries):
        panel = panel.with_target(query.instant())
    return panel


def state(title: str, *queries: Query, says: str = "") -> stat.Panel:
    """1 is well, 0 is not."""
    steps = [Threshold(value=None, color="red"), Threshold(value=1, color="green")]
    thresholds = dashboard.ThresholdsConfig().mode(ThresholdsMode.ABSOLUTE).steps(steps)
    return number(title, "bool_yes_no", *queries, says=says).thresholds(thresholds)


def bars(title: str, unit: str, *queries: Query, says: str = "") -> bargauge.Panel:
    """What it is now, for each of a few."""
    panel = bargauge.Panel().title(title).description(says).unit(unit).datasource(SOURCE).min(0)
    panel = panel.orientation(VizOrientation.HORIZONTAL).thresholds(_thresholds(None))
    for query in _targets(queries):
        panel = panel.with_target(query.instant())
    return panel


def quantile(q: float, histogram: str, *by: str) -> str:
    """PromQL of a quantile over the interval shown."""
    return f"histogram_quantile({q}, sum by ({', '.join(('le', *by))}) (rate({histogram}_bucket[$__rate_interval])))"


def _targets(queries: Iterable[Query]) -> list[prometheus.Dataquery]:
    return [
        prometheus.Dataquery().expr(expr).legend_format(legend).ref_id(chr(ord("A") + number))
        for number, (expr, legend) in enumerate(queries)
    ]


def _thresholds(red: float | None) -> dashboard.ThresholdsConfig:
    steps = [Threshold(value=None, color="green")]
    if red is not None:
        steps.append(Threshold(value=red, color="red"))
    return dashboard.ThresholdsConfig().mode(ThresholdsMode.ABSOLUTE).steps(steps)
