"""Who signed the slice a version has: over every certification of its day, the last one counts."""

import dataclasses

import pytest

from snapshots import schools, versions
from snapshots.reports import unsigned_schools
from snapshots.reports.scope import Scope
from snapshots.rounds import store
from snapshots.rounds.standing import Standing, standing
from snapshots.schools import School
from snapshots.versions import Slice
from tests.snapshots.rounds.acts import ONE, TWO, A, B, act, opened, walk
from tests.snapshots.test_schools import sealed
from warehouse.clickhouse import ClickHouseWarehouse

pytestmark = pytest.mark.real
ABSENT = 3101000003


def test_signed_changed_and_not_signed(warehouse: ClickHouseWarehouse) -> None:
    known = [School(code, f"ร {code}", "31", "เขตกา", "", "", False, True, None, None) for code in (A, B, ABSENT)]
    schools.load(warehouse, known, 1)
    version = dataclasses.replace(sealed(warehouse, {}), round=1, root=bytes(32), cut=bytes(32))
    version = dataclasses.replace(version, school_list=schools.current_digest(warehouse), known_at=0)
    slices = [Slice(code, 1, 1, bytes.fromhex(ONE)) for code in (A, B)]
    versions.store_slices(warehouse, version.version, 1, slices)
    assert standing(warehouse, version) == {}

    for one in (opened(), *walk("ACKNOWLEDGED"), *walk("CERTIFIED", school=B, checksum=TWO)):
        store.store(warehouse, one)
    assert standing(warehouse, version) == {A: Standing("ACKNOWLEDGED", False), B: Standing("CERTIFIED", True)}
    assert standing(warehouse, dataclasses.replace(version, round=2)) == {}
    assert unsigned(warehouse, version) == {
        B: "ข้อมูลเปลี่ยนหลังรับรอง (CHANGED_SINCE_SIGNED)", ABSENT: "ยังไม่ยืนยัน"
    }  # fmt: skip

    second = [act("open", "bureau"), act("confirm", "officer", (B, "")), act("certify", "director", (B, ONE))]
    for one in second:
        store.store(warehouse, dataclasses.replace(one, round="bangkok-1-2565/2"))
    assert standing(warehouse, version)[B] == Standing("CERTIFIED", False), "the second certification counts"
    assert unsigned(warehouse, version) == {ABSENT: "ยังไม่ยืนยัน"}


def unsigned(warehouse: ClickHouseWarehouse, version: versions.Version) -> dict[int, str]:
    rows = unsigned_schools.table(warehouse, Scope(version)).rows
    assert rows[-1].cells[-1] == len(rows) - 1
    return {int(row.cells[2]): row.cells[4] for row in rows[:-1]}
