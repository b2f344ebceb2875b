"""Answers written from columns: byte for byte what `schemas.answers.encode` writes record by record, at a thirtieth of the
cost.
"""

from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from schemas import answers, segments
from schemas.framing import SINGLE_OBJECT_LENGTH
from schemas.segments import Segments

LARGEST_BYTES: Final = 500_000
"""Of the rows of one message: brokers refuse messages of more than a megabyte unless told otherwise."""


def messages(
    name: str, rows: pl.DataFrame, places: NDArray[np.int64], rest: Mapping[str, Any]
) -> Iterator[tuple[int, bytes]]:
    """(partition, message): `rows` as the array `name` begins with, spread over partitions, each in the order given.

    `places` holds the partition of each row, `rest` the other fields of the answer, the same in each message. A partition
    with more than LARGEST_BYTES of rows gets several messages.
    """
    field = answers.definition(name)["fields"][0]
    prefix = answers.schema(name)[1]
    # An answer without rows is the array's end mark and all that follows it.
    tail = answers.encode(name, {field["name"]: [], **rest})[SINGLE_OBJECT_LENGTH:]
    order = np.argsort(places, kind="stable")
    encoded = segments.reordered(_records(field["type"]["items"], rows), order)
    ends, data = segments.offsets(encoded) - segments.offsets(encoded)[0], segments.payload(encoded)
    for partition, first, last in _runs(places[order], ends):
        count = segments.payload(segments.zigzags(np.array([last - first])))
        yield partition, b"".join((prefix, count, data[ends[first] : ends[last]], tail))


def _runs(places: NDArray[np.int64], ends: NDArray[np.int64]) -> Iterator[tuple[int, int, int]]:
    """(partition, first row, row after the last) of each message."""
    borders = [*np.flatnonzero(np.diff(places, prepend=-1)).tolist(), len(places)]
    for begin, end in pairwise(borders):
        first = begin
        while first < end:
            fitting = int(np.searchsorted(ends, ends[first] + LARGEST_BYTES, side="right")) - 1
            last = min(max(fitting, first + 1), end)
            yield int(places[first]), first, last
            first = last


def _records(record: Mapping[str, Any], rows: pl.DataFrame) -> Segments:
    """Each row as an Avro record."""
    named: dict[str, Any] = {}
    pieces: list[Segments] = []
    for field in record["fields"]:
        given = field["type"]
        avro = given if isinstance(given, dict) else named.get(given, {"type": given})
        named[avro.get("name", "")] = avro  # a named type is told once and meant by its name from then on
        pieces += _WRITERS[avro["type"]](rows[field["name"]], avro)
    return segments.joined(*pieces)


def _number(column: pl.Series, _: Mapping[str, Any]) -> list[Segments]:
    if column.null_count():
        raise ValueError(f"{column.name}: null is no number")
    return [segments.zigzags(column.cast(pl.Int64).to_numpy())]


def _flag(column: pl.Series, _: Mapping[str, Any]) -> list[Segments]:
    return [segments.fixed(column.cast(pl.UInt8).to_numpy().reshape(-1, 1))]


def _symbol(column: pl.Series, avro: Mapping[str, Any]) -> list[Segments]:
    index = {symbol: at for at, symbol in enumerate(avro["symbols"])}
    return _number(column.replace_strict(index, return_dtype=pl.Int64), avro)


def _fixed(column: pl.Series, avro: Mapping[str, Any]) -> list[Segments]:
    return [segments.fixed(segments.matrix_of(column, avro["size"]))]


def _text(column: pl.Series, _: Mapping[str, Any]) -> list[Segments]:
    text = segments.raw(column)
    return [segments.zigzags(segments.lengths(text)), text]


def _texts(column: pl.Series, avro: Mapping[str, Any]) -> list[Segments]:
    """Arrays of texts: how many, the texts, and the end mark. The count of an empty array is its end mark."""
    if avro["items"] != "string":
        raise TypeError(f"{column.name}: answers have arrays of texts alone")
    counts = column.list.len().to_numpy().astype(np.int64)
    items = segments.joined(*_text(column.explode(empty_as_null=False, keep_nulls=False).cast(pl.String), avro))
    has_any = (counts > 0).astype(np.int64)
    marks = segments.fixed(np.zeros((int(has_any.sum()), 1), dtype=np.uint8))
    return [
        segments.zigzags(counts),
        segments.regrouped(items, segments.offsets_of(counts)),
        segments.regrouped(marks, segments.offsets_of(has_any)),
    ]


_WRITERS: Final[Mapping[str, Callable[[pl.Series, Mapping[str, Any]], list[Segments]]]] = {
    "int": _number,
    "long": _number,
    "boolean": _flag,
    "enum": _symbol,
    "fixed": _fixed,
    "string": _text,
    "array": _texts,
}
