"""Pupils on the rolls of two schools or more, and what is known about it (semantics 6.2; domain 3.6).

A line per pair of a school in scope and another school, wherever that one is: within one affiliation the school has to act,
across affiliations the provincial office does. Two schools in scope have a line each for their pair, so that each finds it;
the total counts it once. `blocking`: some school has reported the pupil dead (`StudentDied` closes its own school alone).
How the findings between the two stand is today's state. Beside the pairs: roll, distinct persons and duplicated, which a
version reports side by side.
"""

from collections import Counter
from dataclasses import dataclass
from typing import Any, Final

from snapshots import versions
from snapshots.findings_register.counts import states_between
from snapshots.fold import Fold
from snapshots.reports.scope import ROWS, Scope, known_schools
from snapshots.table import Column, RowKind, Table, TableRow
from warehouse.interface import Warehouse

_FOUND_AS: Final = ("ACTIVE_AT_TWO_SCHOOLS", "ACTIVE_AT_TWO_AFFILIATIONS")
_STATES: Final = {"open": "ยังไม่มีผู้ตรวจ", "confirmed": "ตรวจแล้ว: ซ้ำจริง", "dismissed": "ตรวจแล้ว: ไม่ต้องแก้"}
"""How findings stand, as columns: today, not at the version's cut; nothing where no findings are stored."""

NAME: Final = "duplicates"
TITLE: Final = "นักเรียนซ้ำซ้อน: อยู่ในทะเบียนมากกว่าหนึ่งโรงเรียน"

_EVERYWHERE: Final = ROWS.replace("%(first_school)s", "0").replace("%(last_school)s", str(2**64 - 1))
_PAIRS: Final = """
SELECT here.school_code, there.school_code, count(), countIf(person_key IN (SELECT person FROM died))
FROM ({rows}) AS here
INNER JOIN (SELECT person_key, school_code FROM ({all_rows}) WHERE person_key IN ({doubled})) AS there USING person_key
WHERE here.school_code != there.school_code AND person_key IN ({doubled})
GROUP BY here.school_code, there.school_code
ORDER BY here.school_code, there.school_code
"""
DOUBLED: Final = """
SELECT person_key FROM ({all_rows}) WHERE person_key IN (SELECT person_key FROM ({rows}))
GROUP BY person_key HAVING uniqExact(school_code) > 1
"""
"""Keys of the pupils in scope who are on several rolls, anywhere in the version."""

_DOUBLED_ANYWHERE: Final = (
    f"SELECT person_key FROM ({_EVERYWHERE}) GROUP BY person_key HAVING uniqExact(school_code) > 1"
)

_DIED: Final = """
SELECT if(new = {none}, person_key, new) AS person
FROM change_log LEFT ANY JOIN identity_ends ON old = person_key
WHERE act = 'died' AND {in_cut} AND (school_code, event_id) NOT IN (SELECT school_code, target FROM removed)
  AND (topic, partition, offset) NOT IN (SELECT topic, partition, offset FROM later_copies)
"""
"""A step of the fold: pupils some school has reported dead, and not taken back, under their present number."""

_PERSONS: Final = (
    "SELECT count(), uniqExact(person_key), uniqExactIf(person_key, person_key IN ({doubled})) FROM ({rows})"
)


@dataclass(frozen=True, slots=True)
class Persons:
    """What a version reports side by side. `duplicated`: persons on several rolls, one of them in scope at least."""

    roll: int
    distinct: int
    duplicated: int


def doubled(scope: Scope) -> tuple[str, dict[str, Any]]:
    """DOUBLED for a scope, and its parameters. Of the whole version nobody need be left out first."""
    if scope.school is None and scope.part is None:
        return _DOUBLED_ANYWHERE, {**scope.parameters}
    return DOUBLED.format(all_rows=_EVERYWHERE, rows=scope.rows), {**scope.parameters}


def persons(warehouse: Warehouse, scope: Scope) -> Persons:
    """Roll, distinct persons and duplicated of a scope."""
    query, parameters = doubled(scope)
    return Persons(*warehouse.rows(_PERSONS.format(doubled=query, rows=scope.rows), parameters)[0])


def table(warehouse: Warehouse, scope: Scope) -> Table:
    """The report over a scope."""
    query, parameters = doubled(scope)
    version = scope.version
    fold = Fold(warehouse, version.academic_year, version.as_of, versions.cut_of(warehouse, version.cut))
    statement = _PAIRS.format(rows=scope.rows, all_rows=_EVERYWHERE, doubled=query)
    fold.prepare()
    pairs = warehouse.rows(fold.query(statement, {"18_died": _DIED}), {**fold.parameters(), **parameters})
    fold.dispose()
    names = {code: school.name for code, school in known_schools(warehouse, scope.version).items()}
    states = states_between(warehouse, _FOUND_AS)
    rows = [
        _row(here, there, (pupils, dead), names, states.get(frozenset((here, there)), Counter()))
        for here, there, pupils, dead in pairs
    ]
    return Table(
        NAME, TITLE, scope.title, _columns(), (*rows, *_totals(rows, persons(warehouse, scope))), scope.origin()
    )


def _columns() -> tuple[Column, ...]:
    return (
        Column("school_code", "รหัสโรงเรียน"),
        Column("school", "โรงเรียน"),
        Column("other_code", "ซ้ำกับรหัส"),
        Column("other", "ซ้ำกับโรงเรียน"),
        Column("same_affiliation", "ในสังกัดเดียวกัน", is_number=True),
        Column("other_affiliation", "ต่างสังกัด", is_number=True),
        Column("pupils", "รวม", is_number=True),
        Column("blocking", "มีผู้แจ้งเสียชีวิต (ต้องแก้ก่อนปิดรอบ)", is_number=True),
        *(Column(name, heading, is_number=True) for name, heading in _STATES.items()),
    )


def _row(here: int, there: int, found: tuple[int, int], names: dict[int, str], states: Counter[str]) -> TableRow:
    pupils, dead = found
    is_same = f"{here:010}"[:2] == f"{there:010}"[:2]
    counts = (pupils if is_same else 0, 0 if is_same else pupils, pupils, dead, *(states[name] for name in _STATES))
    return TableRow((f"{here:010}", names.get(here, ""), f"{there:010}", names.get(there, ""), *counts))


def _totals(rows: list[TableRow], found: Persons) -> list[TableRow]:
    once = {frozenset((row.cells[0], row.cells[2])): row for row in rows}.values()
    sums = [sum(int(row.cells[at] or 0) for row in once) for at in range(4, 8 + len(_STATES))]
    beside = (None,) * (1 + len(_STATES))
    return [
        TableRow(("", "รวมคู่ที่ซ้ำ", "", "", *sums), RowKind.SUBTOTAL),
        TableRow(("", "จำนวนในทะเบียน (roll)", "", "", None, None, found.roll, *beside), RowKind.TOTAL),
        TableRow(("", "จำนวนคนไม่ซ้ำ (distinct)", "", "", None, None, found.distinct, *beside), RowKind.TOTAL),
        TableRow(("", "จำนวนคนที่ซ้ำ (duplicated)", "", "", None, None, found.duplicated, *beside), RowKind.TOTAL),
    ]
