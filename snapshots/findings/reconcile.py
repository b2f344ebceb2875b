"""What the stream found beside what SQL finds at the same events and day (semantics 7): nothing may differ."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from snapshots.findings import rules, standing
from snapshots.findings.found import Found
from snapshots.log_ends import Cut
from warehouse.interface import Warehouse

_STORED: Final = "SELECT topic, partition, max(offset) + 1 FROM receipts GROUP BY topic, partition"


@dataclass(frozen=True, slots=True)
class Reconciled:
    """missing: SQL alone finds it; surplus: the stream alone does. By finding_id. equal: how many agree, by code."""

    missing: Mapping[bytes, Found]
    surplus: Mapping[bytes, Found]
    equal: Mapping[str, int]

    @property
    def holds(self) -> bool:
        """Whether nothing differs."""
        return not self.missing and not self.surplus


def stored_so_far(warehouse: Warehouse) -> Cut:
    """The vector of everything stored: per partition the first offset after the last receipt."""
    return {(topic, partition): end for topic, partition, end in warehouse.rows(_STORED)}


def reconcile(
    warehouse: Warehouse, cut: Cut, day: date, grace_days: int, codes: Collection[str] = rules.CODES
) -> Reconciled:
    """Compare, for the codes the stream is responsible for, what is open in SQL with what the warehouse was told is open."""
    told = standing.open_now(warehouse, codes)
    found = {one.finding_id: one for one in rules.open_findings(warehouse, cut, day, grace_days, codes)}
    return Reconciled(
        missing={name: one for name, one in found.items() if name not in told},
        surplus={name: one for name, one in sorted(told.items()) if name not in found},
        equal=Counter(one.code for name, one in found.items() if name in told),
    )
