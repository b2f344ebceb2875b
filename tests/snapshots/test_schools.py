"""Schools as reference data: kept whole, looked up by day, ABSENT when an expected one sent nothing (semantics 6.3)."""

import dataclasses
import random
from datetime import date

import pytest

from schemas.errors import ThabianError
from snapshots import schools, versions
from snapshots.schools import School
from snapshots.versions import Slice, Version
from warehouse.clickhouse import ClickHouseWarehouse

FIRST = School(
    1020080005, "โรงเรียนสมมติ 1", "10", "เขตพื้นที่สมมติ 1", "อำเภอสมมติ", "จังหวัดสมมติ", False, True, None, None, "20010029"
)
BEFORE = dataclasses.replace(
    FIRST, code=1020080006, name="ชื่อเดิม", valid_from=date(1927, 5, 1), valid_to=date(2022, 5, 15)
)
AFTER = dataclasses.replace(BEFORE, name="ชื่อใหม่", is_boarding=True, valid_from=date(2022, 5, 16), valid_to=None)
NOT_EXPECTED = dataclasses.replace(FIRST, code=1020080007, is_expected=False, smis_code="")
ALL = [FIRST, BEFORE, AFTER, NOT_EXPECTED]


def test_short_codes_lead_to_one_school_or_to_none():
    other_area = dataclasses.replace(FIRST, code=1120080005, affiliation="11", smis_code="")
    found = schools.by_short_code([FIRST, other_area, NOT_EXPECTED])
    assert found == {"20010029": 1020080005, "080007": 1020080007}, "080005 ends two codes"
    named = dataclasses.replace(FIRST, obec_code="123456")
    assert schools.by_short_code([named, other_area])["123456"] == 1020080005


def test_the_digest_knows_no_order_but_every_value():
    mixed = random.Random(1).sample(ALL, len(ALL))
    assert schools.digest(mixed) == schools.digest(ALL)
    for name, value in (("name", "x"), ("is_expected", False), ("valid_to", date(2030, 1, 1)), ("smis_code", "")):
        assert schools.digest([dataclasses.replace(FIRST, **{name: value})]) != schools.digest([FIRST]), name


@pytest.mark.real
def test_loads_are_kept_and_the_newest_counts(warehouse: ClickHouseWarehouse) -> None:
    day = date(2022, 6, 10)
    assert schools.current_digest(warehouse) == bytes(32)
    assert schools.on(warehouse, day) == schools.on(warehouse, day, bytes(32).hex()) == {}
    first = schools.load(warehouse, ALL, 1000)
    assert schools.load(warehouse, reversed(ALL), 2000) == first
    assert warehouse.rows("SELECT count() FROM school_loads")[0][0] == 1, "loading the same twice changes nothing"
    assert schools.current_digest(warehouse).hex() == first
    assert schools.on(warehouse, day) == {one.code: one for one in (FIRST, AFTER, NOT_EXPECTED)}
    assert schools.on(warehouse, date(2022, 5, 15))[BEFORE.code] == BEFORE, "the last day is inclusive"
    assert schools.on(warehouse, date(1926, 1, 1)).keys() == {FIRST.code, NOT_EXPECTED.code}
    assert schools.everything(warehouse) == ALL

    second = schools.load(warehouse, [FIRST], 500)
    assert schools.current_digest(warehouse).hex() == second, "newer, though the clock went back"
    assert schools.on(warehouse, day).keys() == {FIRST.code}
    assert schools.on(warehouse, day, first).keys() == {FIRST.code, AFTER.code, NOT_EXPECTED.code}
    assert schools.load(warehouse, ALL, 3000) == first
    assert schools.current_digest(warehouse).hex() == first, "an old list loaded again is current again"
    with pytest.raises(ThabianError) as refused:
        schools.on(warehouse, day, "ab" * 32)
    assert refused.value.code == "SCHOOLS_LOAD_UNKNOWN"


@pytest.mark.real
def test_absent_is_who_sent_nothing_not_who_has_nobody(warehouse: ClickHouseWarehouse) -> None:
    codes = (1020080001, 1020080002, 1020080003, 1020080004)
    digest = schools.load(warehouse, [dataclasses.replace(FIRST, code=code) for code in codes] + [NOT_EXPECTED], 9000)
    version = sealed(warehouse, {1020080001: 3, 1020080002: 0, 1020080003: 0})
    sent(warehouse, 1020080002, offset=4)
    sent(warehouse, 1020080003, offset=5)
    assert [one.code for one in schools.absent(warehouse, version)] == [1020080003, 1020080004]
    schools.load(warehouse, [NOT_EXPECTED], 9500)
    assert schools.absent(warehouse, version) == []
    assert len(schools.absent(warehouse, version, digest)) == 2, "as of the list the version was sealed with"


def sealed(warehouse: ClickHouseWarehouse, pupils: dict[int, int]) -> Version:
    """A version with these slices and a cut below offset 5."""
    cut = {("student-changes.roster", 0): 5}
    versions.store_cut(warehouse, cut, 0)
    digest = versions.cut_digest(cut)
    slices = [Slice(code, 1, count, bytes(32)) for code, count in pupils.items()]
    versions.store_slices(warehouse, "2565-1-x", 1, slices)
    given = dict.fromkeys(("run", "round", "known_at", "pupils", "schools", "sealed_at"), 0)
    given |= {"academic_year": 2565, "as_of": date(2022, 6, 10), "version": "2565-1-x", "cut": digest, "run": 1}
    rest = {item.name: b"" for item in dataclasses.fields(Version) if item.name not in given}
    return Version(**(rest | given))


def sent(warehouse: ClickHouseWarehouse, school: int, offset: int) -> None:
    columns = {"school_code": [school], "topic": ["student-changes.roster"], "partition": [0], "offset": [offset]}
    warehouse.insert("change_log", columns)
