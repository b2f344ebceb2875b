"""Acts in the warehouse. An act is stored before it is sent: what was stored and not marked as sent is sent again, so
that a crash between the two loses nothing, and register.rounds may repeat an act but never miss one.
"""

from collections.abc import Callable, Sequence
from typing import Any, Final

from snapshots.rounds import rules
from snapshots.rounds.act import Act, encode
from warehouse.interface import Columns, Row, Warehouse

Send = Callable[[Sequence[tuple[str, bytes]]], Sequence[bool]]
"""Sends messages, given as (key, value), and says of each whether it was taken."""

_TIMES: Final = ("acted_at", "begins_at", "ends_at")
_NAMES: Final = tuple(name for name in Act.__slots__)
_SELECT: Final = ", ".join(
    f"toUnixTimestamp64Milli({name})"
    if name in _TIMES
    else "arrayZip(schools, checksums)"
    if name == "schools"
    else name
    for name in _NAMES
)
_UNSENT: Final = "event_id NOT IN (SELECT event_id FROM round_events_sent)"


def acts(warehouse: Warehouse, round_name: str) -> list[Act]:
    """The acts of a round, in their order."""
    return _read(warehouse, "round = %(round)s", {"round": round_name})


def acts_about(warehouse: Warehouse, round_name: str, schools: Sequence[int]) -> list[Act]:
    """Those that the state of the round and of these schools follows from: on the last day schools certify by the minute,
    and none should have to read what all the others did.
    """
    condition = "round = %(round)s AND (hasAny(schools, %(schools)s) OR act IN %(acts)s)"
    return _read(warehouse, condition, {"round": round_name, "schools": list(schools), "acts": rules.acts_of("round")})


def last(warehouse: Warehouse, round_name: str) -> int:
    """When the last act of a round was done, in ms since 1970 UTC; 0: there is none."""
    query = "SELECT toUnixTimestamp64Milli(max(acted_at)) FROM round_events WHERE round = %(round)s"
    return int(warehouse.rows(query, {"round": round_name})[0][0])


def unsent(warehouse: Warehouse) -> list[Act]:
    """Acts of any round that are not marked as sent."""
    return _read(warehouse, _UNSENT, {})


def store(warehouse: Warehouse, act: Act) -> None:
    """Keep an act. Storing it again changes nothing."""
    columns: Columns = {name: [getattr(act, name)] for name in _NAMES if name != "schools"} | {
        "schools": [[code for code, _ in act.schools]],
        "checksums": [[checksum for _, checksum in act.schools]],
        "windows": [list(act.windows)],
    }
    warehouse.insert("round_events", columns, token=f"act-{act.event_id.hex()}")


def send_pending(warehouse: Warehouse, send: Send, now_ms: int) -> tuple[int, int]:
    """Send what is stored and not marked as sent, in order: (sent, left)."""
    waiting = unsent(warehouse)
    if not waiting:
        return 0, 0
    taken = send([(act.round, encode(act)) for act in waiting])
    sent = [act.event_id for act, was_taken in zip(waiting, taken, strict=True) if was_taken]
    if sent:
        warehouse.insert("round_events_sent", {"event_id": sent, "sent_at": [now_ms] * len(sent)})
    return len(sent), len(waiting) - len(sent)


def _read(warehouse: Warehouse, condition: str, parameters: dict[str, Any]) -> list[Act]:
    query = f"SELECT {_SELECT} FROM round_events WHERE {condition} ORDER BY acted_at, event_id LIMIT 1 BY event_id"
    return [_act(row) for row in warehouse.rows(query, parameters)]


def _act(row: Row) -> Act:
    given = dict(zip(_NAMES, row, strict=True))
    given["schools"] = tuple((code, checksum) for code, checksum in given["schools"])
    given["windows"] = tuple(given["windows"])
    return Act(**given)
