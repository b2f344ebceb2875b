"""Room in the warehouse."""

from contextlib import closing
from dataclasses import dataclass, field
from typing import ClassVar

from monitoring import metrics
from monitoring.series import Series, Single
from thabian.connections import open_warehouse
from thabian.settings import Settings
from warehouse.room import Room, room


@dataclass
class DiskLook:
    """Disks and memory."""

    settings: Settings
    name: ClassVar[str] = "disk"
    _free: Series = field(default_factory=lambda: Series(metrics.DISK_FREE_BYTES))
    _total: Series = field(default_factory=lambda: Series(metrics.DISK_TOTAL_BYTES))
    _memory: Single = field(default_factory=lambda: Single(metrics.MEMORY_BYTES))
    _limit: Single = field(default_factory=lambda: Single(metrics.MEMORY_LIMIT_BYTES))

    def read(self) -> Room:
        """Ask the warehouse."""
        with closing(open_warehouse(self.settings)) as warehouse:
            return room(warehouse)

    def tell(self, found: Room) -> None:
        """Bytes."""
        self._total.tell({(name,): total for name, (total, _) in found.disks.items()})
        self._free.tell({(name,): free for name, (_, free) in found.disks.items()})
        self._memory.tell(found.memory)
        self._limit.tell(found.memory_limit)
