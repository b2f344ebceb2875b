"""A polars column as the bytes of a ClickHouse column in the Native format, without a look at single values.

What clickhouse-driver writes from lists of Python objects, at a twentieth of the cost; held against it on the real engine
by a test of every type in use. Nulls are refused: the warehouse has no nullable columns.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import polars as pl

from schemas import segments

_KEYS_VERSION: Final = np.uint64(1).tobytes()
_OWN_DICTIONARY: Final = (1 << 9) | (1 << 10)
"""LowCardinality: this block brings its keys along (HasAdditionalKeysBit, NeedUpdateDictionary)."""
_INDEX_TYPES: Final = ((1 << 8, np.uint8), (1 << 16, np.uint16), (1 << 32, np.uint32))


@dataclass(frozen=True, slots=True)
class Block:
    """Columns as (name, ClickHouse type, bytes), all of `rows` rows."""

    rows: int
    columns: Sequence[tuple[str, str, bytes]]


def block(columns: Mapping[str, tuple[str, Sequence[Any] | pl.Series]]) -> Block:
    """Columns given as (type, values). Raises as `column_bytes` does."""
    series = {name: _series(name, type_name, values) for name, (type_name, values) in columns.items()}
    made = [(name, columns[name][0], column_bytes(columns[name][0], column)) for name, column in series.items()]
    return Block(max(map(len, series.values()), default=0), made)


def _series(name: str, type_name: str, values: Sequence[Any] | pl.Series) -> pl.Series:
    if isinstance(values, pl.Series):
        return values.alias(name)
    dates_aside = {kind: dtype for kind, (dtype, _) in _NUMBERS.items() if not kind.startswith("Date")}
    return pl.Series(name, values, dtype=dates_aside.get(type_name.partition("(")[0]))


def column_bytes(type_name: str, column: pl.Series) -> bytes:
    """The column as one block holds it: state prefix, then data. Raises ValueError for values that do not fit the type, and
    TypeError for a type the warehouse does not use; neither holds a value.
    """
    if column.null_count():
        raise ValueError(f"{column.name}: null does not fit {type_name}")
    plain, _, argument = type_name.partition("(")
    if plain in _NUMBERS:
        return _numbers(column, type_name, *_NUMBERS[plain])
    if plain == "FixedString":
        return bytes(segments.matrix_of(column, int(argument[:-1])))
    if type_name not in _VARYING:
        raise TypeError(f"{column.name}: no writer for {type_name}")
    return _VARYING[type_name](column)


_NUMBERS: Final[Mapping[str, tuple[Any, Any]]] = {
    "UInt8": (pl.UInt8, np.uint8),
    "UInt16": (pl.UInt16, np.uint16),
    "UInt32": (pl.UInt32, np.uint32),
    "UInt64": (pl.UInt64, np.uint64),
    "Int64": (pl.Int64, np.int64),
    "Enum8": (pl.Int8, np.int8),
    "Date": (pl.UInt16, np.uint16),
    "Date32": (pl.Int32, np.int32),
    "DateTime64": (pl.Int64, np.int64),
}
"""Dates are days, times what they count in the type's precision, since 1970."""


def _numbers(column: pl.Series, type_name: str, dtype: Any, numpy_type: Any) -> bytes:  # noqa: ANN401 - polars and numpy types
    try:
        fitting = column.to_physical().cast(dtype)
    except pl.exceptions.InvalidOperationError:  # its message holds values
        raise ValueError(f"{column.name}: a value does not fit {type_name}") from None
    return fitting.to_numpy().astype(numpy_type, copy=False).tobytes()


def _strings(column: pl.Series) -> bytes:
    return _packed(segments.raw(column))


def _packed(texts: segments.Segments) -> bytes:
    """Each text behind its length."""
    if not segments.payload(texts):  # of the many columns of a person most are empty
        return bytes(len(texts))
    return bytes(segments.payload(segments.joined(segments.varints(segments.lengths(texts)), texts)))


def _low_cardinality(column: pl.Series) -> bytes:
    return _KEYS_VERSION + _by_dictionary(column)


def _by_dictionary(column: pl.Series) -> bytes:
    """The distinct texts, then each row's number among them. Nothing at all when there are no rows."""
    if column.is_empty():
        return b""
    keys, places = segments.distinct(column)
    kind, index_type = next((at, kind) for at, (below, kind) in enumerate(_INDEX_TYPES) if len(keys) <= below)
    head = np.array([_OWN_DICTIONARY | kind, len(keys)], dtype=np.uint64).tobytes()
    return b"".join((head, _packed(keys), np.uint64(len(column)).tobytes(), places.astype(index_type).tobytes()))


def _array(column: pl.Series) -> tuple[bytes, pl.Series]:
    """(where each row's items end, all items)."""
    ends = column.list.len().to_numpy().astype(np.uint64).cumsum()
    return ends.tobytes(), column.explode(empty_as_null=False, keep_nulls=False)


def _array_of_strings(column: pl.Series) -> bytes:
    ends, items = _array(column)
    return ends + _strings(items.cast(pl.String))


def _array_of_low_cardinality(column: pl.Series) -> bytes:
    ends, items = _array(column)
    return _KEYS_VERSION + ends + _by_dictionary(items.cast(pl.String))


def _array_of_numbers(column: pl.Series) -> bytes:
    ends, items = _array(column)
    return ends + _numbers(items, "UInt64", *_NUMBERS["UInt64"])


_VARYING: Final[Mapping[str, Callable[[pl.Series], bytes]]] = {
    "String": _strings,
    "LowCardinality(String)": _low_cardinality,
    "Array(String)": _array_of_strings,
    "Array(LowCardinality(String))": _array_of_low_cardinality,
    "Array(UInt64)": _array_of_numbers,
}
