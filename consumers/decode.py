"""Messages to columns. One bad message never costs its neighbours: it is named, they are read."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from consumers.avro_columns import read
from consumers.columns import KIND, ROW, frame_schema
from schemas.catalogue import Schema
from schemas.framing import SINGLE_OBJECT_LENGTH, UnframedError, writer

Groups = dict[tuple[Schema, int], list[int]]


@dataclass(frozen=True, slots=True)
class Decoded:
    """`events`: one row for each readable message, by `row`; `unreadable`: row → code of schemas.codes.MESSAGES."""

    events: pl.DataFrame
    unreadable: dict[int, str]


def decode(values: Sequence[bytes | None], max_bytes: int) -> Decoded:
    """Read all messages of a batch."""
    groups, unreadable = _by_writer(values, max_bytes)
    frames = [pl.DataFrame(schema=frame_schema())]
    for (schema, start), rows in groups.items():
        frame, kept = read(schema, [(values[row] or b"")[start:] for row in rows])
        index = np.array(rows, dtype=np.uint32)
        unreadable |= dict.fromkeys(np.delete(index, kept).tolist(), "BODY_UNREADABLE")
        frames.append(frame.with_columns(pl.Series(ROW, index[kept]), pl.lit(schema.kind).alias(KIND)))
    return Decoded(pl.concat(frames, how="diagonal").sort(ROW), unreadable)


def _by_writer(values: Sequence[bytes | None], max_bytes: int) -> tuple[Groups, dict[int, str]]:
    unreadable: dict[int, str] = {}
    groups: Groups = defaultdict(list)
    known: dict[bytes, tuple[Schema, int]] = {}  # most messages of a batch share a prefix: look each up once
    for row, value in enumerate(values):
        if not value:
            unreadable[row] = "TOMBSTONE"
        elif len(value) > max_bytes:
            unreadable[row] = "RECORD_TOO_LARGE"
        else:
            try:
                head = value[:SINGLE_OBJECT_LENGTH]
                groups[known.get(head) or known.setdefault(head, writer(value))].append(row)
            except UnframedError as error:
                unreadable[row] = error.code
    return groups, unreadable
