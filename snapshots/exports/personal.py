"""What persons holds of pupils on a roll, as a version knew it: whom a line is about, and whose entries were corrected.

For callers that may have names (reports.access).
"""

from collections.abc import Collection, Iterator, Sequence
from typing import Final

from schemas.attributes import PERSONAL
from snapshots import versions
from snapshots.exports.columns import COLUMNS, ExportColumn
from snapshots.fold import Fold
from snapshots.refold import touched
from snapshots.reports import folding
from snapshots.reports.completeness import NAMED
from snapshots.reports.scope import Scope
from snapshots.versions import Version
from warehouse.interface import Warehouse

Pupil = tuple[int, bytes]
"""School code, person_key."""

FORMS: Final = {
    "school_code": "leftPad(toString(school_code), 10, '0')",
    "person_key": "lower(hex(person_key))",
    "person_id": "if(sent_number != '', sent_number, number)",
    "birth_date": "if(births > 0, toNullable(birth_day), NULL)",
}
"""Columns that are not read as they are called, where a fold and persons stand side by side."""

NAMING: Final = tuple(
    column for column in COLUMNS if column.field in ("person_id", "title", "first_name", "middle_name", "last_name")
)
"""Columns that say whom a line is about: no more of a person than that."""

ENTRIES: Final = tuple(column for column in COLUMNS if column.field in PERSONAL and column.sealed_as == column.field)
"""Columns of what persons alone holds. A birth date is not among them: sealed rows have its key."""

_DIGEST: Final = f"sipHash128({', '.join(column.field for column in ENTRIES)})"


def entries(
    warehouse: Warehouse, scope: Scope, pupils: Collection[Pupil], columns: Sequence[ExportColumn]
) -> Iterator[tuple[Pupil, list[str]]]:
    """These columns of these pupils, as the scope's version knew them."""
    if not pupils:
        return
    fields = ", ".join(FORMS.get(column.field, column.field) for column in columns)
    select = f"SELECT school_code, person_key, {fields} FROM named LEFT ANY JOIN numbers USING person_key"
    among = frozenset(code for code, _ in pupils)
    for code, key, *values in folding.rows(warehouse, scope, select, NAMED, among):
        if (code, key) in pupils:
            yield (code, key), [column.shown(value) for column, value in zip(columns, values, strict=True)]


def corrected(warehouse: Warehouse, before: Scope, after: Scope) -> set[Pupil]:
    """Pupils on both rolls of whom persons held something else in the earlier version.

    Only schools that sent something in between are looked at; memory grows with their pupils, by a digest each.
    """
    among = _touched(warehouse, before.version, after.version)
    if not among:
        return set()
    held = dict(_digests(warehouse, before, among))
    return {pupil for pupil, digest in _digests(warehouse, after, among) if held.get(pupil, digest) != digest}


def _digests(warehouse: Warehouse, scope: Scope, among: frozenset[int]) -> Iterator[tuple[Pupil, bytes]]:
    select = f"SELECT school_code, person_key, {_DIGEST} FROM named"
    for code, key, digest in folding.rows(warehouse, scope, select, NAMED, among):
        yield (code, key), digest


def _touched(warehouse: Warehouse, before: Version, after: Version) -> frozenset[int]:
    old, new = (versions.cut_of(warehouse, version.cut) for version in (before, after))
    return touched(Fold(warehouse, after.academic_year, after.as_of, new), old)
