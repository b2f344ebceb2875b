"""Every expected school in a line, with what became of its messages: nothing sent is ABSENT, not 0 (semantics 6.3)."""

from dataclasses import replace

import pytest

from snapshots import schools
from snapshots.reports import school_standing
from snapshots.reports.scope import Scope, named
from snapshots.rounds import store
from snapshots.seal import Request, Sealing, seal
from snapshots.table import RowKind
from tests.snapshots.histories import numbered
from tests.snapshots.reports.people import TENTH, line, pupil, total
from tests.snapshots.reports.test_scope import school
from tests.snapshots.reports.test_summary import sign
from tests.snapshots.rounds.acts import act
from tests.snapshots.sealing import OTHER, SCHOOL, Log, take_in

pytestmark = pytest.mark.real
ABSENT, STRANGER = 1020080990, 1020089999


@pytest.fixture
def whole(work: Sealing) -> Scope:
    """Two schools that sent, one absent, one that is in no list; and messages that were refused, repeated or unreadable."""
    schools.load(work.warehouse, [school(SCHOOL, "เขตแก้ว"), school(ABSENT, "เขตแก้ว"), school(OTHER, "เขตกา")], 1)
    events = numbered([pupil(1), pupil(2, OTHER), pupil(3, OTHER), pupil(4, STRANGER)])
    take_in(work, events)
    answers = [(SCHOOL, 4), (SCHOOL, 2), (OTHER, 3), (0, 5), (0, 6), (0, 6)]
    first = len(events)
    row = {
        "topic": [events[0].topic] * len(answers),
        "partition": [events[0].partition] * len(answers),
        "offset": list(range(first, first + len(answers))),
        "outcome": [outcome for _, outcome in answers],
        "school_code": [code for code, _ in answers],
    }
    for _ in range(2):
        work.warehouse.insert("receipts", row)  # stored again after a crash: counted once
    assert isinstance(work.log, Log)
    work.log.ends[events[0].topic, events[0].partition] = first + len(answers)
    version = seal(work, Request(2565, 1, TENTH)).version
    work.warehouse.insert("receipts", {name: [values[0]] for name, values in row.items()} | {"offset": [99]})
    return named(work.warehouse, version, "all")


def test_every_school_and_what_became_of_its_messages(work: Sealing, whole: Scope) -> None:
    made = school_standing.table(work.warehouse, whole)
    assert [row.cells[1] for row in made.rows] == [f"{OTHER:010}", f"{SCHOOL:010}", f"{ABSENT:010}", "", ""]
    there = line(made, school_code=f"{SCHOOL:010}")
    assert [there[name] for name in ("absent", "accepted", "rejected", "duplicate", "pupils")] == ["", 1, 1, 1, 1]
    assert line(made, school_code=f"{OTHER:010}")["conflict"] == 1
    nothing = line(made, school_code=f"{ABSENT:010}")
    assert [nothing[name] for name in ("absent", "accepted", "pupils")] == ["ABSENT", 0, 0]
    nobody = line(made, school="ไม่ทราบโรงเรียน")
    assert [nobody[name] for name in ("accepted", "dead_letter", "lost", "pupils")] == [1, 1, 2, 1]


def test_the_lines_add_up_to_the_receipts_below_the_cut(work: Sealing, whole: Scope) -> None:
    found = total(school_standing.table(work.warehouse, whole))
    assert sum(found[outcome.lower()] for outcome in school_standing.OUTCOMES) == 10
    assert found["pupils"] == whole.version.pupils == 4
    part = school_standing.table(work.warehouse, named(work.warehouse, whole.version, "area:เขตกา"))
    assert [row.kind for row in part.rows] == [RowKind.ROW, RowKind.TOTAL]
    assert total(part)["accepted"] == 2


@pytest.mark.parametrize("scope", ["affiliation:10", f"school:{STRANGER}"])
def test_a_school_that_no_list_has_is_not_left_out_of_a_part(work: Sealing, whole: Scope, scope: str) -> None:
    """An affiliation is in a school's code, listed or not; what names no school at all belongs to no part."""
    part = school_standing.table(work.warehouse, named(work.warehouse, whole.version, scope))
    stranger = line(part, school="ไม่ทราบโรงเรียน")
    assert [stranger[name] for name in ("accepted", "dead_letter", "pupils")] == [1, 0, 1]
    assert total(part)["pupils"] == (4 if scope.startswith("affiliation") else 1)


def test_findings_and_signatures(work: Sealing, whole: Scope) -> None:
    row = {"finding_id": b"1" * 16, "told_at": 1, "topic": "t", "partition": 0, "offset": 1, "code": "GRADE_JUMP"}
    row |= {"state": 1, "school_code": SCHOOL, "other_school": OTHER}
    work.warehouse.insert("findings", {name: [value] for name, value in row.items()})
    here = named(work.warehouse, whole.version, f"school:{SCHOOL}").school
    assert here
    for one in [act("open", "bureau"), *sign(SCHOOL, here.checksum.hex())]:
        mine = {"round": "test/1", "academic_year": 2565, "number": 1, "as_of": whole.version.as_of}
        store.store(work.warehouse, replace(one, **mine))
    made = school_standing.table(work.warehouse, whole)
    signed = line(made, school_code=f"{SCHOOL:010}")
    assert (signed["findings"], signed["signature"]) == (1, "รับรองแล้ว")
    other = line(made, school_code=f"{OTHER:010}")
    assert (other["findings"], other["signature"]) == (1, "ยังไม่ยืนยัน")
    for table in ("round_events", "findings"):
        work.warehouse.execute(f"TRUNCATE TABLE {table}")
