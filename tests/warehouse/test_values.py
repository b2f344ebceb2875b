"""Strings travel as bytes: what goes in as text comes out as text, what goes in as bytes as bytes."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warehouse.values import decoder, encoded


@given(st.lists(st.one_of(st.none(), st.text())))
def test_text_there_and_back(values):
    assert decoder("Nullable(String)")(encoded(values)) == values


@given(st.lists(st.lists(st.text())))
def test_lists_of_text_there_and_back(values):
    assert decoder("Array(LowCardinality(String))")(encoded(values)) == values


@pytest.mark.parametrize(
    "values", [[], [None, None], [1, None], [b"\xff\x00", b""], [date(2022, 5, 16)], [1.5], [[], [1, 2]], [[b"\xff"], []]]
)  # fmt: skip
def test_anything_else_is_left_as_it_is(values):
    assert encoded(values) == values


def test_a_column_handed_in_is_not_changed():
    """The driver writes into the lists it gets."""
    values = ["a", None]
    numbers = [1, 2]
    assert encoded(values) is not values
    assert encoded(numbers) is not numbers
    assert values == ["a", None]


@pytest.mark.parametrize(
    "type_name",
    ["FixedString(2)", "Nullable(FixedString(2))", "LowCardinality(FixedString(2))", "UInt64", "Array(UInt8)", "Date"],
)
def test_bytes_and_numbers_stay(type_name):
    values = [b"\xff\x00", b"\x00\x00"]
    assert decoder(type_name)(values) is values


@pytest.mark.parametrize(
    ("type_name", "value", "text"),
    [
        ("String", "ป.1".encode(), "ป.1"),
        ("LowCardinality(Nullable(String))", None, None),
        ("Tuple(String, UInt8)", ("ก".encode(), 1), ("ก", 1)),
        ("Array(Tuple(String, Array(String)))", [(b"a", [b"b"])], [("a", ["b"])]),
        ("Map(String, UInt64)", {b"a": 1}, {"a": 1}),
    ],
)
def test_text_within_anything_is_text(type_name, value, text):
    assert decoder(type_name)([value]) == [text]
