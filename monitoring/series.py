"""Gauges told anew as a whole: what is no longer there is no longer said."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from prometheus_client import REGISTRY, CollectorRegistry, Gauge

Labels = tuple[str, ...]
"""Values in the order of the gauge's label names."""


@dataclass
class Series:
    """All that is said by one gauge with labels. For one thread."""

    gauge: Gauge
    _told: set[Labels] = field(default_factory=set)

    def tell(self, values: Mapping[Labels, float]) -> None:
        """These values and no others. A scrape in between sees each one old or new, never gone."""
        for labels, value in values.items():
            self.gauge.labels(*labels).set(value)
        for labels in self._told - values.keys():
            self.gauge.remove(*labels)
        self._told = set(values)


@dataclass
class Single:
    """One gauge without labels, made with `registry=None`: said while it has a value. For one thread."""

    gauge: Gauge
    registry: CollectorRegistry = REGISTRY
    _is_told: bool = False

    def tell(self, value: float | None) -> None:
        """This value; None: say nothing any more."""
        if value is not None:
            self.gauge.set(value)
        if self._is_told != (value is not None):
            (self.registry.unregister if self._is_told else self.registry.register)(self.gauge)
            self._is_told = not self._is_told
