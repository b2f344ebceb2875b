"""The questions an audit asks the warehouse. Each takes the external table `ranges`: topic, partition, low, high.

Some take `reused` as well: the places of copies of one identity, and which of them stands first in the log.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

External = Mapping[str, Mapping[str, tuple[str, Sequence[Any]]]]

TABLES: Final = {
    "change_log": "school_code, event_id, person_key, content_hash",
    "persons": "school_code, event_id, person_key",
    "event_identities": "school_code, event_id, content_hash",
}
"""Table → what all rows of one offset have in common."""

NAMED: Final = 5
"""How many offsets of each kind are named."""
_IN_RANGE: Final = "INNER JOIN ranges USING (topic, partition) WHERE offset >= low AND offset < high"


def _first(bitmap: str) -> str:
    """The first few of a bitmap; small ones are kept unsorted and are no larger than the limit."""
    return f"arraySlice(arraySort(bitmapToArray(bitmapSubsetLimit({bitmap}, 0, 64))), 1, {NAMED})"


def ranges(rows: Sequence[tuple[str, int, int, int]]) -> External:
    """Rows of (topic, partition, first offset, first offset after)."""
    names = (("topic", "String"), ("partition", "UInt16"), ("low", "UInt64"), ("high", "UInt64"))
    return {"ranges": {name: (kind, [row[at] for row in rows]) for at, (name, kind) in enumerate(names)}}


def reused(rows: Sequence[tuple[str, int, int, int]]) -> External:
    """Rows of (topic, partition, offset, 1 if it is the first copy)."""
    names = (("topic", "String"), ("partition", "UInt16"), ("offset", "UInt64"), ("is_first", "UInt8"))
    return {"reused": {name: (kind, [row[at] for row in rows]) for at, (name, kind) in enumerate(names)}}


REUSED_PLACES: Final = """
SELECT place.2, place.3, place.4, place = places[1]
FROM (
    SELECT arraySort(groupUniqArray((append_time, topic, partition, offset))) AS places FROM event_identities
    GROUP BY id_prefix, event_id, school_code HAVING length(places) > 1
)
ARRAY JOIN places AS place
"""
"""Identities were looked up and found new by two processes at once, or copies came out of order (semantics 2.4)."""

IS_REUSED: Final = "(topic, partition, offset) IN (SELECT topic, partition, offset FROM reused)"
"""A process that slept may have answered such an offset otherwise than the one that took over (docs/delivery.md)."""

_IS_LATER: Final = "(topic, partition, offset) IN (SELECT topic, partition, offset FROM reused WHERE NOT is_first)"
"""Rows of a later copy change nothing in any reader, whatever its receipt says."""

PARTITIONS: Final = "SELECT topic, partition FROM receipts GROUP BY topic, partition"

FIRST_SINCE: Final = """
SELECT topic, partition, min(offset) FROM receipts
WHERE append_time >= fromUnixTimestamp64Milli(toInt64(%(moment)s), 'UTC') GROUP BY topic, partition
"""

FIRST_RECEIPT: Final = """
SELECT if(count() = 0, toUInt64(%(begin)s), min(offset)) FROM receipts
WHERE topic = %(topic)s AND partition = %(partition)s
"""

OUTCOMES: Final = f"""
SELECT topic, partition, toString(outcome), groupBitmap(offset) FROM receipts {_IN_RANGE}
GROUP BY topic, partition, outcome
"""

OFFSETS_IN: Final = f"""
SELECT topic, partition, groupBitmap(offset), {_first("groupBitmapState(offset)")}
FROM receipts {_IN_RANGE} GROUP BY topic, partition ORDER BY topic, partition
"""

DIFFERENT_RECEIPTS: Final = f"""
SELECT topic, partition, count(), arraySlice(arraySort(groupArray(offset)), 1, {NAMED})
FROM (
    SELECT topic, partition, offset FROM receipts {_IN_RANGE} AND {{which}}
    GROUP BY topic, partition, offset HAVING uniqExact(outcome, stored, codes, school_code, event_id, first_received) > 1
)
GROUP BY topic, partition ORDER BY topic, partition
SETTINGS optimize_aggregation_in_order = 1, max_bytes_before_external_group_by = 500000000
"""

DIFFERENT_ROWS: Final = f"""
SELECT topic, partition, count(), arraySlice(arraySort(groupArray(offset)), 1, {NAMED})
FROM (
    SELECT topic, partition, offset FROM {{table}} {_IN_RANGE}
    GROUP BY topic, partition, offset HAVING uniqExact({{of}}) > 1
)
GROUP BY topic, partition ORDER BY topic, partition
SETTINGS max_bytes_before_external_group_by = 500000000
"""

AGAINST_RECEIPTS: Final = f"""
SELECT topic, partition,
       bitmapAndnotCardinality(said, there), {_first("bitmapAndnot(said, there)")},
       bitmapAndnotCardinality(counting, said), {_first("bitmapAndnot(counting, said)")}
FROM (
    SELECT topic, partition, groupBitmapStateIf(offset, side = 0) AS said, groupBitmapStateIf(offset, side > 0) AS there,
           groupBitmapStateIf(offset, side = 1) AS counting
    FROM (
        SELECT topic, partition, offset, 0 AS side FROM receipts {_IN_RANGE} AND stored = 1
        UNION ALL
        SELECT topic, partition, offset, if({_IS_LATER}, 2, 1) AS side FROM {{table}} {_IN_RANGE}
    )
    GROUP BY topic, partition
)
ORDER BY topic, partition
"""

DEAD: Final = f"""
SELECT topic, partition, offset, toUnixTimestamp64Milli(any(append_time)) FROM receipts {_IN_RANGE}
AND outcome = 'DEAD_LETTER' GROUP BY topic, partition, offset
"""

REUSED: Final = """
SELECT school_code, lower(hex(event_id)), copies, contents, count() OVER () FROM (
    SELECT school_code, event_id, uniqExact(topic, partition, offset) AS copies, uniqExact(content_hash) AS contents
    FROM event_identities GROUP BY id_prefix, event_id, school_code HAVING copies > 1
)
ORDER BY contents DESC, school_code, event_id LIMIT 20
"""
