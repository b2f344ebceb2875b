"""What dead runs left behind: rows, slices and numbers of seals that were killed, which no version names."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from warehouse.interface import Warehouse

_TABLES: Final = ("census_rows", "census_slices", "census_identities", "census_identity_ends", "census_runs")
_HELD: Final = """
SELECT run FROM census_versions
UNION DISTINCT
SELECT run FROM census_runs WHERE started_at >= fromUnixTimestamp64Milli(toInt64(%(younger_than)s))
"""
_DEAD: Final = f"""
SELECT run, count() FROM census_rows
WHERE run NOT IN (
    SELECT run FROM ({_HELD})
    UNION DISTINCT
    SELECT folded_by FROM census_slices WHERE run IN (SELECT run FROM ({_HELD}))
)
GROUP BY run
UNION ALL
SELECT DISTINCT run, 0 FROM census_runs
WHERE run NOT IN (SELECT run FROM census_rows) AND run NOT IN (SELECT run FROM ({_HELD}))
ORDER BY run
"""


@dataclass(frozen=True, slots=True)
class DeadRun:
    """A run that no version names, and how many rows it left."""

    run: int
    rows: int


def dead_runs(warehouse: Warehouse, younger_than_ms: int) -> list[DeadRun]:
    """Runs that no version, and no run begun at or after `younger_than_ms` (ms since 1970 UTC), has anything of.

    A run at work has no version yet either: that is why the young ones are left alone, and what they took up.
    """
    rows = warehouse.rows(_DEAD, {"younger_than": younger_than_ms})
    return [DeadRun(run, count) for run, count in rows]


def remove(warehouse: Warehouse, runs: Iterable[DeadRun]) -> None:
    """Delete all they left. What a killed clean has not deleted the next one finds again."""
    codes = [item.run for item in runs]
    if not codes:
        return
    for table in _TABLES:
        warehouse.execute(
            f"ALTER TABLE {table} DELETE WHERE run IN %(runs)s", {"runs": codes}, settings={"mutations_sync": 1}
        )
