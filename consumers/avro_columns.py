"""Bodies of one writer schema as columns: what fastavro would read record by record, at a twentieth of the cost.

Held against fastavro by a differential test. Records of strings, ints, longs, enums and their unions with null are all the
contract uses; a schema with anything else is refused when the catalogue is read.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa

from consumers.columns import avro_type, plain_name
from consumers.cursor import Cursor, Ints, Rows
from schemas.catalogue import Schema, current

_INT = 2**31


def read(schema: Schema, data: bytes, starts: Ints, ends: Ints) -> tuple[pl.DataFrame, Rows]:
    """(one row for each body that fits, indexes of those bodies), in the columns of the kind's current schema.

    Body i is the bytes of `data` from starts[i] up to ends[i].
    """
    cursor = Cursor(data, starts, ends)
    columns = {field["name"]: _Column(cursor, field) for field in schema.definition["fields"]}
    cursor.finish()
    kept = np.flatnonzero(cursor.fits)
    series = {name: column.series(kept) for name, column in columns.items()}
    while bad := sorted({row for one in series.values() if isinstance(one, _BadTextError) for row in one.rows}):
        kept = np.setdiff1d(kept, bad)
        series = {name: column.series(kept) for name, column in columns.items()}
    frame = pl.DataFrame({name: one for name, one in series.items() if isinstance(one, pl.Series)})
    return _resolved(frame, schema), kept


class _BadTextError(Exception):
    """Bodies that hold a text which is not UTF-8."""

    def __init__(self, rows: list[int]) -> None:
        super().__init__()
        self.rows = rows


class _Column:
    """One field of all bodies: where its values are, or what they are."""

    def __init__(self, cursor: Cursor, field: Mapping[str, Any]) -> None:
        self._data = cursor.data
        self._enum: list[str] = []
        rows, self._given = _given(cursor, field)
        avro = avro_type(field)
        self.plain = plain_name(avro)
        self._first = np.zeros(len(cursor.end), dtype=np.int64)
        self._length = np.zeros(len(cursor.end), dtype=np.int64)
        if self.plain == "string":
            self._first[rows], self._length[rows] = cursor.texts(rows)
            return
        numbers = cursor.longs(rows)
        if self.plain == "int":
            numbers = cursor.within(rows, numbers, -_INT, _INT - 1)
        elif self.plain == "enum":
            self._enum = avro["symbols"]
            numbers = cursor.within(rows, numbers, 0, len(self._enum) - 1)
        elif self.plain != "long":
            raise TypeError(f"the contract has no fields of type {self.plain}")
        self._first[rows] = numbers

    def series(self, kept: Rows) -> "pl.Series | _BadTextError":
        """The values of the kept bodies, null where not given."""
        missing = ~self._given[kept]
        first = self._first[kept]
        if self.plain == "string":
            return self._texts(kept, first, self._length[kept], missing)
        if self.plain == "enum":
            return pl.Series(np.array(self._enum, dtype=object)[first].tolist(), dtype=pl.String)
        kind = pl.Int32 if self.plain == "int" else pl.Int64
        return pl.Series(first).set(pl.Series(missing), None).cast(kind)

    def _texts(
        self, kept: Rows, first: Ints, length: Ints, missing: np.ndarray[Any, Any]
    ) -> "pl.Series | _BadTextError":
        ends = np.cumsum(length)
        offsets = np.concatenate((np.zeros(1, dtype=np.int64), ends))
        gather = np.repeat(first - offsets[:-1], length) + np.arange(offsets[-1])
        data = self._data[gather]
        if not _is_utf8(data, offsets):
            bad = [
                int(row)
                for row, a, b in zip(kept, offsets, ends, strict=False)
                if not _is_utf8(data[a:b], np.array([0]))
            ]
            return _BadTextError(bad)
        validity = pa.py_buffer(np.packbits(~missing, bitorder="little"))
        array = pa.LargeStringArray.from_buffers(len(kept), pa.py_buffer(offsets), pa.py_buffer(data), validity)
        return pl.Series(array)


def _given(cursor: Cursor, field: Mapping[str, Any]) -> tuple[Rows, np.ndarray[Any, Any]]:
    """Bodies that hold a value for this field, as indexes and as a mask over all."""
    everyone = cursor.all_rows()
    if not isinstance(field["type"], list):
        return everyone, np.ones(len(everyone), dtype=np.bool_)
    null = field["type"].index("null")
    given = cursor.within(everyone, cursor.longs(everyone), 0, 1) != null
    return np.flatnonzero(given), given


def _is_utf8(data: np.ndarray[Any, Any], offsets: Ints) -> bool:
    """Whether all values are UTF-8: the whole is, and no value begins in the middle of a character."""
    starts = offsets[offsets < len(data)]
    if bool(((data[starts] & 0xC0) == 0x80).any()):
        return False
    try:
        data.tobytes().decode()
    except UnicodeDecodeError:
        return False
    return True


def _resolved(frame: pl.DataFrame, schema: Schema) -> pl.DataFrame:
    """Avro schema resolution from the writer's version to the current one: defaults in, unknown fields out."""
    reader = current(schema.kind)
    if reader.version == schema.version:
        return frame
    made = []
    for field in reader.definition["fields"]:
        name, enum = field["name"], avro_type(field)
        column = pl.col(name) if name in schema.fields else pl.lit(field["default"])
        if plain_name(enum) == "enum":
            column = pl.when(column.is_in(enum["symbols"])).then(column).otherwise(pl.lit(enum["default"]))
        made.append(column.alias(name))
    return frame.select(made)
