"""Bytes put together from pieces, for all rows at once: a column of numbers or texts becomes one column of their encodings,
columns are joined row by row.

What Avro and ClickHouse's native format have in common: numbers as varints, texts behind their length. Columns are Arrow
arrays of bytes, so that joining and reordering them is Arrow's work and costs a few nanoseconds a piece.
"""

from typing import Any, Final

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

Segments = Any
"""A pyarrow.LargeBinaryArray without nulls: one piece of bytes a row."""
Octets = NDArray[np.uint8]

_SEVEN: Final = np.uint64(7)
_LOW: Final = np.uint64(0x7F)


def varints(numbers: NDArray[Any]) -> Segments:
    """Unsigned numbers in base 128, lowest first (LEB128)."""
    rest = numbers.astype(np.uint64)
    width = max(-(-int(rest.max()).bit_length() // 7), 1) if len(rest) else 1
    matrix = np.empty((len(rest), width), dtype=np.uint8)
    lengths = np.ones(len(rest), dtype=np.int64)
    for place in range(width):
        matrix[:, place] = rest & _LOW
        rest >>= _SEVEN
        more = rest != 0
        matrix[:, place] |= more.view(np.uint8) << np.uint8(7)
        lengths += more
    data = matrix if lengths.sum() == matrix.size else matrix[np.arange(width) < lengths[:, None]]
    return _array(offsets_of(lengths), data)


def zigzags(numbers: NDArray[Any]) -> Segments:
    """Signed 64-bit numbers as Avro writes an int or a long."""
    signed = numbers.astype(np.int64)
    return varints(((signed << 1) ^ (signed >> 63)).view(np.uint64))


def fixed(matrix: Octets) -> Segments:
    """Rows of a matrix of bytes."""
    rows, width = matrix.shape
    return _array(np.arange(rows + 1, dtype=np.int64) * width, np.ascontiguousarray(matrix))


def raw(column: pl.Series) -> Segments:
    """Texts or bytes as they are. Raises ValueError if there is a null."""
    if column.null_count():
        raise ValueError(f"{column.name}: null has no bytes")
    array = column.to_arrow(compat_level=pl.CompatLevel.oldest())
    return array.cast(pa.large_binary())


def lengths(column: Segments) -> NDArray[np.int64]:
    """Bytes a row."""
    return np.diff(offsets(column))


def regrouped(column: Segments, firsts: NDArray[np.int64]) -> Segments:
    """One piece for each run of rows: run i is the rows firsts[i] … firsts[i + 1] - 1."""
    return _array(offsets(column)[firsts], np.frombuffer(_data(column), dtype=np.uint8))


def joined(*columns: Segments) -> Segments:
    """The pieces of each row, end to end."""
    return pc.binary_join_element_wise(*columns, _NOTHING)


def distinct(column: pl.Series) -> tuple[Segments, NDArray[np.int32]]:
    """(distinct texts in the order they come in, each row's place among them). Raises ValueError if there is a null."""
    encoded = raw(column).dictionary_encode()
    return encoded.dictionary, np.frombuffer(encoded.indices.buffers()[1], dtype=np.int32)[: len(column)]


def reordered(column: Segments, order: NDArray[np.int64]) -> Segments:
    """The rows at these places."""
    return column.take(pa.Array.from_buffers(pa.int64(), len(order), [None, pa.py_buffer(order)]))


def payload(column: Segments) -> memoryview:
    """All rows end to end."""
    ends = offsets(column)
    return memoryview(_data(column))[int(ends[0]) : int(ends[-1])]


def matrix_of(column: pl.Series, width: int) -> Octets:
    """A column of bytes, each `width` long, as a matrix. Raises ValueError if one is not."""
    segments = raw(column)
    if (lengths(segments) != width).any():
        raise ValueError(f"{column.name}: not {width} bytes")
    return np.frombuffer(payload(segments), dtype=np.uint8).reshape(len(column), width)


def offsets(column: Segments) -> NDArray[np.int64]:
    """Where each row begins in the data, and where the last one ends."""
    found: NDArray[np.int64] = np.frombuffer(column.buffers()[1], dtype=np.int64)
    return found[column.offset : column.offset + len(column) + 1]


def offsets_of(sizes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Where pieces of these sizes begin when laid end to end, and where the last one ends."""
    ends = np.zeros(len(sizes) + 1, dtype=np.int64)
    np.cumsum(sizes, out=ends[1:])
    return ends


def _data(column: Segments) -> Any:  # noqa: ANN401 - pyarrow has no types
    return column.buffers()[2] or b""


def _array(ends: NDArray[np.int64], data: Octets) -> Segments:
    buffers = [None, pa.py_buffer(ends), pa.py_buffer(data)]
    return pa.Array.from_buffers(pa.large_binary(), len(ends) - 1, buffers)


# Arrays are made of buffers alone: pyarrow's own `array` and `scalar` look for pandas and load it where it is installed, and
# that is 35 MB and a quarter of a second for each process.
_NOTHING: Final = _array(np.zeros(2, dtype=np.int64), np.empty(0, dtype=np.uint8))[0]
