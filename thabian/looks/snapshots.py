"""What is sealed, and what should be."""

from contextlib import closing
from dataclasses import dataclass, field
from typing import ClassVar

from monitoring import metrics
from monitoring.series import Series
from snapshots.sealed import Seals, seals
from thabian import rehearsal
from thabian.connections import open_warehouse
from thabian.settings import Settings


@dataclass
class SnapshotsLook:
    """By the clock rounds are walked by."""

    settings: Settings
    name: ClassVar[str] = "snapshots"
    _sealed: Series = field(default_factory=lambda: Series(metrics.SNAPSHOT_SEALED_SECONDS))
    _took: Series = field(default_factory=lambda: Series(metrics.SNAPSHOT_SEAL_SECONDS))
    _overdue: Series = field(default_factory=lambda: Series(metrics.SNAPSHOT_OVERDUE_SECONDS))

    def read(self) -> Seals:
        """Ask the warehouse."""
        with closing(open_warehouse(self.settings)) as warehouse:
            return seals(warehouse, rehearsal.now_ms(self.settings))

    def tell(self, found: Seals) -> None:
        """By round."""
        self._sealed.tell({(one.round,): one.sealed_at / 1000 for one in found.newest})
        self._took.tell({(one.round,): one.took_ms / 1000 for one in found.newest if one.took_ms is not None})
        self._overdue.tell({(name,): late / 1000 for name, late in found.overdue.items()})
