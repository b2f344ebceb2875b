"""The states a finding went through, and the events that show it."""

from snapshots import logged_events
from snapshots.logged_events import LoggedEvent
from warehouse.interface import Row, Warehouse

_STATES = """
SELECT toUnixTimestamp64Milli(findings.told_at), toString(state), day, arrayMap(one -> hex(one), evidence)
FROM findings WHERE finding_id = unhex(%(id)s) ORDER BY offset, findings.told_at LIMIT 1 BY topic, partition, offset
"""
_IDENTITIES = (
    "(school_code, event_id) IN (SELECT school_code, event_id FROM event_identities"
    " WHERE id_prefix IN %(prefixes)s AND hex(event_id) IN %(ids)s)"
)


def states(warehouse: Warehouse, finding_id: bytes) -> list[Row]:
    """(told at in ms, state, day, evidence as upper-case hex), in their order."""
    return warehouse.rows(_STATES, {"id": finding_id.hex()})


def events(warehouse: Warehouse, ids: list[str]) -> list[LoggedEvent]:
    """The events of these ids, hex, in the order of the log; of each identity the copy that counts (semantics 2.4)."""
    if not ids:
        return []
    wanted = {"prefixes": tuple({int(one[:16], 16) for one in ids}), "ids": tuple({one.upper() for one in ids})}
    first = {event.identity: event for event in reversed(logged_events.read(warehouse, _IDENTITIES, wanted))}
    return list(reversed(first.values()))
