"""Schools in ranges of bounded size: what is folded, read or compared at a time bounds memory on both sides."""

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SchoolRange:
    """Codes of schools, in order, and their size together: of what was counted, events or pupils."""

    codes: list[int]
    size: int

    @property
    def ends(self) -> tuple[int, int]:
        """The first and the last code."""
        return self.codes[0], self.codes[-1]


def in_ranges(counted: Iterable[tuple[int, int]], most: int, apart: Container[int] = ()) -> Iterator[SchoolRange]:
    """Ranges of schools, given as (code, size) by code: each of at most so much, unless one school alone is larger.

    A school that stands `apart` is in none, and none reaches over it.
    """
    codes: list[int] = []
    size = 0
    for code, own in counted:
        if codes and (size + own > most or code in apart):
            yield SchoolRange(codes, size)
            codes, size = [], 0
        if code not in apart:
            codes.append(code)
            size += own
    if codes:
        yield SchoolRange(codes, size)
