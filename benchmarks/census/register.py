"""A register as large as the country's, made by the engine itself: pupils who do not exist, events straight into change_log.

Of 30 events seven are entries of 2564, seven decisions at its end, seven changes of room in 2565, four corrections, and five
what else happens: moves, dropouts, voids, replacements, replaced numbers. Then, above the first cut, what 1 % of the schools
sent later.
"""

import hashlib
from dataclasses import dataclass
from typing import Final

from benchmarks.stage import new_settings
from thabian.clock import now_ms
from thabian.connections import open_warehouse
from warehouse import migrate
from warehouse.clickhouse import ClickHouseWarehouse

SCHOOLS: Final = 10_000
PARTITIONS: Final = 6
TOPIC: Final = "student-changes.bench"
BLOCK: Final = 2_000_000
SEALED: Final = (
    *("census_versions", "census_cuts", "census_slices", "census_rows", "census_runs"),
    *("census_identities", "census_identity_ends"),
)

_COLUMNS: Final = (
    "school_code, person_key, academic_year, effective_date, recorded_at, act, event_id, replaces, voids, new_person_key,"
    " given, grade, room, student_number, sex, birth_key, disadvantage, disability, boarding, reason, other_school,"
    " topic, partition, offset, append_time"
)
_EVENTS: Final = f"""
INSERT INTO change_log ({_COLUMNS})
WITH
    %(at)s + number AS at,
    %(pupil)s + number AS pupil,
    sipHash64(pupil, %(kind)s) AS chance,
    1000000000 + pupil %% {SCHOOLS} AS home,
    sipHash128(pupil) AS person,
    {{act}} AS kind,
    leftPad(toString(4 + intDiv(pupil, {SCHOOLS}) %% 12), 2, '0') AS first_grade,
    leftPad(toString(5 + intDiv(pupil, {SCHOOLS}) %% 12), 2, '0') AS next_grade,
    kind = 'enrolled' OR kind = 'in' AS is_entry
SELECT
    if(kind = 'in', 1000000000 + (pupil + 7) %% {SCHOOLS}, home), person,
    {{year}}, {{day}}, 1650000000000 + at, kind, sipHash128(pupil, %(kind)s),
    if(kind = 'changed' AND chance %% 100 = 0, sipHash128(pupil, 2), toFixedString('', 16)),
    if(kind = 'void', sipHash128(pupil, 3), toFixedString('', 16)),
    if(kind = 'identity', sipHash128(pupil, 'new'), toFixedString('', 16)),
    multiIf(is_entry, 255, kind = 'promoted', 1, kind = 'changed', 6, kind = 'mended', 96, 0),
    multiIf(is_entry, first_grade, kind = 'promoted', next_grade, ''),
    if(is_entry OR kind = 'changed', toString(1 + chance %% 9), ''),
    if(is_entry OR kind = 'changed', toString(1 + chance %% 45), ''),
    if(is_entry, if(pupil %% 2 = 0, 'M', 'F'), ''), if(is_entry, sipHash64(pupil, 'birth'), 0),
    if(is_entry OR kind = 'mended', ['', 'POOR'][1 + chance %% 2], ''), if(kind = 'mended' AND chance %% 50 = 0, '5', ''),
    if(is_entry AND chance %% 70 = 0, 'DORMITORY', ''),
    multiIf(kind = 'dropped', toString(1 + chance %% 9), is_entry, 'OPENING', ''), if(kind = 'out', home + 7, 0),
    '{TOPIC}', at %% {PARTITIONS}, intDiv(at, {PARTITIONS}), 1650000000000 + at
FROM numbers(%(count)s)
"""
_OTHER: Final = (
    "multiIf(chance %% 1000 < 60, 'out', chance %% 1000 < 110, 'in', chance %% 1000 < 140, 'dropped',"
    " chance %% 1000 < 141, 'died', chance %% 1000 < 150, 'void', chance %% 1000 < 154, 'identity', 'changed')"
)


@dataclass(frozen=True, slots=True)
class _Pass:
    """One event for each of so many sevenths of the pupils."""

    act: str
    year: int
    day: str
    sevenths: int = 7


_PASSES: Final = (
    _Pass("'enrolled'", 2564, "toDate('2021-05-17')"),
    _Pass("'promoted'", 2564, "toDate('2022-03-31')"),
    _Pass("'changed'", 2565, "toDate('2022-05-16') + chance %% 20"),
    _Pass("'mended'", 2565, "toDate('2022-05-16') + chance %% 20", 4),
    _Pass(_OTHER, 2565, "toDate('2022-05-20') + chance %% 200", 5),
)
_RECEIPTS: Final = """
INSERT INTO receipts (topic, partition, offset, append_time, outcome, stored, kind, school_code, event_id)
SELECT topic, partition, offset, append_time, 'ACCEPTED', 1, 'StudentEnrolled', school_code, event_id FROM change_log
"""


def opened(events: int) -> ClickHouseWarehouse:
    """The register of so many events; made once and kept while the tables stay what they are."""
    name = f"thabian_bench_census_{events}_{_tables_digest()}"
    settings = new_settings("census")
    server = open_warehouse(settings, database="default")
    server.execute(f"CREATE DATABASE IF NOT EXISTS {name}")
    server.close()
    warehouse = open_warehouse(settings, database=name)
    for migration in migrate.pending(warehouse):
        migrate.apply(warehouse, migration, now_ms=now_ms())
    if warehouse.rows("SELECT count() FROM receipts")[0][0] < events:
        _fill(warehouse, events)
    for table in SEALED:
        warehouse.execute(f"TRUNCATE TABLE {table}")
    return warehouse


def _tables_digest() -> str:
    return hashlib.sha256("".join(migration.digest for migration in migrate.available()).encode()).hexdigest()[:8]


def cut(events: int) -> dict[tuple[str, int], int]:
    """The vector below which the first so many events lie."""
    return {(TOPIC, part): (events - part + PARTITIONS - 1) // PARTITIONS for part in range(PARTITIONS)}


def later(events: int) -> int:
    """How many events 1 % of the schools sent after the first cut."""
    return events // 3000


def _fill(warehouse: ClickHouseWarehouse, events: int) -> None:
    for table in ("change_log", "receipts"):
        warehouse.execute(f"TRUNCATE TABLE {table}")
    at = 0
    for number, each in enumerate(_PASSES):
        pupils = events * each.sevenths // 30
        for first in range(0, pupils, BLOCK):
            count = min(BLOCK, pupils - first)
            _insert(warehouse, each, number + 1, at, first, count)
            at += count
    warehouse.execute("OPTIMIZE TABLE change_log FINAL")
    _send_later(warehouse, events)
    warehouse.execute(_RECEIPTS)
    warehouse.execute("OPTIMIZE TABLE receipts FINAL")  # intake writes them in the order of offsets, not of schools


def _insert(warehouse: ClickHouseWarehouse, each: _Pass, kind: int, at: int, first: int, count: int) -> None:
    statement = _EVENTS.format(act=each.act, year=each.year, day=each.day)
    warehouse.execute(statement, {"at": at, "pupil": first, "kind": kind, "count": count})


def _send_later(warehouse: ClickHouseWarehouse, events: int) -> None:
    """Changes of room of some pupils of every hundredth school."""
    late = _Pass("'changed'", 2565, "toDate('2022-06-01')")
    statement = _EVENTS.format(act=late.act, year=late.year, day=late.day).replace(
        "%(pupil)s + number AS pupil",
        f"intDiv(number, {SCHOOLS // 100}) * {SCHOOLS} + number %% {SCHOOLS // 100} * 100 AS pupil",
    )
    warehouse.execute(statement, {"at": events, "kind": 6, "count": later(events)})
