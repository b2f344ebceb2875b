"""Spelling repairs of domain 7."""

import pytest

from schemas import thai_text


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("น\u0e4d\u0e32", "น\u0e33"),
        ("น\u0e49\u0e4d\u0e32", "น\u0e49\u0e33"),
        ("น\u0e4d\u0e49\u0e32", "น\u0e49\u0e33"),
        ("น\u0e33\u0e49", "น\u0e49\u0e33"),
        ("แก\u0e49\u0e49ว", "แก\u0e49ว"),
        ("สม\u200bชาย\ufeff", "สมชาย"),
        ("\u00a0ณ  อยุธยา ", "ณ อยุธยา"),
        ("วรรณ", "วรรณ"),
    ],
)
def test_repair(typed, meant):
    assert thai_text.repair(typed) == meant
    assert thai_text.repair(meant) == meant
