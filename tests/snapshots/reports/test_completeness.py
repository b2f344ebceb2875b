"""Empty cells by school: what the census holds, and what persons holds."""

from datetime import date

import pytest

from snapshots.reports import completeness
from snapshots.reports.scope import named
from snapshots.seal import Sealing
from tests.snapshots.histories import identity, numbered
from tests.snapshots.oracle import Event
from tests.snapshots.reports.people import line, person, pupil, sealed, total
from tests.snapshots.sealing import OTHER, SCHOOL

pytestmark = pytest.mark.real

WHOLE = {
    "title": "เด็กหญิง", "first_name": "กานดา", "last_name": "ใจดี", "nationality": "ไทย", "house_number": "1",
    "subdistrict": "ลำปลาทิว", "district": "ลาดกระบัง", "province": "กรุงเทพมหานคร",
}  # fmt: skip
FULL = {"birth_key": 7, "disadvantage": "NONE", "disability": "NONE", "boarding": "PARENTS"}


def test_empty_cells_are_counted_where_they_are(work: Sealing) -> None:
    """Pupil 1 is whole; 2 lacks a room and a surname; 3, at another school, has nothing in persons."""
    log = numbered([pupil(1, **FULL), pupil(2, room="", **FULL), pupil(3, OTHER)])
    scope = sealed(work, log)
    person(work, log[0], **WHOLE)
    person(work, log[1], **WHOLE | {"last_name": ""})
    made = completeness.table(work.warehouse, scope)
    here = line(made, school_code=str(SCHOOL))
    assert (here["pupils"], here["room"], here["last_name"], here["missing"]) == (2, 1, 1, 2)
    there = line(made, school_code=str(OTHER))
    assert (there["birth_key"], there["boarding"], there["title"], there["missing"]) == (1, 1, 1, 4 + len(WHOLE))
    assert total(made)["missing"] == 2 + 4 + len(WHOLE)
    one = completeness.table(work.warehouse, named(work.warehouse, scope.version, f"school:{OTHER}"))
    assert total(one)["missing"] == 4 + len(WHOLE)


def test_a_correction_fills_a_cell_and_an_empty_text_clears_it(work: Sealing) -> None:
    """Rule 5.6 holds for names as for grades: the strongest voice wins; one of an earlier stay, or voided, says nothing."""
    mended = Event(SCHOOL, identity(1), "mended", identity(50), recorded_at=5)
    cleared = Event(SCHOOL, identity(2), "changed", identity(51), day=date(2022, 6, 1))
    voided = Event(SCHOOL, identity(3), "mended", identity(52), recorded_at=5)
    void = Event(SCHOOL, identity(3), "void", identity(53), voids=identity(52))
    log = numbered([pupil(1), pupil(2), pupil(3), mended, cleared, voided, void])
    scope = sealed(work, log)
    person(work, log[0], **WHOLE | {"last_name": ""})
    person(work, log[1], **WHOLE)
    person(work, log[2], **WHOLE | {"last_name": ""})
    person(work, log[3], last_name="ใจงาม")
    person(work, log[4], first_name="")
    person(work, log[5], last_name="ใจกล้า")
    here = total(completeness.table(work.warehouse, scope))
    assert (here["first_name"], here["last_name"], here["title"]) == (1, 1, 0)
