"""docs/metrics.md: every metric."""

from prometheus_client.metrics import MetricWrapperBase

import monitoring.metrics
from thabian.reference.markdown import document, table


def page() -> str:
    """The page."""
    rows = ((f"`{item.name}`", item.type, item.labels, item.help) for item in (_Described(m) for m in _defined()))
    return document(
        "Metrics",
        "Each process serves them on `/metrics` of its `--metrics-port`.\n",
        table(("metric", "type", "labels", "help"), rows),
    )


def _defined() -> list[MetricWrapperBase]:
    return [value for value in vars(monitoring.metrics).values() if isinstance(value, MetricWrapperBase)]


class _Described:
    """What a metric says of itself."""

    def __init__(self, metric: MetricWrapperBase) -> None:
        family = next(iter(metric.describe()))
        self.name = f"{family.name}_total" if family.type == "counter" else family.name
        self.type = family.type
        self.help = family.documentation
        self.labels = ", ".join(metric._labelnames)
