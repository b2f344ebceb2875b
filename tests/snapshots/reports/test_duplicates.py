"""Duplicates: pairs of schools, affiliations, and the three numbers that stand side by side (semantics 6.2)."""

import random
from collections import Counter
from datetime import date

import pytest

from snapshots.reports import duplicates
from snapshots.reports.duplicates import Persons
from snapshots.reports.scope import named
from snapshots.seal import Sealing
from tests.snapshots.histories import WHOLE, identity, random_log
from tests.snapshots.oracle import Event, census
from tests.snapshots.reports.people import ELSEWHERE, TENTH, line, pupil, sealed, version
from tests.snapshots.sealing import OTHER, SCHOOL

pytestmark = pytest.mark.real


def test_pairs_within_an_affiliation_and_across(work: Sealing) -> None:
    """Pupil 1 is at two schools of one affiliation, pupil 2 at three schools of two; pupil 3 is at one."""
    events = [pupil(1), pupil(1, OTHER), pupil(2), pupil(2, OTHER), pupil(2, ELSEWHERE), pupil(3)]
    scope = version(work, *events)
    made = duplicates.table(work.warehouse, scope)
    assert duplicates.persons(work.warehouse, scope) == Persons(roll=6, distinct=3, duplicated=2)
    same = line(made, school_code=str(SCHOOL), other_code=str(OTHER))
    assert (same["same_affiliation"], same["other_affiliation"], same["pupils"]) == (2, 0, 2)
    across = line(made, school_code=str(SCHOOL), other_code=str(ELSEWHERE))
    assert (across["same_affiliation"], across["other_affiliation"], across["pupils"]) == (0, 1, 1)


@pytest.mark.parametrize(
    ("name", "same", "other"), [("all", 3, 1), ("affiliation:10", 3, 1), (f"school:{OTHER}", 3, 0)]
)
def test_the_total_counts_a_pair_once(work: Sealing, name: str, same: int, other: int) -> None:
    """Three pupils at two schools of an affiliation, which see each other; one at a school of it and at one of another."""
    events = [pupil(at, code) for at in (1, 2, 3) for code in (SCHOOL, OTHER)]
    died = Event(1020080999, identity(1), "died", identity(77), day=date(2022, 6, 1))
    dead = [pupil(1, 1020080999), died]
    whole = version(work, *events, *dead, pupil(4), pupil(4, ELSEWHERE))
    made = duplicates.table(work.warehouse, named(work.warehouse, whole.version, name))
    found = line(made, school="รวมคู่ที่ซ้ำ")
    assert (found["same_affiliation"], found["other_affiliation"], found["pupils"]) == (same, other, same + other)
    assert found["blocking"] == 1


def test_a_school_sees_its_duplicates_wherever_they_are(work: Sealing) -> None:
    whole = version(work, pupil(1), pupil(1, ELSEWHERE), pupil(2, OTHER), pupil(2, ELSEWHERE))
    scope = named(work.warehouse, whole.version, f"school:{SCHOOL}")
    made = duplicates.table(work.warehouse, scope)
    assert line(made, school_code=str(SCHOOL))["other_code"] == str(ELSEWHERE)
    assert duplicates.persons(work.warehouse, scope) == Persons(roll=1, distinct=1, duplicated=1)


@pytest.mark.parametrize(("is_voided", "blocking"), [(False, 1), (True, 0)])
def test_a_death_at_one_school_leaves_the_other_blocked(work: Sealing, is_voided: bool, blocking: int) -> None:
    """Semantics 6.2: a death closes its own school alone. Here two others still have the pupil; one that was taken back
    blocks nobody."""
    died = Event(1020080999, identity(1), "died", identity(77), day=date(2022, 6, 1))
    back = Event(1020080999, identity(1), "void", identity(78), voids=identity(77))
    events = [pupil(1), pupil(1, OTHER), pupil(1, 1020080999), died, *([back] if is_voided else [])]
    made = duplicates.table(work.warehouse, version(work, *events))
    assert line(made, school_code=str(SCHOOL), other_code=str(OTHER))["blocking"] == blocking


def test_one_number_sent_as_another_is_one_person(work: Sealing) -> None:
    """A pupil whose G code became a number at one school is the same pupil as the number at the other."""
    became = Event(SCHOOL, identity(1), "identity", identity(900), new_person=identity(2))
    scope = version(work, pupil(1), pupil(2, OTHER), became)
    assert duplicates.persons(work.warehouse, scope) == Persons(roll=2, distinct=1, duplicated=1)


def test_a_pair_says_how_its_findings_stand(work: Sealing) -> None:
    """Of the two findings between the schools one was dismissed by an officer; what is over is told no more."""
    scope = version(work, pupil(1), pupil(1, OTHER))
    for number, state in ((1, 1), (2, 1), (3, 2)):
        row = {"finding_id": bytes([number]) * 16, "told_at": 1, "topic": "t", "offset": number, "state": state}
        row |= {"code": "ACTIVE_AT_TWO_SCHOOLS", "school_code": OTHER, "other_school": SCHOOL}
        work.warehouse.insert("findings", {name: [value] for name, value in row.items()})
    work.warehouse.insert("finding_acts", {"finding_id": [bytes([2]) * 16], "act": [2], "acted_at": [1]})
    made = duplicates.table(work.warehouse, scope)
    for code in (SCHOOL, OTHER):
        found = line(made, school_code=f"{code:010}")
        assert [found[name] for name in ("pupils", "open", "confirmed", "dismissed")] == [1, 1, 0, 1]
    assert made.rows[-4].cells[-3:] == (1, 0, 1), "a pair counts once"
    for table in ("findings", "finding_acts"):
        work.warehouse.execute(f"TRUNCATE TABLE {table}")


def test_no_duplicates(work: Sealing) -> None:
    scope = version(work, pupil(1), pupil(2))
    assert [row.cells[0] for row in duplicates.table(work.warehouse, scope).rows] == ["", "", "", ""]


def test_the_three_numbers_of_any_history_are_the_oracles(work: Sealing) -> None:
    log = random_log(random.Random(11), 200)
    scope = sealed(work, log)
    roll = census(log, 2565, TENTH, WHOLE)
    times = Counter(person for _, person in roll)
    many = sum(count > 1 for count in times.values())
    assert many > 0
    assert duplicates.persons(work.warehouse, scope) == Persons(len(roll), len(times), many)
    pairs = sum(count * (count - 1) // 2 for count in times.values())
    assert line(duplicates.table(work.warehouse, scope), school="รวมคู่ที่ซ้ำ")["pupils"] == pairs
