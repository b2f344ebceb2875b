"""What each of DMC's names counts, over concrete histories; each goes wrong when its rule is another."""

import random
from collections import Counter
from datetime import date

import pytest

from snapshots import balance
from snapshots.balance import Point
from snapshots.reports import dmc, dmc_counts
from snapshots.reports.scope import Scope, named
from snapshots.seal import Sealing
from snapshots.table import Table
from tests.snapshots.histories import identity, random_log
from tests.snapshots.oracle import Event
from tests.snapshots.reports.people import TENTH, pupil, sealed, version
from tests.snapshots.reports.test_year_end import decided
from tests.snapshots.sealing import OTHER, SCHOOL

pytestmark = pytest.mark.real

FIRST, MARCH = date(2022, 5, 16), date(2023, 3, 31)
BEFORE_ALL = Point(2564, date(2149, 6, 6))
"""The end of the year before, after all its days."""


def left(number: int, act: str, day: date, **more: object) -> Event:
    return Event(SCHOOL, identity(number), act, identity(500 + number), day=day, **more)  # type: ignore[arg-type]


def cells(made: Table) -> list[dict[str, object]]:
    """Each line by column name, without what is 0."""
    names = [column.name for column in made.columns]
    return [
        {name: cell for name, cell in zip(names, row.cells, strict=True) if cell not in (0, "2565-1")}
        for row in made.rows
    ]


def line(category: str, grade: str, *, boys: int = 0, girls: int = 0, sums: tuple[str, str]) -> dict[str, object]:
    """A line of one school with pupils of one grade."""
    given = {
        f"{bucket}_{name}": count for bucket in (grade, *sums) for name, count in (("boys", boys), ("girls", girls))
    }
    given |= {f"{bucket}_total": boys + girls for bucket in (grade, *sums)}
    return {"smis": str(SCHOOL), "category": category} | {name: count for name, count in given.items() if count}


PRIMARY = ("sum_10", "sum_22")
LOWER = ("sum_14", "sum_22")


@pytest.mark.parametrize("name", dmc.NAMES)
def test_every_name_has_the_published_shape(work: Sealing, name: str) -> None:
    made = dmc_counts.table(work.warehouse, version(work, pupil(1)), name)
    columns = 94 if name == "grade-sex-room" else 72 if dmc.NAMES[name]["category"] else 71
    assert len(made.columns) == columns
    assert made.columns[-1 - (columns == 94)].heading == "รวมทั้งหมด รวม"


def test_who_left_the_roll_and_how(work: Sealing) -> None:
    """Pupil 5 left after the day; 6 went on and left on the new year's first day, from the new grade; 7 left last year.

    8 dropped out, came back and left again; 9's exit was taken back; who was not there, as 10, did not leave.
    """
    last_year = {"year": 2564, "day": date(2021, 5, 16)}
    events = [
        *(pupil(number) for number in (1, 2, 3, 4, 5, 8, 9)),
        *(
            Event(SCHOOL, identity(n), "enrolled", identity(n), values={"grade": "05", "sex": "M"}, **last_year)
            for n in (6, 7)
        ),
        left(1, "out", date(2022, 6, 1)),
        left(2, "dropped", date(2022, 6, 1), reason="POVERTY"),
        left(3, "died", TENTH),
        left(5, "out", date(2022, 6, 11)),
        decided(6, "promoted", 1, year=2564, values={"grade": "06"}),
        left(6, "out", FIRST),
        left(7, "out", date(2022, 3, 1), year=2564),
        left(8, "dropped", date(2022, 5, 20), reason="ILLNESS"),
        Event(
            SCHOOL, identity(8), "enrolled", identity(608), day=date(2022, 5, 25), values={"grade": "04", "sex": "F"}
        ),
        Event(SCHOOL, identity(8), "out", identity(708), day=date(2022, 6, 2)),
        left(9, "out", date(2022, 6, 1)),
        Event(SCHOOL, identity(9), "void", identity(609), voids=identity(509)),
        left(10, "dropped", date(2022, 6, 1), reason="LAW"),
    ]
    scope = version(work, *events)
    moved, dropped, died = cells(dmc_counts.table(work.warehouse, scope, "left"))
    assert moved == line("ย้ายสถานศึกษา", "04", girls=2, sums=PRIMARY) | {
        "06_boys": 1, "06_total": 1, "sum_10_boys": 1, "sum_10_total": 3, "sum_22_boys": 1, "sum_22_total": 3,
    }  # fmt: skip
    assert dropped == line("ออกกลางคัน", "04", girls=2, sums=PRIMARY)
    assert died == line("ถึงแก่กรรม", "04", girls=1, sums=PRIMARY)
    assert cells(dmc_counts.table(work.warehouse, scope, "dropouts")) == [
        line("ฐานะยากจน", "04", girls=1, sums=PRIMARY),
        line("เจ็บป่วย/อุบัติเหตุ", "04", girls=1, sums=PRIMARY),
    ]


def test_a_dropout_without_a_reason_and_one_outside_the_list(work: Sealing) -> None:
    events = [pupil(1), pupil(2), left(1, "dropped", TENTH), left(2, "dropped", TENTH, reason="ZZ")]
    made = dmc_counts.table(work.warehouse, version(work, *events), "dropouts")
    assert [row.cells[2] for row in made.rows] == ["นอกรายการ: ZZ", "ไม่ระบุ"]


def test_who_left_stands_as_known_when_leaving(work: Sealing) -> None:
    """The grade changed before the exit; the sex was wrong and is mended after it; what follows an entry is of that one."""
    events = [
        pupil(1),
        Event(SCHOOL, identity(1), "changed", identity(701), day=date(2022, 5, 20), values={"grade": "05"}),
        left(1, "out", date(2022, 6, 1)),
        Event(SCHOOL, identity(1), "mended", identity(702), day=date(2022, 6, 2), values={"sex": "M"}),
        Event(SCHOOL, identity(1), "in", identity(703), day=date(2022, 6, 5), values={"grade": "06", "sex": "F"}),
        Event(SCHOOL, identity(1), "mended", identity(704), day=date(2022, 6, 6), values={"grade": "07", "sex": "F"}),
    ]
    made = cells(dmc_counts.table(work.warehouse, version(work, *events), "left"))
    assert made == [line("ย้ายสถานศึกษา", "05", boys=1, sums=PRIMARY)]


@pytest.mark.parametrize("seed", [3, 4])
def test_exits_are_the_balances_of_any_history(work: Sealing, seed: int) -> None:
    scope = sealed(work, random_log(random.Random(seed), 500), as_of=date(2022, 6, 11))
    expected: Counter[tuple[str, int]] = Counter()
    for part in balance.by_grade(work.warehouse, BEFORE_ALL, scope.version):
        for act, term in (("ย้ายสถานศึกษา", "went_out"), ("ออกกลางคัน", "dropped"), ("ถึงแก่กรรม", "died")):
            expected[act, part.school_code or 0] += part.total(term)
    found: Counter[tuple[str, int]] = Counter()
    for row in dmc_counts.table(work.warehouse, scope, "left").rows:
        found[str(row.cells[2]), int(str(row.cells[1]))] += int(row.cells[-1] or 0)
    assert found.total() > 20
    assert found == +expected


def test_who_did_not_pass_and_who_graduated(work: Sealing) -> None:
    """Pupil 1 was to repeat, then passed after all; 7 repeats another year; 8 has left; a graduate of ม.2 is in no file."""
    grades = {1: "04", 2: "04", 3: "12", 4: "12", 5: "12", 6: "09", 7: "04", 8: "04", 9: "11", 10: "15", 11: "12"}
    events = [
        *(pupil(number, grade=grade, sex="M" if number == 3 else "F") for number, grade in grades.items()),
        decided(1, "repeats", 1),
        decided(1, "promoted", 2, values={"grade": "05"}),
        decided(2, "repeats", 1),
        decided(3, "graduated", 1, reason="201"),
        decided(4, "graduated", 1, reason="217"),
        decided(5, "graduated", 1, reason="216"),
        decided(6, "graduated", 1),
        decided(7, "repeats", 1, year=2564),
        decided(8, "repeats", 1),
        left(8, "out", date(2022, 6, 1)),
        decided(9, "graduated", 1),
        decided(10, "graduated", 1, reason="999"),
        decided(11, "deferred", 1),
    ]
    scope = version(work, *events, as_of=MARCH)
    (repeats,) = cells(dmc_counts.table(work.warehouse, scope, "not-passed"))
    assert repeats == {name: cell for name, cell in line("", "04", girls=1, sums=PRIMARY).items() if name != "category"}
    assert cells(dmc_counts.table(work.warehouse, scope, "graduates-m3")) == [
        line("ศึกษาต่อ", "12", boys=1, girls=1, sums=LOWER),
        line("ไม่ศึกษาต่อ", "12", girls=1, sums=LOWER),
    ]
    assert cells(dmc_counts.table(work.warehouse, scope, "graduates-p6")) == [
        line("ไม่ระบุ", "09", girls=1, sums=PRIMARY)
    ]
    m6 = dmc_counts.table(work.warehouse, scope, "graduates-m6")
    assert [(row.cells[2], row.cells[-1]) for row in m6.rows] == [("นอกรายการ: 999", 1)]


def test_disabled_and_disadvantaged_is_both_at_once(work: Sealing) -> None:
    """A code that says none of it, and no code, are neither; a code outside the list is, as in the reports of either."""
    kinds = [
        ("AUTISM", "POOR"),
        ("SPEECH", "POOR"),
        ("AUTISM", "NONE"),
        ("NONE", "POOR"),
        ("AUTISM", ""),
        ("ZZ", "ABUSED"),
    ]
    events = [pupil(at, disability=one, disadvantage=other) for at, (one, other) in enumerate(kinds, 1)]
    made = dmc_counts.table(work.warehouse, version(work, *events), "disabled-and-disadvantaged")
    assert [(row.cells[2], row.cells[-1]) for row in made.rows] == [
        ("การพูด/ภาษา และ เด็กยากจน", 1),
        ("ออทิสติก และ เด็กยากจน", 1),
        ("นอกรายการ: ZZ และ เด็กที่ถูกทำร้ายทารุณ", 1),
    ]


def test_a_line_per_school_of_the_scope_alone(work: Sealing) -> None:
    away = Event(OTHER, identity(2), "out", identity(502), day=date(2022, 6, 1))
    whole = version(work, pupil(1), pupil(2, OTHER), left(1, "out", date(2022, 6, 1)), away)
    assert _schools(work, whole, "left") == [str(SCHOOL), str(OTHER)]
    for part in (f"school:{OTHER}", "affiliation:10"):
        found = _schools(work, named(work.warehouse, whole.version, part), "left")
        assert found == ([str(OTHER)] if part.startswith("school") else [str(SCHOOL), str(OTHER)])


def test_nobody_who_repeats_is_a_line_of_zeros_and_nobody_who_left_no_line(work: Sealing) -> None:
    scope = version(work, pupil(1))
    assert _schools(work, scope, "not-passed") == [str(SCHOOL)]
    assert _schools(work, scope, "left") == []


def _schools(work: Sealing, scope: Scope, name: str) -> list[str]:
    return [str(row.cells[1]) for row in dmc_counts.table(work.warehouse, scope, name).rows]
