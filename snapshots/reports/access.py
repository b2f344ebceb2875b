"""Who may read names, and the log of those who did. Roles and what they may see are data: reports/data/roster_roles.csv.

A role is claimed, and written down; that an actor has it is for whoever runs the command to see to.
"""

from dataclasses import astuple, dataclass, fields
from typing import Final

from schemas.errors import ThabianError
from snapshots.reports import data_files
from snapshots.reports.scope import Scope
from snapshots.table import Column, Origin, Table, TableRow
from warehouse.interface import Warehouse

ROLES: Final = {row["role"]: frozenset(row["scopes"].split()) for row in data_files.rows("roster_roles")}


@dataclass(frozen=True, slots=True)
class Access:
    """One reading of names. Time: milliseconds since 1970 UTC. Fields in the column order of name_accesses."""

    accessed_at: int
    actor: str
    role: str
    acted_by: str
    version: str
    scope: str
    list: str
    purpose: str


_NAMES: Final = tuple(item.name for item in fields(Access))


def permit(role: str, actor: str, purpose: str, scope: Scope) -> None:
    """Raises ACCESS_REFUSED unless the role may read names in that scope, and actor and purpose are told."""
    if not actor.strip() or not purpose.strip():
        raise ThabianError("ACCESS_REFUSED", "names need --actor and --purpose: they are written down", exit_code=2)
    if role not in ROLES:
        raise ThabianError("ACCESS_REFUSED", f"names need --role, one of {', '.join(ROLES)}", exit_code=2)
    kind = scope.name.partition(":")[0]
    if kind not in ROLES[role]:
        raise ThabianError("ACCESS_REFUSED", f"{role} may read names by {', '.join(sorted(ROLES[role]))}, not {kind}")


def record(warehouse: Warehouse, access: Access) -> None:
    """Write one reading down."""
    warehouse.insert("name_accesses", dict(zip(_NAMES, ([value] for value in astuple(access)), strict=True)))


def listed(warehouse: Warehouse) -> list[Access]:
    """All readings, the last first."""
    rows = warehouse.rows(
        f"SELECT toUnixTimestamp64Milli(accessed_at), {', '.join(_NAMES[1:])} FROM name_accesses"
        " ORDER BY accessed_at DESC, actor"
    )
    return [Access(*row) for row in rows]


def table(found: list[Access], times: list[str]) -> Table:
    """The log as a table; `times`: when, as people write it."""
    columns = (
        Column("accessed_at", "เมื่อ"),
        Column("actor", "ผู้อ่าน"),
        Column("role", "บทบาท"),
        Column("acted_by", "ผู้ใช้ระบบ"),
        Column("version", "ฉบับ"),
        Column("scope", "ขอบเขต"),
        Column("list", "รายการ"),
        Column("purpose", "วัตถุประสงค์"),
    )
    rows = tuple(TableRow((time, *astuple(item)[1:])) for item, time in zip(found, times, strict=True))
    return Table("access", "บันทึกการเข้าถึงรายชื่อนักเรียน", f"{len(found):,} ครั้ง", columns, rows, Origin.nowhere())
