"""Keyed hashes against Python's own hmac."""

import hmac
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumers.pseudonyms import NO_KEY, KeyedHash, pseudonyms

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)
SECRET = st.one_of(TEXT, st.integers(0, 200).map(lambda length: "k" * length))


def expected(secret: str, message: str | None, before: bytes = b"") -> bytes:
    if message is None:
        return NO_KEY
    return hmac.digest(secret.encode(), before + message.encode(), "sha256")[:16]


@given(SECRET, st.lists(st.none() | TEXT, max_size=8), st.binary(max_size=80))
def test_as_hmac(secret: str, messages: list[Any], before: bytes) -> None:
    keyed = KeyedHash(secret, before)
    column = keyed.of_column(pl.Series("text", messages, dtype=pl.String))
    assert column.dtype == pl.Binary
    assert column.to_list() == [expected(secret, message, before) for message in messages]
    assert [keyed.of(m.encode()) for m in messages if m is not None] == [k for k in column if k != NO_KEY]


@pytest.mark.parametrize("length", [63, 64, 65])
def test_secrets_around_the_block_size(length: int) -> None:
    assert KeyedHash("s" * length).of(b"x") == expected("s" * length, "x")


def test_each_kind_of_key_is_its_own() -> None:
    keys = pseudonyms("p" * 32, "m" * 32, 1)
    people = pl.Series(["1000000000009", None])
    assert keys.person_keys(people).to_list() == [expected("p" * 32, "1000000000009"), NO_KEY]
    assert keys.content_hashes(people).to_list() == [expected("p" * 32, "1000000000009", b"content:"), NO_KEY]
    born = int.from_bytes(expected("m" * 32, "birth:16617")[:8], "big")
    assert keys.birth_keys(pl.Series([16_617, None, 16_617])).to_list() == [born, 0, born]
    assert keys.birth_keys(pl.Series([None], dtype=pl.Int32)).to_list() == [0]


def test_no_secret_is_shown() -> None:
    assert "p" * 32 not in repr(pseudonyms("p" * 32, "m" * 32, 1))
