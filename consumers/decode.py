"""Messages to columns. One bad message never costs its neighbours: it is named, they are read."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from consumers.avro_columns import read
from consumers.columns import KIND, ROW, frame_schema
from consumers.cursor import Rows
from consumers.values import Values
from schemas.catalogue import Schema
from schemas.framing import CONFLUENT_LENGTH, CONFLUENT_MARK, SINGLE_OBJECT_LENGTH, UnframedError, writer

Groups = dict[tuple[Schema, int], Rows]


@dataclass(frozen=True, slots=True)
class Decoded:
    """`events`: one row for each readable message, by `row`; `unreadable`: row → code of schemas.codes.MESSAGES."""

    events: pl.DataFrame
    unreadable: dict[int, str]


def decode(messages: Sequence[bytes | None], max_bytes: int) -> Decoded:
    """Read all messages of a batch."""
    values = Values.of(messages)
    groups, unreadable = _by_writer(values, max_bytes)
    frames = [pl.DataFrame(schema=frame_schema())]
    ends = values.starts + values.lengths
    for (schema, start), rows in groups.items():
        frame, kept = read(schema, values.data, values.starts[rows] + start, ends[rows])
        unreadable |= dict.fromkeys(np.delete(rows, kept).tolist(), "BODY_UNREADABLE")
        index = pl.Series(ROW, rows[kept].astype(np.uint32))
        frames.append(frame.with_columns(index, pl.lit(schema.kind).alias(KIND)))
    return Decoded(pl.concat(frames, how="diagonal").sort(ROW), unreadable)


def _by_writer(values: Values, max_bytes: int) -> tuple[Groups, dict[int, str]]:
    """Rows by writer schema and by where the body begins; row → code of those that have none."""
    lengths = values.lengths
    unreadable = dict.fromkeys(np.flatnonzero(lengths <= 0).tolist(), "TOMBSTONE")
    unreadable |= dict.fromkeys(np.flatnonzero(lengths > max_bytes).tolist(), "RECORD_TOO_LARGE")
    sized = (lengths > 0) & (lengths <= max_bytes)
    found: dict[tuple[Schema, int], list[Rows]] = defaultdict(list)
    for rows in _alike(values, np.flatnonzero(sized)):
        try:
            found[writer(values[int(rows[0])] or b"")].append(rows)
        except UnframedError as error:
            unreadable |= dict.fromkeys(rows.tolist(), error.code)
    return {key: np.sort(np.concatenate(parts)) for key, parts in found.items()}, unreadable


def _alike(values: Values, rows: Rows) -> Iterator[Rows]:
    """Rows in groups that begin with the same bytes, as far as a prefix goes: one look-up serves a group."""
    long = rows[values.lengths[rows] >= SINGLE_OBJECT_LENGTH]
    for row in rows[values.lengths[rows] < SINGLE_OBJECT_LENGTH]:
        yield np.array([row])
    if not len(long):
        return
    data = np.frombuffer(values.data, dtype=np.uint8)
    heads = data[values.starts[long][:, None] + np.arange(SINGLE_OBJECT_LENGTH)]
    confluent = heads[:, 0] == CONFLUENT_MARK[0]
    heads[confluent, CONFLUENT_LENGTH:] = 0  # what stands there is the body's already
    if (heads == heads[0]).all():
        yield long
        return
    named = np.ascontiguousarray(heads).view(f"V{SINGLE_OBJECT_LENGTH}").ravel()
    _, group = np.unique(named, return_inverse=True)
    order = np.argsort(group, kind="stable")
    yield from np.split(long[order], np.flatnonzero(np.diff(group[order])) + 1)
