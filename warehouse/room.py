"""How much room the warehouse has, on disk and in memory, as far as it tells."""

from dataclasses import dataclass
from typing import Final

from warehouse.interface import Warehouse

_DISKS: Final = "SELECT name, total_space, free_space FROM system.disks ORDER BY name"
_TAKEN: Final = "SELECT value FROM system.metrics WHERE metric = 'MemoryTracking'"
_LIMIT: Final = "SELECT toUInt64OrZero(value) FROM system.server_settings WHERE name = 'max_server_memory_usage'"
_ENDLESS: Final = 1 << 62
"""What object storage says of itself."""


@dataclass(frozen=True, slots=True)
class Room:
    """Bytes. `disks`: name → (total, free), those that end somewhere; memory None: it does not say, or has no limit."""

    disks: dict[str, tuple[int, int]]
    memory: int | None
    memory_limit: int | None


def room(warehouse: Warehouse) -> Room:
    """Ask it: of a cluster, the node that answers."""
    return Room(
        {name: (total, free) for name, total, free in warehouse.rows(_DISKS) if 0 < total < _ENDLESS},
        _first(warehouse, _TAKEN),
        _first(warehouse, _LIMIT) or None,
    )


def _first(warehouse: Warehouse, query: str) -> int | None:
    return next((value for (value,) in warehouse.rows(query)), None)
