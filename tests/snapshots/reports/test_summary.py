"""Who has sent and who has not, by area; a Thai dictionary's order."""

from dataclasses import replace

import pytest

from snapshots import schools
from snapshots.reports import missing_schools, summary, thai_order
from snapshots.reports.scope import Scope, named
from snapshots.rounds import store
from snapshots.rounds.act import Act
from snapshots.seal import Sealing
from snapshots.table import RowKind
from tests.snapshots.reports.people import ELSEWHERE, line, pupil, total, version
from tests.snapshots.reports.test_scope import school
from tests.snapshots.rounds.acts import act
from tests.snapshots.sealing import OTHER, SCHOOL
from warehouse.clickhouse import ClickHouseWarehouse

pytestmark = pytest.mark.real

DICTIONARY = (
    *(
        "กก",
        "กฎ",
        "กระบี่",
        "กะ",
        "กา",
        "ก่า",
        "ก้า",
        "ก๊า",
        "ก๋า",
        "การ",
        "กำ",
        "เก",
        "เก่า",
        "เกาะ",
        "แก",
        "แก้ว",
        "โก",
        "ไก่",
    ),
    *("ขา", "เขา", "ฃ", "ใคร", "ไทย", "น้ำ", "ผู้", "ฤดู", "ลาดกระบัง", "ฦ", "วัน", "เวลา", "ศรี", "อา", "เอ", "ฮา", "เฮ"),
)


def test_texts_sort_as_in_the_dictionary(warehouse: ClickHouseWarehouse) -> None:
    """เ แ โ ใ ไ after their consonant, tone marks last: not by code point, where ไก่ comes after ฮา."""
    places = thai_order.places(warehouse, reversed(DICTIONARY))
    assert sorted(DICTIONARY, key=lambda text: places[text]) == list(DICTIONARY)
    assert sorted(DICTIONARY) != list(DICTIONARY)
    assert thai_order.places(warehouse, []) == {}


@pytest.fixture
def whole(work: Sealing) -> Scope:
    """Two areas of one affiliation, one school of another; one school absent, one not expected, one unknown to the table."""
    known = [
        school(SCHOOL, "เขตแก้ว"),
        school(1020080990, "เขตแก้ว"),
        school(OTHER, "เขตกา"),
        school(1020080991, "เขตกา", is_expected=False),
        school(ELSEWHERE, "เขตหนึ่ง"),
    ]
    schools.load(work.warehouse, known, 1)
    return version(work, pupil(1), pupil(2, OTHER, sex="M"), pupil(3, ELSEWHERE), pupil(4, 1020089999))


def test_areas_in_order_with_absent_schools_and_no_zero_for_them(work: Sealing, whole: Scope) -> None:
    made = summary.table(work.warehouse, whole)
    assert [row.cells[1] for row in made.rows if row.kind is RowKind.ROW] == ["เขตกา", "เขตแก้ว", "เขตไม่ระบุ", "เขตหนึ่ง"]
    kaew = line(made, area="เขตแก้ว")
    assert (kaew["expected"], kaew["sent"], kaew["absent"], kaew["total"]) == (2, 1, 1, 1)
    assert (kaew["signed"], kaew["unsigned"], kaew["changed"]) == (0, 2, 0)
    assert (line(made, area="เขตกา")["expected"], line(made, area="เขตไม่ระบุ")["total"]) == (1, 1)
    found = total(made)
    assert (found["expected"], found["sent"], found["absent"]) == (4, 3, 1)
    assert (found["boys"], found["girls"], found["total"]) == (1, 3, whole.version.pupils)


def test_missing_schools_are_named(work: Sealing, whole: Scope) -> None:
    assert [row.cells[2] for row in missing_schools.table(work.warehouse, whole).rows] == ["1020080990", ""]
    other = named(work.warehouse, whole.version, "area:เขตกา")
    assert total(missing_schools.table(work.warehouse, other))["schools"] == 0
    assert total(summary.table(work.warehouse, other))["expected"] == 1


def test_a_signature_counts_while_the_slice_is_the_signed_one(work: Sealing, whole: Scope) -> None:
    """SCHOOL signed what the version has; OTHER signed something else; the third has not signed."""
    here = named(work.warehouse, whole.version, f"school:{SCHOOL}").school
    assert here
    acts = [act("open", "bureau"), *sign(SCHOOL, here.checksum.hex()), *sign(OTHER, "00" * 32)]
    for one in acts:
        mine = {"round": "test/1", "academic_year": 2565, "number": 1, "as_of": whole.version.as_of}
        store.store(work.warehouse, replace(one, **mine))
    found = total(summary.table(work.warehouse, whole))
    assert (found["signed"], found["unsigned"], found["changed"]) == (1, 2, 1)
    work.warehouse.execute("TRUNCATE TABLE round_events")


def sign(code: int, checksum: str) -> list[Act]:
    return [act("confirm", "officer", (code, "")), act("certify", "director", (code, checksum))]
