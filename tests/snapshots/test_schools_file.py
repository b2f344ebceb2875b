"""A list of schools is loaded whole or not at all, and every error is told by its row."""

from datetime import date

import pytest

from schemas.errors import ThabianError
from snapshots import schools_file

HEADERS = [
    "school_code",
    "name",
    "affiliation",
    "area",
    "is_boarding",
    "is_expected",
    "valid_from",
    "valid_to",
    "smis_code",
]
GOOD = ["1020080005", "โรงเรียนสมมติ", "10", "เขตพื้นที่สมมติ", "0", "1", "", "", "20010029"]


def parse(*rows, headers=HEADERS):
    return schools_file.parse([list(enumerate([headers, *rows], start=1))], "schools.csv")


def changed(**cells):
    return [cells.get(name, value) for name, value in zip(HEADERS, GOOD, strict=True)]


def test_thai_headers_below_a_title():
    headers = ["ที่", "รหัสกระทรวง  (10 หลัก)", "ชื่อโรงเรียน", "สังกัด", "สำนักงานเขต", "เขต", "จังหวัด", "พักนอน", "ถึงวันที่"]
    rows = [
        ["รายชื่อโรงเรียน"],
        headers,
        ["๑", "๓๑๑๑๐๐๐๐๐๑", "โรงเรียนสมมติ", "สนศ. กทม.", "ลาดกระบัง", "ลาดกระบัง", "กรุงเทพมหานคร", "ใช่", "๓๐ ก.ย. ๒๕๖๕"],
    ]
    found, errors = schools_file.parse([[(1, ["a;b"])], list(enumerate(rows, start=1))], "x")
    assert errors == []
    (school,) = found
    assert (school.code, school.affiliation, school.area, school.is_boarding) == (3111000001, "31", "ลาดกระบัง", True)
    assert (school.is_expected, school.valid_from, school.valid_to) == (True, None, date(2022, 9, 30))


def test_blank_rows_and_short_rows_are_no_error():
    found, errors = parse(GOOD, [""] * 9, [], GOOD[:4] and ["1020080006", *GOOD[1:4]])
    assert errors == []
    assert [one.code for one in found] == [1020080005, 1020080006]


@pytest.mark.parametrize(
    ("cells", "column", "code"),
    [
        ({"school_code": "20010029"}, "school_code", "SCHOOL_CODE_NOT_TEN"),
        ({"school_code": "0020080005"}, "school_code", "SCHOOL_CODE_NOT_TEN"),
        ({"school_code": ""}, "school_code", "SCHOOL_CODE_NOT_TEN"),
        ({"name": ""}, "name", "SCHOOL_CELL_MISSING"),
        ({"area": ""}, "area", "SCHOOL_CELL_MISSING"),
        ({"affiliation": "31"}, "affiliation", "SCHOOL_AFFILIATION_WRONG"),
        ({"affiliation": "กระทรวง"}, "affiliation", "SCHOOL_AFFILIATION_WRONG"),
        ({"school_code": "9920080005", "affiliation": ""}, "affiliation", "SCHOOL_AFFILIATION_WRONG"),
        ({"is_boarding": "บางที"}, "is_boarding", "SCHOOL_FLAG_UNREADABLE"),
        ({"valid_from": "2565"}, "valid_from", "SCHOOL_DAY_UNREADABLE"),
        ({"valid_from": "2565-06-10", "valid_to": "2565-06-09"}, "valid_to", "SCHOOL_DAY_UNREADABLE"),
        ({"valid_to": "1443-01-01"}, "valid_to", "SCHOOL_DAY_UNREADABLE"),
        ({"smis_code": "2001002"}, "smis_code", "SCHOOL_SHORT_CODE_WRONG"),
    ],
)  # fmt: skip
def test_errors_name_row_column_and_code(cells, column, code):
    _, errors = parse(GOOD, changed(**({"school_code": "1020080099"} | cells)))
    assert [(error.row, error.column, error.code) for error in errors] == [(3, column, code)]


def test_one_school_with_two_names_on_one_day_is_an_error():
    first = changed(valid_to="2565-05-15")
    second = changed(valid_from="2565-05-16")
    assert parse(first, second)[1] == []
    assert [(error.row, error.code) for error in parse(second, GOOD)[1]] == [(2, "SCHOOL_TWICE")]
    assert [error.row for error in parse(GOOD, GOOD)[1]] == [3]


def test_a_file_without_headers_is_told():
    with pytest.raises(ThabianError) as refused:
        parse(GOOD, headers=["a", "b"])
    assert refused.value.code == "SCHOOLS_FILE_INVALID"
