"""Exactly the counts that were given, and people who do not exist."""

import random
from collections import Counter
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from publishers.generator import counts, files, layouts
from publishers.generator.counts import GradeCount
from publishers.generator.people import people
from publishers.roster.prepare import Options, prepare
from schemas import identity
from schemas.errors import ThabianError
from tests.publishers.rosters import NOW, SCHOOL

PUBLISHED = Path(__file__).parents[1] / "data" / "published" / "emis_1020080005_student.csv"
GRADES = [f"{code:02}" for code in range(19)]
COUNT = st.builds(
    lambda grade, boys, girls, rooms: GradeCount(grade, boys, girls, min(rooms, boys + girls)),
    st.sampled_from(GRADES), st.integers(0, 20), st.integers(0, 20), st.integers(0, 4),
)  # fmt: skip


def test_published_counts_are_read_without_their_subtotals():
    found = counts.read(PUBLISHED, SCHOOL)
    assert [item.grade for item in found] == ["02", "03", "04", "05", "06", "07", "08", "09"]
    assert (sum(item.boys for item in found), sum(item.girls for item in found), sum(item.rooms for item in found)) == (
        31,
        28,
        8,
    )


@given(st.lists(COUNT, unique_by=lambda item: item.grade), st.integers(0, 99))
def test_exactly_the_counts_per_grade_sex_and_room(wanted, seed):
    found = people(wanted, 2565, random.Random(seed))
    for item in wanted:
        own = [person for person in found if person.grade == item.grade]
        assert Counter(person.sex for person in own) == Counter({"M": item.boys, "F": item.girls})
        rooms = {person.room for person in own}
        assert rooms == ({str(room + 1) for room in range(item.rooms)} if item.rooms else {""} if own else set())
    assert len(found) == sum(item.boys + item.girls for item in wanted)


@given(st.lists(COUNT, unique_by=lambda item: item.grade), st.integers(0, 30))
def test_numbers_are_unique_and_their_check_digits_right_but_for_those_asked_for(wanted, wrong):
    found = people(wanted, 2565, random.Random(1), wrong)
    ids = [person.person_id for person in found]
    assert len(set(ids)) == len(ids)
    assert all(identity.normalise_person_id(number) == number and number[1:3] == "99" for number in ids)
    assert sum(not identity.check_digit_is_right(number) for number in ids) == min(wrong, len(ids))


@pytest.mark.parametrize(("grade", "age"), [("02", 4), ("04", 6), ("10", 12), ("15", 17), ("16", 15)])
def test_birth_dates_fit_the_grade(grade, age):
    for person in people([GradeCount(grade, 20, 20, 1)], 2565, random.Random(3)):
        born = person.birth_date
        assert 2022 - born.year - ((born.month, born.day) > (5, 16)) == age


@pytest.mark.parametrize("columns", [36, 91])
@pytest.mark.parametrize("suffix", [".xlsx", ".csv"])
def test_what_is_generated_is_read_whole(tmp_path, columns, suffix):
    wanted = counts.read(PUBLISHED, SCHOOL)
    path = tmp_path / files.default_name(2565, 1, columns).with_suffix(suffix)
    files.write(path, people(wanted, 2565, random.Random(0), 1), SCHOOL, (2565, 1), columns)
    found = prepare(path, Options(now=NOW, source="test/1"))
    assert [item.code.code for item in found.checked.problems] == ["ID_CHECK_DIGIT"]
    cells = Counter((event["grade"], event["sex"], event["room"]) for _, event in found.events())
    expected = Counter(
        {(item.grade, sex, "1"): n for item in wanted for sex, n in (("M", item.boys), ("F", item.girls))}
    )
    assert cells == expected


def test_names_are_those_of_dmc():
    assert files.default_name(2565, 1, 36) == Path("2565-1-student.xlsx")
    assert files.default_name(2565, 2, 91) == Path("2565-2-studentInSchoolList.xlsx")
    assert {columns: len(headers) for columns, headers in layouts.HEADERS.items()} == {36: 36, 91: 91}


def test_the_same_seed_makes_the_same_people():
    wanted = [GradeCount("04", 5, 5, 2)]
    assert people(wanted, 2565, random.Random(4)) == people(wanted, 2565, random.Random(4))
    assert people(wanted, 2565, random.Random(4)) != people(wanted, 2565, random.Random(5))


def test_the_sheet_begins_as_dmcs_does(tmp_path):
    path = tmp_path / "x.xlsx"
    files.write(path, people([GradeCount("04", 1, 0, 1)], 2565, random.Random(0)), SCHOOL, (2565, 1), 36)
    rows = list(openpyxl.load_workbook(path).active.iter_rows(values_only=True))
    assert rows[0][0] == "วันและเวลาที่สร้างรายงาน 2022-06-10 02:00:00.000000"
    assert rows[1] == layouts.HEADERS[36]
    assert rows[2][0] == SCHOOL


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a,b\n", "column"),
        ("ชั้น/เพศ,ชาย,หญิง,ห้องเรียน\nม.9,1,1,1\n", "row 2"),
        ("ชั้น/เพศ,ชาย,หญิง,ห้องเรียน\nม.1,x,1,1\n", "row 2"),
        ("ชั้น/เพศ,ชาย,หญิง,ห้องเรียน\nม.1,-1,1,1\n", "row 2"),
        ("ชั้น/เพศ,ชาย,หญิง,ห้องเรียน\nม.1,1,1,3\n", "row 2"),
        ("ชั้น/เพศ,ชาย,หญิง,ห้องเรียน\nม.1,0,0,0\n", "no pupils"),
        ("school_id,ชั้น/เพศ,ชาย,หญิง,ห้องเรียน\n1020080006,ม.1,1,1,1\n", "no pupils"),
    ],
)
def test_counts_that_cannot_be_used(tmp_path, text, reason):
    path = tmp_path / "counts.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ThabianError, match=reason) as caught:
        counts.read(path, SCHOOL)
    assert (caught.value.code, caught.value.exit_code) == ("COUNTS_INVALID", 2)


@pytest.mark.parametrize("name", ["x.pdf", "no/such/folder/x.xlsx", "no/such/folder/x.csv"])
def test_a_file_that_cannot_be_written(tmp_path, name):
    with pytest.raises(ThabianError) as caught:
        files.write(tmp_path / name, [], SCHOOL, (2565, 1), 36)
    assert (caught.value.code, caught.value.exit_code) == ("FILE_NOT_WRITABLE", 2)
