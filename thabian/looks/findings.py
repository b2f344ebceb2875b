"""Findings that are not settled."""

from contextlib import closing
from dataclasses import dataclass, field
from typing import ClassVar, Final

from monitoring import metrics
from monitoring.series import Labels, Series
from snapshots.findings_register import counts
from snapshots.findings_register.standing import Filter
from thabian.connections import open_warehouse
from thabian.settings import Settings

_SETTLED: Final = "resolved"


@dataclass
class FindingsLook:
    """(code, state) → findings, as `thabian findings counts` counts them, without those that are settled."""

    settings: Settings
    name: ClassVar[str] = "findings"
    _standing: Series = field(default_factory=lambda: Series(metrics.FINDINGS_STANDING))

    def read(self) -> dict[Labels, float]:
        """Ask the warehouse."""
        with closing(open_warehouse(self.settings)) as warehouse:
            rows = counts.by_code(warehouse, Filter())
        return {(code, state.upper()): count for code, state, count in rows if state != _SETTLED}

    def tell(self, found: dict[Labels, float]) -> None:
        """By code and state."""
        self._standing.tell(found)
