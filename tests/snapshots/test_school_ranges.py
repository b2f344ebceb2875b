"""Ranges of schools hold every school once, in order, within bounds."""

from hypothesis import given
from hypothesis import strategies as st

from snapshots.school_ranges import SchoolRange, in_ranges


def test_a_range_ends_where_the_next_school_would_be_too_much() -> None:
    counted = [(1, 3), (2, 3), (5, 1), (7, 9), (8, 0), (9, 2)]
    assert list(in_ranges(counted, 6)) == [
        SchoolRange([1, 2], 6),
        SchoolRange([5], 1),
        SchoolRange([7], 9),
        SchoolRange([8, 9], 2),
    ]
    assert SchoolRange([5, 7, 9], 12).ends == (5, 9)
    assert list(in_ranges([], 6)) == []


def test_no_range_reaches_over_a_school_that_stands_apart() -> None:
    """Else a seal that is taken up again would fold finished schools once more."""
    counted = [(code, 1) for code in range(1, 8)]
    assert [each.codes for each in in_ranges(counted, 100, apart={1, 4, 5})] == [[2, 3], [6, 7]]


@given(
    sizes=st.dictionaries(st.integers(1, 99), st.integers(0, 9)),
    most=st.integers(0, 20),
    apart=st.frozensets(st.integers(1, 99)),
)
def test_every_school_is_in_one_range(sizes: dict[int, int], most: int, apart: frozenset[int]) -> None:
    found = list(in_ranges(sorted(sizes.items()), most, apart))
    assert [code for each in found for code in each.codes] == sorted(sizes.keys() - apart)
    for each in found:
        assert each.size == sum(sizes[code] for code in each.codes)
        assert each.size <= most or sum(1 for code in each.codes if sizes[code]) == 1
        assert not any(each.ends[0] < code < each.ends[1] for code in apart & sizes.keys())
