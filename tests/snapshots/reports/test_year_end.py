"""Year's ends over concrete histories: the decision that lasts, for the year of the version, of pupils on its roll."""

import random
from collections import Counter
from datetime import date

import pytest

from snapshots.reports import year_end
from snapshots.reports.scope import named
from snapshots.seal import Sealing
from tests.snapshots.histories import identity, random_log
from tests.snapshots.oracle import Event
from tests.snapshots.reports.people import TENTH, line, pupil, sealed, total, version
from tests.snapshots.sealing import OTHER, SCHOOL

pytestmark = pytest.mark.real


def decided(number: int, act: str, at: int, school: int = SCHOOL, **more: object) -> Event:
    """A decision recorded at a time, made in April."""
    fields = {"day": date(2023, 4, 1), "recorded_at": at, "year": 2565} | more
    return Event(school, identity(number), act, identity(1000 * at + number), **fields)  # type: ignore[arg-type]


def test_the_last_recorded_decision_is_counted(work: Sealing) -> None:
    """Pupil 1 was held back, then promoted after all; pupil 4's decision is for another year; pupil 6 has left."""
    events = [
        *(pupil(number, grade="12") for number in range(1, 7)),
        decided(1, "deferred", 1),
        decided(1, "promoted", 2, values={"grade": "13"}),
        decided(2, "graduated", 1, reason="201"),
        decided(3, "graduated", 1, reason="215"),
        decided(4, "repeats", 1, year=2564),
        decided(5, "deferred", 1),
        decided(6, "promoted", 1, values={"grade": "13"}),
        Event(SCHOOL, identity(6), "out", identity(99), day=date(2022, 6, 1)),
    ]
    made = total(year_end.table(work.warehouse, version(work, *events)))
    assert {
        "promoted": 1,
        "graduated": 2,
        "deferred": 1,
        "no_decision": 1,
        "repeats": 0,
        "roll": 5,
    }.items() <= made.items()
    assert (made["to_201"], made["to_215"]) == (1, 1)


def test_a_voided_decision_is_none_and_grades_are_of_the_day(work: Sealing) -> None:
    taken_back = Event(SCHOOL, identity(1), "void", identity(98), voids=identity(1001))
    moved = Event(SCHOOL, identity(1), "changed", identity(97), day=date(2022, 6, 1), values={"grade": "11"})
    scope = version(work, pupil(1, grade="12"), decided(1, "promoted", 1, values={"grade": "13"}), taken_back, moved)
    assert line(year_end.table(work.warehouse, scope), grade="11")["no_decision"] == 1


def test_one_school_of_several(work: Sealing) -> None:
    whole = version(work, pupil(1), pupil(2, OTHER), decided(2, "promoted", 1, OTHER, values={"grade": "05"}))
    found = year_end.counted(work.warehouse, named(work.warehouse, whole.version, f"school:{OTHER}"))
    assert found == Counter({("04", "promoted", ""): 1})


def test_outcomes_add_up_to_the_sealed_rows_of_any_history(work: Sealing) -> None:
    scope = sealed(work, random_log(random.Random(9), 200))
    assert scope.version.as_of == TENTH
    found = year_end.counted(work.warehouse, scope)
    grades = Counter(
        dict(work.warehouse.rows(f"SELECT grade, count() FROM ({scope.rows}) GROUP BY grade", scope.parameters))
    )
    by_grade: Counter[str] = Counter()
    for (grade, _, _), pupils in found.items():
        by_grade[grade] += pupils
    assert by_grade == grades
    assert {outcome for _, outcome, _ in found} > {"promoted", "repeats", ""}
