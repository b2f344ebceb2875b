"""Every trap of domain 1.2 and 7 and semantics 8: named with its row and code, and costing only its row."""

from datetime import date, datetime, time

import pytest

from schemas.errors import ThabianError
from tests.publishers.rosters import AT, H36, SCHOOL, check_rows, checked, codes, csv_bytes, person_id, row, xlsx

FIRST = 3
"""Row of the first pupil: the stamp and the headers stand above."""


def one(**cells):
    """The trapped row between two good ones: (its problems, its pupil)."""
    found = check_rows(row(1), row(2, **cells), row(3))
    assert {pupil.row for pupil in found.pupils} >= {FIRST, FIRST + 2}, "a neighbour was lost"
    assert len(found.pupils) + found.refused + found.repeats == found.rows == 3
    problems = [code for number, code in codes(found) if number == FIRST + 1]
    assert len(problems) == len(found.problems)
    return problems, next((pupil for pupil in found.pupils if pupil.row == FIRST + 1), None)


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("199000000002", "ID_TWELVE_DIGITS"),
        (199000000002, "ID_TWELVE_DIGITS"),
        ("1-9900-00000-02", "ID_TWELVE_DIGITS"),
        ("1.10E+12", "ID_SCIENTIFIC"),
        ("1,10E+12", "ID_SCIENTIFIC"),
        ("1E12", "ID_SCIENTIFIC"),
        (1100000000000, "ID_SCIENTIFIC"),
        (1.1e12, "ID_SCIENTIFIC"),
        ('="18199..NNNNNN"', "ID_MASKED"),
        ("18199..NNNNNN", "ID_MASKED"),
        ("18199XXXX", "ID_MASKED"),
        ("1-9900-xxxxx-02-1", "ID_MASKED"),
        ("199000******1", "ID_MASKED"),
        (199000000002.5, "ID_NOT_EXACT"),
        (datetime(2022, 1, 1), "ID_NOT_EXACT"),
        (True, "ID_NOT_EXACT"),
        ("TEMP-0001", "ID_INVALID"),
        ("1990000000021.0", "ID_INVALID"),
        ("A990000000021", "ID_INVALID"),
        ("19900000000211", "ID_INVALID"),
        ("1111111111111", "ID_PLACEHOLDER"),
        ("0000000000000", "ID_PLACEHOLDER"),
        ("1234567890123", "ID_PLACEHOLDER"),
        (None, "ID_MISSING"),
        ("-", "ID_MISSING"),
        ("ไม่มี", "ID_MISSING"),
        (".....", "ID_MISSING"),
        ("\u00a0\u200b", "ID_MISSING"),
    ],
)
def test_an_id_is_never_guessed(cell, code):
    assert one(person_id=cell) == ([code], None)


@pytest.mark.parametrize(
    ("cell", "read"),
    [
        (int(person_id(7)), person_id(7)),
        (float(person_id(7)), person_id(7)),
        (f"\u00a0{person_id(7)}\u200b ", person_id(7)),
        (person_id(7).translate(str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")), person_id(7)),
        (f'="{person_id(7)}"', person_id(7)),
        ("G123456000078", "G123456000078"),
        ("g12345 6000078", "G123456000078"),
        ("0123456000078", "0123456000078"),
    ],
)
def test_a_good_id_is_read_however_it_is_written(cell, read):
    problems, pupil = one(person_id=cell)
    assert problems == []
    assert pupil.person_id == read


def test_a_number_with_hyphens_is_good():
    whole = person_id(7)
    problems, pupil = one(person_id=f"{whole[0]}-{whole[1:5]}-{whole[5:10]}-{whole[10:12]}-{whole[12]}")
    assert (problems, pupil.person_id) == ([], whole)


def test_a_wrong_check_digit_is_published_with_a_note():
    wrong = person_id(7)[:12] + str((int(person_id(7)[12]) + 1) % 10)
    problems, pupil = one(person_id=wrong)
    assert problems == ["ID_CHECK_DIGIT"]
    assert pupil.person_id == wrong


@pytest.mark.parametrize("blank", [None, "-", "ไม่มี", ".....", "…", " "])
def test_every_way_of_writing_nothing_is_null(blank):
    problems, pupil = one(
        first_name=blank, room=blank, birth_date=blank, disadvantage=blank, deferred=blank, nationality=blank
    )
    assert problems == []
    assert not {"first_name", "room", "birth_date", "disadvantage", "nationality"} & set(pupil.attributes)
    assert not pupil.deferred


def test_a_row_repeated_word_for_word_is_one_pupil_and_a_note():
    found = check_rows(row(1), row(2), row(1), row(3), row(1))
    assert [pupil.row for pupil in found.pupils] == [3, 4, 6]
    assert codes(found) == [(5, "ROW_REPEATED"), (7, "ROW_REPEATED")]
    assert (found.repeats, found.refused) == (2, 0)


def test_two_rows_with_one_id_and_other_values_are_both_refused():
    found = check_rows(row(1), row(2), row(1, room="2"), row(1))
    assert [pupil.row for pupil in found.pupils] == [4]
    assert codes(found) == [(3, "ID_TWICE"), (5, "ID_TWICE"), (6, "ID_TWICE")]
    assert found.refused == 3


def test_one_id_written_in_two_ways_is_still_one_id():
    found = check_rows(row(1), row(1, person_id=f"{person_id(1)[:4]} {person_id(1)[4:]}", first_name="วีรภาพ"))
    assert (found.pupils, found.refused) == ((), 2)


def test_running_numbers_do_not_make_repeated_rows_differ():
    rows = [["1", *row(1)], ["2", *row(1)]]
    found = checked(xlsx(rows, headers=("ลำดับ", *H36)))
    assert (len(found.pupils), found.repeats) == (1, 1)


@pytest.mark.parametrize(
    ("grade", "room", "read"),
    [
        ("ม.1/2", "-", ("10", "2")), ("ม.1/2", "2", ("10", "2")), ("ม.๑/๒", None, ("10", "2")),
        ("มัธยมศึกษาปีที่ 1/2", "-", ("10", "2")),
        ("ป.6", 3, ("09", "3")), ("ป.6", 3.0, ("09", "3")), ("อบ.2", "๑", ("02", "1")), ("อนุบาล 3", "1", ("03", "1")),
        ("ปวช. 1", "1", ("16", "1")), ("ป\u200b.1", "\u00a01", ("04", "1")), ("ม.1/2", "ม.1/2", ("10", "2")),
    ],
)  # fmt: skip
def test_grade_and_room(grade, room, read):
    problems, pupil = one(grade=grade, room=room)
    assert problems == []
    assert (pupil.attributes["grade"], pupil.attributes["room"]) == read


def test_a_grade_that_names_another_room_is_refused():
    assert one(grade="ม.1/2", room="3") == (["ROOM_CONTRADICTS_GRADE"], None)


def test_what_is_in_no_list_is_sent_as_it_is_with_a_note():
    problems, pupil = one(grade="เตรียม", sex="x", disadvantage="อื่น", title="-")
    assert sorted(problems) == ["CODE_NOT_IN_LIST", "GRADE_NOT_IN_LIST", "SEX_NOT_IN_LIST"]
    assert (pupil.attributes["grade"], pupil.attributes["sex"], pupil.attributes["disadvantage"]) == (
        "เตรียม",
        "x",
        "อื่น",
    )


@pytest.mark.parametrize(("cell", "code"), [("grade", "GRADE_MISSING_IN_ROW"), ("sex", "SEX_MISSING_IN_ROW")])
def test_grade_and_sex_are_required(cell, code):
    assert one(**{cell: "-"}) == ([code], None)


def test_a_labelled_code_is_sent_as_its_code():
    assert one(disadvantage="เด็กยากจน")[1].attributes["disadvantage"] == "POOR"


@pytest.mark.parametrize(
    ("cell", "day", "notes"),
    [
        ("13/05/2555", date(2012, 5, 13), []),
        ("๑๓/๐๕/๒๕๕๕", date(2012, 5, 13), []),
        (" 13 / 05 / 2555\u200b", date(2012, 5, 13), []),
        ("13 พ.ค. 2555", date(2012, 5, 13), []),
        ("29/02/2555", date(2012, 2, 29), []),
        ("2555-05-13", date(2012, 5, 13), []),
        ("13/05/2012", date(2012, 5, 13), ["BIRTH_DATE_IN_CE"]),
        (datetime(2012, 5, 13), date(2012, 5, 13), []),
        (datetime(2555, 5, 13), date(2012, 5, 13), []),
    ],
)
def test_birth_dates(cell, day, notes):
    problems, pupil = one(birth_date=cell)
    assert (problems, pupil.attributes["birth_date"]) == (notes, day)


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("29/02/2567x", "BIRTH_DATE_UNREADABLE"),
        ("29/02/2554", "BIRTH_DATE_UNREADABLE"),
        ("29/02/2556", "BIRTH_DATE_UNREADABLE"),
        ("31/04/2555", "BIRTH_DATE_UNREADABLE"),
        ("13/05/55", "BIRTH_DATE_UNREADABLE"),
        ("05/13/2555", "BIRTH_DATE_UNREADABLE"),
        (40000, "BIRTH_DATE_UNREADABLE"),
        (time(1, 2), "BIRTH_DATE_UNREADABLE"),
        ("13/05/2655", "BIRTH_DATE_IMPLAUSIBLE"),
        ("13/05/2440", "BIRTH_DATE_IMPLAUSIBLE"),
        ("17/05/2565", "BIRTH_DATE_IMPLAUSIBLE"),
    ],
)
def test_a_birth_date_that_cannot_be_is_refused(cell, code):
    assert one(birth_date=cell) == ([code], None)


@pytest.mark.parametrize(
    ("title", "name", "read", "notes"),
    [
        ("-", "ด.ช.สมมุติ", ("เด็กชาย", "สมมุติ"), ["TITLE_IN_NAME"]),
        ("เด็กชาย", "ด.ช. สมมุติ", ("เด็กชาย", "สมมุติ"), ["TITLE_IN_NAME"]),
        ("ด.ช.", "สมมุติ", ("เด็กชาย", "สมมุติ"), []),
        ("-", "เด็กชายสมมุติ", ("เด็กชาย", "สมมุติ"), ["TITLE_IN_NAME"]),
        ("นาย", "นายิกา", ("นาย", "นายิกา"), []),
        ("-", "นางนวล", (None, "นางนวล"), []),
        ("สามเณร", "สมมุติ", ("สามเณร", "สมมุติ"), []),
        ("Mr.", "สมมุติ", ("Mr.", "สมมุติ"), []),
        ("เด็กหญิง", "สมมุติ", ("เด็กหญิง", "สมมุติ"), ["TITLE_CONTRADICTS_SEX"]),
    ],
)
def test_titles(title, name, read, notes):
    problems, pupil = one(title=title, first_name=name)
    assert problems == notes
    assert (pupil.attributes.get("title"), pupil.attributes["first_name"]) == read


def test_spelling_is_repaired():
    pupil = one(first_name="ส\u0e4d\u0e32ราญ", last_name="แก\u0e49\u0e49ว\u200bจ\u0e4d\u0e32ลอง")[1]
    assert (pupil.attributes["first_name"], pupil.attributes["last_name"]) == ("ส\u0e33ราญ", "แก\u0e49วจ\u0e33ลอง")


def test_a_value_in_column_36_defers_the_discharge():
    assert one(deferred="ติดตามตัวไม่ได้")[1].deferred


@pytest.mark.parametrize("cell", ["room", "grade", "sex", "student_number", "school_code"])
def test_a_code_that_became_a_date_is_refused(cell):
    assert one(**{cell: datetime(2022, 2, 1)}) == (["CODE_IS_DATE"], None)


def test_a_house_number_that_became_a_date_is_left_out():
    problems, pupil = one(house_number=datetime(2022, 3, 12))
    assert problems == ["CELL_IS_DATE"]
    assert "house_number" not in pupil.attributes


def test_a_text_beyond_any_real_value_is_refused():
    assert one(last_name="ก" * 167) == (["CELL_TOO_LONG"], None)


def test_a_row_with_more_cells_than_headers_is_refused():
    found = check_rows(row(1), [*row(2), "อะไร"], [*row(3), None, "\u00a0"])
    assert codes(found) == [(4, "ROW_TOO_WIDE")]
    assert len(found.pupils) == 2


def test_all_that_is_wrong_with_a_row_is_said_at_once():
    problems, pupil = one(person_id="1.10E+12", grade="-", birth_date="x")
    assert (sorted(problems), pupil) == (["BIRTH_DATE_UNREADABLE", "GRADE_MISSING_IN_ROW", "ID_SCIENTIFIC"], None)


def test_a_problem_names_its_column_and_no_value():
    found = check_rows(row(1, person_id="18199XXXX"))
    assert found.problems[0].column == "C (เลขประจำตัวนักเรียน)"
    assert "18199" not in repr(found.problems)


def test_blank_rows_are_no_rows():
    found = check_rows(row(1), [None] * 36, [" ", "\u200b"], row(2))
    assert (found.rows, len(found.pupils)) == (2, 2)


@pytest.mark.parametrize("code", ["10200", "abc", "10200800051", "-"])
def test_a_school_code_of_no_shape_costs_its_row(code):
    assert one(school_code=code) == (["SCHOOL_CODE_UNREADABLE"], None)


def test_a_file_without_any_school_code_is_refused_in_one_line():
    with pytest.raises(ThabianError, match="no row has a school code") as caught:
        check_rows(row(1, school_code="-"), row(2, school_code="x"))
    assert (caught.value.code, caught.value.exit_code) == ("SCHOOL_CODE_UNMAPPED", 2)


def test_school_stands_in_where_the_cell_is_blank():
    found = check_rows(row(1, school_code="-"), school=SCHOOL)
    assert found.pupils[0].school_code == SCHOOL


def test_the_traps_are_the_same_in_cp874():
    """Zero-width characters cannot occur in it; all other traps do."""
    rows = [
        row(1), row(2, person_id="1.10E+12"), row(3, person_id='="18199..NNNNNN"'), row(4, person_id="199000000002"),
        row(1), row(5, first_name="ด.ช.สมมุติ"), row(6, birth_date="29/02/2556"), row(7, grade="ม.1/2", room="-"),
    ]  # fmt: skip
    results = [checked(content) for content in (csv_bytes(rows, encoding="cp874"), csv_bytes(rows), xlsx(rows))]
    assert results[0] == results[1] == results[2]
    assert [code for _, code in codes(results[0])] == [
        "ID_SCIENTIFIC", "ID_MASKED", "ID_TWELVE_DIGITS", "ROW_REPEATED", "TITLE_IN_NAME", "BIRTH_DATE_UNREADABLE",
    ]  # fmt: skip
    assert len(results[0].pupils) == 3


def test_columns_used_here_are_those_of_the_layout():
    assert [H36[index] for index in AT.values()][:4] == ["รหัสโรงเรียน", "เลขประจำตัวนักเรียน", "ชั้น", "ห้อง"]
