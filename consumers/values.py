"""Bytes of many messages in one buffer: looked at as columns, made into objects one by one only where that is asked for."""

from collections.abc import Iterable, Sequence
from typing import overload

import numpy as np
from numpy.typing import NDArray

NULL = -1
"""Length of what is null: a tombstone's value, a message without a key."""


class Values(Sequence[bytes | None]):
    """Row i is the `lengths[i]` bytes of `data` from `starts[i]` on, or null."""

    __slots__ = ("data", "lengths", "starts")

    def __init__(self, data: bytes, starts: NDArray[np.int64], lengths: NDArray[np.int64]) -> None:
        self.data = data
        self.starts = starts
        self.lengths = lengths

    @classmethod
    def of(cls, values: Iterable[bytes | None]) -> "Values":
        """These values laid end to end; what is in one buffer already stays there."""
        if isinstance(values, Values):
            return values
        given = list(values)
        lengths = np.array([NULL if value is None else len(value) for value in given], dtype=np.int64)
        ends = np.cumsum(np.maximum(lengths, 0))
        return cls(b"".join(value or b"" for value in given), ends - np.maximum(lengths, 0), lengths)

    def __len__(self) -> int:
        return len(self.lengths)

    @overload
    def __getitem__(self, row: int) -> bytes | None: ...
    @overload
    def __getitem__(self, row: slice) -> "Values": ...
    def __getitem__(self, row: int | slice) -> "bytes | Values | None":
        if isinstance(row, slice):
            return Values(self.data, self.starts[row], self.lengths[row])
        length, start = int(self.lengths[row]), int(self.starts[row])
        return None if length == NULL else self.data[start : start + length]

    def end_to_end(self) -> bytes:
        """All bytes in the order of the rows."""
        data = self.data
        starts = self.starts.tolist()
        ends = (self.starts + np.maximum(self.lengths, 0)).tolist()
        return b"".join([data[start:end] for start, end in zip(starts, ends, strict=True)])
