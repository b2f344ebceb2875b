"""The shape DMC publishes: so many columns, a line per school, every รวมทั้งหมด the roll."""

import pytest

from schemas.errors import ThabianError
from snapshots import schools
from snapshots.reports import dmc, dmc_counts
from snapshots.seal import Sealing
from tests.snapshots.reports.people import pupil, version
from tests.snapshots.reports.test_scope import school
from tests.snapshots.sealing import OTHER, SCHOOL

pytestmark = pytest.mark.real


@pytest.mark.parametrize(("name", "columns"), [("grade-sex-room", 94), ("disabled", 72), ("id-not-valid", 71)])
def test_columns_as_published(work: Sealing, name: str, columns: int) -> None:
    made = dmc_counts.table(work.warehouse, version(work, pupil(1, disability="AUTISM")), name)
    assert len(made.columns) == columns


def test_a_line_per_school_under_its_smis_code(work: Sealing) -> None:
    """เด็กเล็ก and grades outside the list have no columns there: they are in the sums."""
    schools.load(work.warehouse, [school(SCHOOL, "เขต", smis_code="81012017"), school(OTHER, "เขต")], 1)
    scope = version(work, pupil(1, sex="M"), pupil(2, grade="00"), pupil(3, grade="99"), pupil(4, OTHER, grade="10"))
    made = dmc_counts.table(work.warehouse, scope, "grade-sex-room")
    names = [column.name for column in made.columns]
    assert [column.heading for column in made.columns][:6] == [
        "ปี-รอบ",
        "SMIS",
        "อ.1 ชาย",
        "อ.1 หญิง",
        "อ.1 รวม",
        "อ.1 ห้อง",
    ]
    first, second = (dict(zip(names, row.cells, strict=True)) for row in made.rows)
    assert (first["round"], first["smis"], second["smis"]) == ("2565-1", "81012017", str(OTHER))
    assert (first["04_boys"], first["04_total"], first["04_rooms"], second["10_girls"]) == (1, 1, 1, 1)
    assert [made.rows[0].cells[-4:], made.rows[1].cells[-4:]] == [(1, 2, 3, 3), (0, 1, 1, 1)]
    assert dmc.file_name(scope, "grade-sex-room") == "2565-1-แยกชั้น,เพศ.csv"


def test_a_line_per_school_and_category(work: Sealing) -> None:
    scope = version(
        work, pupil(1, disability="AUTISM"), pupil(2, disability="NONE"), pupil(3, OTHER, disability="SPEECH")
    )
    made = dmc_counts.table(work.warehouse, scope, "disabled")
    assert [(row.cells[2], row.cells[-1]) for row in made.rows] == [("ออทิสติก", 1), ("การพูด/ภาษา", 1)]


def test_a_report_dmc_has_not(work: Sealing) -> None:
    with pytest.raises(ThabianError) as raised:
        dmc.file_name(version(work), "funded")
    assert raised.value.code == "REPORT_NOT_DMC"
