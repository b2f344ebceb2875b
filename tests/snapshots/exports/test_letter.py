"""What a letter says of the schools that must send, from the register."""

import pytest

from snapshots import schools
from snapshots.exports.letter import Sending, sending
from snapshots.reports.scope import named
from snapshots.seal import Sealing
from tests.snapshots.reports.people import ELSEWHERE, pupil, version
from tests.snapshots.reports.test_scope import school
from tests.snapshots.sealing import OTHER, SCHOOL

pytestmark = pytest.mark.real


def test_absent_schools_of_the_scope_are_told_and_no_others(work: Sealing) -> None:
    """Absent: one of each area. Not expected: one that sent and one that did not."""
    absent, farther = school(1020080990, "เขตแก้ว", name="บ้านกา"), school(1120080991, "เขตสอง")
    known = [
        *(school(SCHOOL, "เขตแก้ว"), school(OTHER, "เขตแก้ว", is_expected=False), school(ELSEWHERE, "เขตสอง")),
        *(absent, farther, school(1020080992, "เขตแก้ว", is_expected=False)),
    ]
    schools.load(work.warehouse, known, 1)
    whole = version(work, pupil(1), pupil(2, OTHER), pupil(3, ELSEWHERE))
    assert sending(work.warehouse, whole) == Sending("ทุกโรงเรียน", 4, (absent, farther))
    area = named(work.warehouse, whole.version, "area:เขตแก้ว")
    assert sending(work.warehouse, area) == Sending("เขตพื้นที่/สำนักงานเขต เขตแก้ว", 2, (absent,))
    one = named(work.warehouse, whole.version, f"school:{SCHOOL}")
    assert (sending(work.warehouse, one).expected, sending(work.warehouse, one).absent) == (1, ())


def test_without_a_list_of_schools_none_is_expected(work: Sealing) -> None:
    assert sending(work.warehouse, version(work, pupil(1))) == Sending("ทุกโรงเรียน", 0, ())
