"""Reports by category, over concrete histories on the real engine; each adds up to the roll in every line."""

import random
from datetime import date

import pytest

from schemas.identity import id_kind
from snapshots.reports import ages, budget, funding, id_kinds, registry
from snapshots.reports.attributes import BOARDING, DISABLED, DISADVANTAGED
from snapshots.seal import Sealing
from snapshots.table import Table
from tests.events import person_id
from tests.snapshots.histories import WHOLE, identity, random_log
from tests.snapshots.oracle import Event, census
from tests.snapshots.reports.people import TENTH, line, person, pupil, sealed, total, version

pytestmark = pytest.mark.real

BY_CATEGORY = [report for report in registry.REPORTS if report.question]


def test_disadvantaged_pupils_and_those_with_a_code_of_their_own(work: Sealing) -> None:
    events = [
        pupil(1, disadvantage="POOR"),
        pupil(2, disadvantage="NONE"),
        pupil(3),
        pupil(4, disadvantage="ZZ9", sex="M"),
    ]
    made = DISADVANTAGED.table(work.warehouse, version(work, *events))
    assert total(made) | {"is_poor": 1, "is_zz9": 1, "girls": 1, "boys": 1, "total": 2} == total(made)
    assert (total(made)["is_none"], total(made)["is_not_given"], total(made)["roll"]) == (1, 1, 4)
    assert line(made, grade="04")["total"] == 2


def test_boarding_is_the_scheme_alone(work: Sealing) -> None:
    """Semantics 8.5: who lives with relatives boards with nobody; a code outside the list is not the scheme's."""
    events = [pupil(1, boarding="SCHEME_DORM"), pupil(2, boarding="RELATIVES"), pupil(3, boarding="ZZ")]
    made = total(BOARDING.table(work.warehouse, version(work, *events)))
    assert (made["is_scheme_dorm"], made["total"], made["is_relatives"], made["is_zz"], made["roll"]) == (1, 1, 1, 1, 3)


def test_disabled(work: Sealing) -> None:
    made = total(
        DISABLED.table(work.warehouse, version(work, pupil(1, disability="AUTISM"), pupil(2, disability="NONE")))
    )
    assert (made["is_autism"], made["total"], made["is_none"], made["roll"]) == (1, 1, 1, 2)


def _kinds(work: Sealing, kinds: dict[int, str]) -> None:
    for number, kind in kinds.items():
        key = identity(number).hex()
        work.warehouse.execute(
            f"ALTER TABLE change_log UPDATE id_kind = '{kind}' WHERE person_key = unhex('{key}')",
            settings={"mutations_sync": 1},
        )


def test_numbers_that_are_not_valid(work: Sealing) -> None:
    """A G code, a 0 number, a wrong check digit; and a G code that became a national number and is listed no more."""
    events = [pupil(number) for number in (1, 2, 3, 4, 5)]
    became = Event(events[4].school, identity(5), "identity", identity(900), new_person=identity(6))
    scope = version(work, *events, became)
    _kinds(work, {1: "NATIONAL", 2: "G", 3: "ZERO_SERIES", 4: "NATIONAL", 5: "G"})
    work.warehouse.execute(
        "ALTER TABLE receipts UPDATE codes = ['CHECK_DIGIT_WRONG'] WHERE offset = 3", settings={"mutations_sync": 1}
    )
    person(work, became, person_id="G000000000005", new_person_id=person_id(6))
    made = total(id_kinds.table(work.warehouse, scope))
    assert (made["is_g"], made["is_zero_series"], made["is_check_digit_wrong"], made["total"]) == (1, 1, 1, 3)
    assert (made["is_national"], made["is_unknown"], made["roll"]) == (2, 0, 5)


@pytest.mark.parametrize(
    ("number", "kind"),
    [("G123456789013", "G"), ("0123456789013", "ZERO_SERIES"), (person_id(7), "NATIONAL"), ("", "UNKNOWN")],
)
def test_the_kind_of_a_number_that_came_by_replacement_alone(work: Sealing, number: str, kind: str) -> None:
    first = pupil(1)
    became = Event(first.school, identity(1), "identity", identity(900), new_person=identity(2))
    scope = version(work, first, became)
    person(work, became, new_person_id=number)
    assert id_kinds.question(work.warehouse, scope).cells(work.warehouse) == {(kind, "04", "F"): 1}
    assert kind == "UNKNOWN" or id_kind(number) == kind


def test_a_wrong_check_digit_of_a_replaced_number(work: Sealing) -> None:
    wrong = person_id(7)[:-1] + str((int(person_id(7)[-1]) + 1) % 10)
    assert id_kinds.kind_of(wrong) == "CHECK_DIGIT_WRONG"


def _born(work: Sealing, births: dict[int, tuple[str, date | None]]) -> Table:
    """Pupils by number with grade and birth date: the report by age, over a version as of 10 June 2565."""
    events = [pupil(number, grade=grade, birth_key=number) for number, (grade, _) in births.items()]
    scope = version(work, *events)
    for event, (_, born) in zip(events, births.values(), strict=True):
        if born:
            person(work, event, birth_date=born)
    return ages.table(work.warehouse, scope)


def test_age_is_whole_years_on_the_day(work: Sealing) -> None:
    made = _born(
        work,
        {
            1: ("04", date(2015, 6, 10)),  # seven today
            2: ("04", date(2015, 6, 11)),  # seven tomorrow
            3: ("01", date(2021, 1, 1)),
            4: ("15", date(1990, 1, 1)),
            5: ("04", None),
        },
    )
    found = total(made)
    assert (found["is_7"], found["is_6"], found["is_2"], found["is_21"], found["is_not_given"]) == (1, 1, 1, 1, 1)
    assert (found["total"], found["roll"]) == (4, 5)


def test_funded_and_the_reasons_why_not(work: Sealing) -> None:
    """Domain 3.7: kindergarten is measured on 16 May, all others by the year; nobody is guessed to be funded."""
    births = {
        1: ("01", date(2018, 5, 16)),  # four on 16 May 2022
        2: ("01", date(2018, 5, 17)),  # a day short
        3: ("04", date(2018, 12, 31)),  # four by the year
        4: ("15", date(2002, 1, 1)),  # twenty by the year
        5: ("15", date(2001, 12, 31)),  # twenty-one by the year
        6: ("04", None),
        7: ("99", date(2015, 1, 1)),
    }
    _born(work, births)
    scope = version(work)
    found = total(funding.table(work.warehouse, scope))
    assert (found["is_funded"], found["total"]) == (3, 3)
    reasons = {"is_too_young": 1, "is_too_old": 1, "is_no_birth_date": 1, "is_no_level": 1, "roll": 7}
    assert found | reasons == found


def test_every_report_adds_up_to_the_roll_of_any_history(work: Sealing) -> None:
    log = random_log(random.Random(5), 150)
    scope = sealed(work, log)
    roll = census(log, 2565, TENTH, WHOLE)
    assert scope.version.pupils == len(roll) > 0
    for report in registry.REPORTS:
        made = report.table(work.warehouse, scope)
        assert total(made).get("roll", total(made).get("total", len(roll))) == len(roll), report.name
        if report.question and report.heading:
            _adds_up(made)


def _adds_up(made: Table) -> None:
    names = [column.name for column in made.columns]
    for row in made.rows:
        cells = dict(zip(names, row.cells, strict=True))
        categories = sum(int(value) for name, value in cells.items() if name.startswith("is_"))
        assert categories == cells["roll"], (made.name, cells)
        by_sex = sum(
            int(value) for name, value in cells.items() if name in ("boys", "girls") or name.startswith("sex_")
        )
        assert by_sex == cells["total"], (made.name, cells)


def test_the_budget_tells_the_funded_by_affiliation_and_level(work: Sealing) -> None:
    births = {1: ("04", date(2015, 1, 1)), 2: ("10", None), 3: ("99", date(2015, 1, 1))}
    _born(work, births)
    made = budget.table(work.warehouse, version(work))
    primary = line(made, affiliation="สพฐ.", level="ประถม")
    assert (primary["roll"], primary["funded"], primary["not_funded"]) == (1, 1, 0)
    assert line(made, affiliation="สพฐ.", level="ชั้นไม่ระบุ")["not_funded"] == 1
    assert (total(made)["roll"], total(made)["funded"]) == (3, 1)
