"""Lists of pupils: without names for all, with names for a role, and never a name before the log has a line."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from schemas.errors import ThabianError
from snapshots.reports import access, duplicates, id_kinds, roster
from snapshots.reports.access import Access
from snapshots.reports.scope import Scope, named
from snapshots.seal import Sealing
from tests.events import person_id
from tests.snapshots.histories import identity, numbered
from tests.snapshots.oracle import Event
from tests.snapshots.reports.people import person, pupil, sealed
from tests.snapshots.sealing import OTHER, SCHOOL

pytestmark = pytest.mark.real


def reading(scope: Scope, role: str = "director", actor: str = "ผอ.", purpose: str = "ตรวจสอบรายชื่อ") -> Access:
    return Access(1_000, actor, role, "tester", scope.version.version, scope.name, "all", purpose)


@pytest.fixture
def scope(work: Sealing) -> Scope:
    """Four pupils of one school: two rooms; the third's G code became a number; the fourth is not in persons."""
    became = Event(SCHOOL, identity(3), "identity", identity(900), new_person=identity(33))
    log = numbered(
        [
            pupil(1, room="2", birth_key=11),
            pupil(2, room="1", disadvantage="POOR"),
            pupil(3, room="1"),
            pupil(4, room="1"),
            pupil(5, OTHER),
            became,
        ]
    )
    whole = sealed(work, log)
    work.warehouse.execute("TRUNCATE TABLE name_accesses")
    person(
        work,
        log[0],
        person_id=person_id(1),
        title="เด็กหญิง",
        first_name="ก้อย",
        last_name="ใจดี",
        birth_date=date(2015, 6, 10),
    )
    person(work, log[1], person_id=person_id(2), title="เด็กหญิง", first_name="ไก่", last_name="ใจดี")
    person(work, log[2], person_id="G123456789012", title="เด็กหญิง", first_name="กา", last_name="ใจงาม")
    person(work, became, person_id="G123456789012", new_person_id=person_id(33))
    return named(work.warehouse, whole.version, f"school:{SCHOOL}")


def test_without_names_nothing_of_persons_is_read(work: Sealing, scope: Scope) -> None:
    made = roster.table(work.warehouse, scope, "all")
    assert [(row.cells[3], row.cells[4]) for row in made.rows[:-1]] == [("1", "2"), ("1", "3"), ("1", "4"), ("2", "1")]
    assert "name" not in [column.name for column in made.columns]
    assert access.listed(work.warehouse) == []


def test_names_in_order_with_present_numbers(work: Sealing, scope: Scope) -> None:
    """กา before ไก่, within a room; whom persons does not know stands there without a name."""
    made = roster.table_with_names(work.warehouse, scope, "all", reading(scope))
    lines = [row.cells[5:] for row in made.rows[:-1]]
    assert [cells[2] for cells in lines] == ["", "เด็กหญิงกา", "เด็กหญิงไก่", "เด็กหญิงก้อย"]
    assert [cells[1] for cells in lines] == ["", person_id(33), person_id(2), person_id(1)]
    assert lines[-1][4] == "10/06/2558"
    assert access.listed(work.warehouse) == [reading(scope)]


def test_a_title_sorts_nobody(work: Sealing) -> None:
    """By first name, then last name: not all of one title before all of another, not by student number."""
    told = [("เด็กหญิง", "กมล", "ใจดี"), ("เด็กชาย", "ขจร", "ใจดี"), ("เด็กชาย", "กมล", "เอกชัย"), ("นาย", "กมล", "แก้วใส")]
    log = numbered([pupil(number) for number in range(1, 5)])
    whole = sealed(work, log)
    for event, (title, first, last) in zip(log, told, strict=True):
        person(work, event, title=title, first_name=first, last_name=last)
    scope = named(work.warehouse, whole.version, f"school:{SCHOOL}")
    made = roster.table_with_names(work.warehouse, scope, "all", reading(scope))
    assert [row.cells[7:9] for row in made.rows[:-1]] == [
        ("นายกมล", "แก้วใส"), ("เด็กหญิงกมล", "ใจดี"), ("เด็กชายกมล", "เอกชัย"), ("เด็กชายขจร", "ใจดี"),
    ]  # fmt: skip


def test_a_list_a_director_signs(work: Sealing, scope: Scope) -> None:
    made = roster.table_with_names(work.warehouse, scope, "disadvantaged", reading(scope))
    assert [(row.cells[7], row.cells[-1]) for row in made.rows[:-1]] == [("เด็กหญิงไก่", "เด็กยากจน")]


def test_numbers_and_duplicates_have_lists(work: Sealing) -> None:
    whole = sealed(work, numbered([pupil(1), pupil(1, OTHER), pupil(2)]))
    work.warehouse.execute(
        f"ALTER TABLE change_log UPDATE id_kind = 'G' WHERE person_key = unhex('{identity(2).hex()}')",
        settings={"mutations_sync": 1},
    )
    here = named(work.warehouse, whole.version, f"school:{SCHOOL}")
    assert [row.cells[-1] for row in roster.table(work.warehouse, here, id_kinds.NAME).rows[:-1]] == ["รหัส G"]
    assert [row.cells[4] for row in roster.table(work.warehouse, here, duplicates.NAME).rows[:-1]] == ["1"]


@pytest.mark.parametrize(
    "given",
    [{"role": "ministry"}, {"role": ""}, {"actor": " "}, {"purpose": ""}],
)
def test_no_role_no_names_and_no_line(work: Sealing, scope: Scope, given: Mapping[str, Any]) -> None:
    with pytest.raises(ThabianError) as raised:
        roster.table_with_names(work.warehouse, scope, "all", reading(scope, **given))
    assert raised.value.code == "ACCESS_REFUSED"
    assert access.listed(work.warehouse) == []


def test_a_director_reads_no_other_scope(work: Sealing, scope: Scope) -> None:
    with pytest.raises(ThabianError):
        roster.table_with_names(work.warehouse, Scope(scope.version), "all", reading(Scope(scope.version)))


def test_the_line_is_there_though_the_reading_fails(
    work: Sealing, scope: Scope, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise ConnectionError

    monkeypatch.setattr(roster, "_names", away)
    with pytest.raises(ConnectionError):
        roster.table_with_names(work.warehouse, scope, "all", reading(scope))
    assert len(access.listed(work.warehouse)) == 1
