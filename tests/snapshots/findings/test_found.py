"""What a finding is called, and the year a day lies in."""

from datetime import date

import pytest

from snapshots.findings.found import Found, academic_year
from tests.snapshots.histories import NONE, identity


def test_the_id_is_the_digest_of_what_a_finding_is() -> None:
    """printf 'OUT_WITHOUT_IN|000000000000000000000000000000ab|1020080005|0|000000000000000000000000000000cd' | sha256sum"""
    found = Found("OUT_WITHOUT_IN", identity(0xAB), 1020080005, 0, identity(0xCD), evidence=(identity(1),))
    assert found.finding_id.hex() == "562fc84fd89ea048b9a615abffe90844"


def test_parts_a_rule_does_not_name_are_zero() -> None:
    # printf 'STUDENT_NUMBER_TWICE|00000000000000000000000000000000|1020080005|0|6b51d431df5d7f141cbececcf79edf3d' | sha256sum
    found = Found("STUDENT_NUMBER_TWICE", NONE, 1020080005, 0, bytes.fromhex("6b51d431df5d7f141cbececcf79edf3d"))
    assert found.finding_id.hex() == "c7638503b2bd609f015f88a179aa328c"


@pytest.mark.parametrize(
    ("day", "year"),
    [(date(2022, 5, 15), 2564), (date(2022, 5, 16), 2565), (date(2023, 1, 1), 2565), (date(2023, 5, 15), 2565)],
)
def test_the_year_begins_on_16_may(day: date, year: int) -> None:
    assert academic_year(day) == year
