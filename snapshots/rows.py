"""A version's sealed, pseudonymous rows as a file: jsonl and csv in bounded memory, parquet at once."""

import csv
import io
import json
from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import Any, BinaryIO, Final

import polars as pl

from schemas.attributes import CENSUS
from snapshots import versions
from snapshots.reports.scope import ROWS
from snapshots.school_ranges import in_ranges
from snapshots.versions import Version
from warehouse.interface import Warehouse

COLUMNS: Final = ("school_code", "person_key", *CENSUS)
"""All text; null where there is no value. person_key and birth_key are hex: they say who is the same, never who it is."""

RANGE_PUPILS = 100_000

_AS_TEXT: Final = {
    "school_code": "leftPad(toString(school_code), 10, '0')",
    "person_key": "lower(hex(person_key))",
    "birth_key": "if(birth_key = 0, '', lower(leftPad(hex(birth_key), 16, '0')))",
}
_SELECT: Final = f"""
SELECT {", ".join(_AS_TEXT.get(name, name) for name in COLUMNS)}
FROM ({ROWS})
ORDER BY school_code, person_key
"""

Values = tuple[str, ...]


class RowsFormat(StrEnum):
    """What rows can be written as."""

    JSONL = "jsonl"
    CSV = "csv"
    PARQUET = "parquet"


def write(warehouse: Warehouse, version: Version, wanted: RowsFormat, out: BinaryIO) -> int:
    """Write all rows, by school and person_key; returns how many."""
    blocks = _blocks(warehouse, version)
    if wanted is RowsFormat.PARQUET:
        return _parquet(blocks, out)
    return _csv(blocks, out) if wanted is RowsFormat.CSV else _jsonl(blocks, out)


def _blocks(warehouse: Warehouse, version: Version) -> Iterator[list[Values]]:
    """Rows in blocks, a range of schools at a time, so that neither side sorts more than a range."""
    pupils = [(item.school_code, item.pupils) for item in versions.slices(warehouse, version)]
    parameters: dict[str, Any] = {"version": version.version, "run": version.run}
    for first, last in (schools.ends for schools in in_ranges(pupils, RANGE_PUPILS)):
        yield from warehouse.stream(_SELECT, parameters | {"first_school": first, "last_school": last})


def _jsonl(blocks: Iterable[list[Values]], out: BinaryIO) -> int:
    count = 0
    for block in blocks:
        lines = (json.dumps(dict(zip(COLUMNS, _nulled(row), strict=True)), ensure_ascii=False) for row in block)
        out.write("".join(f"{line}\n" for line in lines).encode())
        count += len(block)
    return count


def _csv(blocks: Iterable[list[Values]], out: BinaryIO) -> int:
    count = 0
    text = io.TextIOWrapper(out, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for block in blocks:
        writer.writerows(block)
        count += len(block)
    text.flush()
    text.detach()
    return count


def _parquet(blocks: Iterable[list[Values]], out: BinaryIO) -> int:
    schema = dict.fromkeys(COLUMNS, pl.String)
    frames = [pl.DataFrame([_nulled(row) for row in block], schema=schema, orient="row") for block in blocks]
    frame = pl.concat([pl.DataFrame(schema=schema), *frames])
    frame.write_parquet(out)
    return frame.height


def _nulled(row: Values) -> tuple[str | None, ...]:
    return tuple(value or None for value in row)
