"""Avro's binary encoding read field by field for all bodies at once: one position a body, all moved together.

A body that does not fit is marked and left behind; its neighbours never notice, because no body can be read past its own
end. Everything here is numpy on plain arrays: a batch of thousands costs a few operations a field, not a few a record.
"""

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Rows = NDArray[np.intp]

_VARINT_BYTES = 10


class Cursor:
    """Positions inside bodies that lie anywhere in one buffer. `fits` says for each body whether all went well so far."""

    def __init__(self, data: bytes, starts: Ints, ends: Ints) -> None:
        self.raw = data
        self.data = np.frombuffer(data or b"\0", dtype=np.uint8)
        self.position: Ints = starts.copy()
        self.end: Ints = ends
        self.fits = ends <= len(data)
        self.position[~self.fits] = self.end[~self.fits]

    def all_rows(self) -> Rows:
        """Every body."""
        return np.arange(len(self.end))

    def refuse(self, rows: Rows) -> None:
        """Mark bodies that do not fit, and move them to their end so that they stay inside themselves."""
        self.fits[rows] = False
        self.position[rows] = self.end[rows]

    def longs(self, rows: Rows) -> Ints:
        """The next zigzag varint of these bodies (Avro specification, "Primitive Types")."""
        number = np.zeros(len(rows), dtype=np.uint64)
        going = np.arange(len(rows))
        position = self.position[rows]
        end = self.end[rows]
        for count in range(_VARINT_BYTES):
            at = position[going]
            byte = self.data[np.minimum(at, len(self.data) - 1)].astype(np.uint64)
            number[going] |= (byte & np.uint64(0x7F)) << np.uint64(7 * count)
            position[going] = at + 1
            more = byte > 0x7F
            if not more.any():
                going = going[:0]
                break
            going = going[more]
        self.position[rows] = position
        bad = position > end
        bad[going] = True
        if bad.any():
            self.refuse(rows[bad])
            number[bad] = 0
        return (number >> np.uint64(1)).astype(np.int64) ^ -(number & np.uint64(1)).astype(np.int64)

    def within(self, rows: Rows, numbers: Ints, low: int, high: int) -> Ints:
        """Refuse bodies whose number is outside low…high, both included; their number becomes low."""
        bad = (numbers < low) | (numbers > high)
        if bad.any():
            self.refuse(rows[bad])
            numbers = np.where(bad, low, numbers)
        return numbers

    def texts(self, rows: Rows) -> tuple[Ints, Ints]:
        """Where the next string of these bodies begins, and its length in bytes."""
        lengths = self.longs(rows)
        bad = lengths < 0
        if bad.any():
            self.refuse(rows[bad])
            lengths = np.where(bad, 0, lengths)
        return self._bytes(rows, lengths), lengths

    def nullable(self, rows: Rows) -> tuple[Ints, Ints]:
        """As `texts`, for Kafka's nullable bytes: a length below 0, told as -1, is null."""
        lengths = np.maximum(self.longs(rows), -1)
        return self._bytes(rows, lengths), lengths

    def _bytes(self, rows: Rows, lengths: Ints) -> Ints:
        """Pass over so many bytes a body, in place 0 if there are fewer; where they begin."""
        bad = lengths > self.end[rows] - self.position[rows]
        if bad.any():
            self.refuse(rows[bad])
            lengths[bad] = 0
        starts = self.position[rows]
        self.position[rows] = starts + np.maximum(lengths, 0)
        return starts

    def finish(self) -> None:
        """Refuse bodies with bytes left over."""
        self.refuse(np.flatnonzero(self.position != self.end))
