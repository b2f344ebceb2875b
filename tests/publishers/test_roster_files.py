"""Formats, encodings, layouts, schools: what a whole file can be."""

import random
from datetime import UTC, date, datetime

import openpyxl
import pytest

from publishers.generator.layouts import HEADERS
from publishers.roster import schools, table, term
from publishers.roster.check import find_roster
from publishers.roster.prepare import Options, prepare
from publishers.roster.schools import SchoolsTable
from schemas.errors import ThabianError
from tests.publishers.rosters import H36, NOW, SCHOOL, STAMP, checked, csv_bytes, person_id, row, source, xlsx

OPTIONS = Options(now=NOW, source="test/1")


def events(path, content, **options):
    path.write_bytes(content)
    return list(prepare(path, Options(**({"now": NOW, "source": "test/1"} | options))).events())


def refusal(call, *arguments, **options) -> ThabianError:
    with pytest.raises(ThabianError) as caught:
        call(*arguments, **options)
    assert caught.value.exit_code == 2
    assert "\n" not in str(caught.value)
    return caught.value


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_every_encoding_and_format_gives_the_same_events(tmp_path, delimiter):
    rows = [row(1, deferred="ติดตาม"), row(2, grade="อบ.2", sex="ญ", title="ด.ญ."), row(3, first_name="น้ำ")]
    path = tmp_path / "2565-1-student.xlsx"
    expected = events(path, xlsx(rows))
    assert len(expected) == 4
    for encoding in ("utf-8", "utf-8-sig", "cp874", "tis-620"):
        assert events(path, csv_bytes(rows, encoding=encoding, delimiter=delimiter)) == expected, encoding


@pytest.mark.parametrize(
    "content",
    ["รหัสโรงเรียน,ชั้น".encode("utf-16"), b"\xff\xfe\x00\x00", "ชั้น".encode("cp874") + b"\xdb\xdc", b"a\x00b"],
)
def test_an_encoding_that_is_none_of_ours_is_named(tmp_path, content):
    path = tmp_path / "2565-1-student.csv"
    path.write_bytes(content)
    assert refusal(table.read, path).code == "FILE_ENCODING_UNKNOWN"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "FILE_EMPTY"),
        (b" \n", "FILE_EMPTY"),
        (b"\xd0\xcf\x11\xe0rest", "FILE_UNREADABLE"),
        (b"PK\x03\x04 not a workbook", "FILE_UNREADABLE"),
        (b'a,"b\nc,d\n', "FILE_UNREADABLE"),
        (b"<html>,</html>", "NOT_A_ROSTER"),
        (b"one line", "NOT_A_ROSTER"),
    ],
)
def test_what_is_no_roster_is_refused_in_one_line(tmp_path, content, code):
    path = tmp_path / "2565-1-student.csv"
    path.write_bytes(content)
    assert refusal(prepare, path, OPTIONS).code == code


def test_a_missing_file_and_a_folder_are_refused(tmp_path):
    assert refusal(prepare, tmp_path / "no.xlsx", OPTIONS).code == "FILE_MISSING"
    assert refusal(prepare, tmp_path, OPTIONS).code == "FILE_MISSING"


def test_an_open_quote_never_swallows_the_rows_after_it(tmp_path):
    text = csv_bytes([row(1), row(2), row(3)]).decode()
    broken = text.replace("ธนกร", '"ธนกร', 1)
    path = tmp_path / "2565-1-student.csv"
    path.write_text(broken, encoding="utf-8")
    error = refusal(prepare, path, OPTIONS)
    assert error.code == "FILE_UNREADABLE"
    assert "line 3" in error.message


def test_headers_without_rows_are_an_empty_file():
    assert refusal(find_roster, source(xlsx([]))).code == "FILE_EMPTY"


@pytest.mark.parametrize("above", [(), ((STAMP,),), ((None,), ("รายงานนักเรียน",), (STAMP,), ())])
def test_whatever_stands_above_the_headers(above):
    assert len(checked(xlsx([row(1)], above=above)).pupils) == 1


def test_headers_are_known_in_every_spelling():
    spelled = [f" {header.replace('(', ' ( ')} ต้องกรอก" for header in H36]
    spelled[35] = "ยังไม่สามารถจำหน่ายได้(3.1.8)"
    spelled[10] = "วัน\u00a0เกิด*"
    pupil = checked(xlsx([row(1, deferred="x")], headers=spelled)).pupils[0]
    assert pupil.deferred
    assert pupil.person_id == person_id(1)
    assert pupil.attributes["student_number"] == "00001"
    assert pupil.attributes["birth_date"] == date(2015, 5, 13)


def test_the_header_that_stands_twice_is_told_apart_by_position():
    found = find_roster(source(xlsx([row(1)]))).layout
    assert (found.columns["person_id"], found.columns["student_number"]) == (2, 5)


def test_some_files_name_the_first_of_the_two_otherwise():
    headers = ["เลขประจำตัวประชาชน" if index == 2 else header for index, header in enumerate(H36)]
    pupil = checked(xlsx([row(1)], headers=headers)).pupils[0]
    assert (pupil.person_id, pupil.attributes["student_number"]) == (person_id(1), "00001")


def test_the_first_sheet_that_has_the_headers_is_read(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["คำอธิบาย"])
    sheet = book.create_sheet("data")
    for cells in (H36, row(1)):
        sheet.append(list(cells))
    path = tmp_path / "2565-1-student.xlsx"
    book.save(path)
    assert len(prepare(path, OPTIONS).checked.pupils) == 1


def in_school(**cells):
    """(headers, row) of the 91-column layout, the extra 15 in some other order and place."""
    headers = list(HEADERS[91])
    extra = headers[76:]
    random.Random(1).shuffle(extra)
    headers = [*headers[:4], *extra, *headers[4:76]]
    good = {
        "รหัสโรงเรียน": SCHOOL, "เลขประจำตัวประชาชน": person_id(1), "ชั้น": "ม.2", "ห้อง": "3", "รหัสนักเรียน": "77", "เพศ": "ญ",
        "คำนำหน้าชื่อ": "เด็กหญิง", "ชื่อ": "กมลชนก", "นามสกุล": "ทองจำลอง", "วันเกิด": "01/06/2551", "สัญชาติ": "ไทย",
    }  # fmt: skip
    return headers, [(good | cells).get(header, "-") for header in headers]


def test_the_in_school_layout_with_its_extra_columns_in_any_order():
    special = {"ความพิการ": "ความพิการทางการมองเห็น", "การพักนอนประจำ": "(โครงการพักนอนประจำ) หอนอน"}
    special |= {"ความด้อยโอกาส": "กำพร้า", "รหัสโรงเรียนห้องสาขา": "1020080099"}
    headers, cells = in_school(**special)
    pupil = checked(xlsx([cells], headers=headers)).pupils[0]
    assert pupil.person_id == person_id(1)
    assert pupil.school_code == SCHOOL
    assert pupil.attributes == {
        "grade": "11", "room": "3", "student_number": "77", "sex": "F", "title": "เด็กหญิง", "first_name": "กมลชนก",
        "last_name": "ทองจำลอง", "birth_date": date(2008, 6, 1), "nationality": "ไทย", "disability": "VISION",
        "boarding": "SCHEME_DORM", "disadvantage": "ORPHAN",
    }  # fmt: skip


def test_where_the_pupil_lives_now_goes_before_where_registered_and_the_two_are_not_mixed():
    registered = {"เลขที่บ้าน (ทะเบียนบ้าน)": "1", "จังหวัด (ทะเบียนบ้าน)": "กระบี่"}
    headers, cells = in_school(**(registered | {"เลขที่บ้าน (ที่อยู่ปัจจุบัน)": "2"}))
    both = checked(xlsx([cells], headers=headers)).pupils[0].attributes
    assert (both["house_number"], both.get("province")) == ("2", None)
    headers, cells = in_school(**registered)
    one = checked(xlsx([cells], headers=headers)).pupils[0].attributes
    assert (one["house_number"], one["province"]) == ("1", "กระบี่")


TABLE = SchoolsTable({"20010029": SCHOOL, "080005": SCHOOL})


@pytest.mark.parametrize(
    ("code", "school", "known"),
    [
        (SCHOOL, None, SchoolsTable()),
        (SCHOOL, SCHOOL, SchoolsTable()),
        (int(SCHOOL), None, SchoolsTable()),
        ("20010029", SCHOOL, SchoolsTable()),
        (20010029, None, TABLE),
        ("080005", None, TABLE),
        ("080005", SCHOOL, SchoolsTable()),
        ("๑๐๒๐๐๘๐๐๐๕", None, SchoolsTable()),
        (f"\u200b{SCHOOL}\u00a0", None, SchoolsTable()),
    ],
)
def test_school_codes_that_are_known(code, school, known):
    assert checked(xlsx([row(1, school_code=code)]), school, known).pupils[0].school_code == SCHOOL


@pytest.mark.parametrize(
    ("codes", "school", "known", "code"),
    [
        (["20010029"], None, SchoolsTable(), "SCHOOL_CODE_UNMAPPED"),
        (["080005"], None, SchoolsTable(), "SCHOOL_CODE_UNMAPPED"),
        ([SCHOOL, "20010029"], None, SchoolsTable(), "SCHOOL_CODE_UNMAPPED"),
        (["1020080006"], SCHOOL, SchoolsTable(), "SCHOOL_MISMATCH"),
        (["080006"], SCHOOL, SchoolsTable(), "SCHOOL_MISMATCH"),
        (["20010029", "20010030"], SCHOOL, SchoolsTable(), "SCHOOL_MISMATCH"),
        (["20010029"], "1020080006", TABLE, "SCHOOL_MISMATCH"),
    ],
)
def test_school_codes_that_refuse_the_file(codes, school, known, code):
    rows = [row(index, school_code=each) for index, each in enumerate(codes)]
    assert refusal(checked, xlsx(rows), school, known).code == code


def test_a_schools_table(tmp_path):
    path = tmp_path / "schools.csv"
    path.write_text(
        "รหัสโรงเรียน (smis),รหัสกระทรวง (10 หลัก)\n20010029,1020080005\n20010030,1031080005\n,1020080006\n", "utf-8"
    )
    found = schools.read_table(path).by_code
    assert found == {"20010029": "1020080005", "20010030": "1031080005", "080006": "1020080006"}, (
        "080005 is two schools"
    )


@pytest.mark.parametrize("text", ["a,b\n1,2\n", "school_code,smis\n123,4\n"])
def test_a_schools_table_that_is_none(tmp_path, text):
    path = tmp_path / "schools.csv"
    path.write_text(text, "utf-8")
    assert refusal(schools.read_table, path).code == "SCHOOLS_TABLE_INVALID"


def test_school_is_ten_digits():
    assert schools.check_ten_digits("๑๐๒๐๐๘๐๐๐๕") == SCHOOL
    assert refusal(schools.check_ten_digits, "20010029").code == "SCHOOL_CODE_UNMAPPED"


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("2565-1-student.xlsx", (2565, 1)),
        ("2568-3-studentInSchoolList.xlsx", (2568, 3)),
        ("๒๕๖๕-๒-student.csv", (2565, 2)),
        ("student.xlsx", None),
        ("2565-4-student.xlsx", None),
    ],
)
def test_year_and_round_from_the_name(name, found):
    assert term.year_and_round(name) == found


@pytest.mark.parametrize(("number", "day"), [(1, date(2022, 5, 16)), (2, date(2022, 11, 1)), (3, date(2022, 11, 1))])
def test_entries_take_effect_on_the_first_day_of_the_term(tmp_path, number, day):
    found = events(tmp_path / f"2565-{number}-student.xlsx", xlsx([row(1)]))
    assert found[0][1]["effective_date"] == day
    assert found[0][1]["academic_year"] == 2565


def test_options_go_before_the_name(tmp_path):
    path = tmp_path / "2565-1-student.xlsx"
    found = events(path, xlsx([row(1)]), academic_year=2566, effective=date(2023, 6, 1))
    assert (found[0][1]["academic_year"], found[0][1]["effective_date"]) == (2566, date(2023, 6, 1))


def test_a_year_that_no_one_tells_is_asked_for(tmp_path):
    path = tmp_path / "roll.xlsx"
    path.write_bytes(xlsx([row(1)]))
    assert refusal(prepare, path, OPTIONS).code == "YEAR_MISSING"


def test_recorded_at_is_the_reports_stamp_and_a_revision_is_later():
    made = term.stamp([(1, [STAMP])])
    assert made == datetime(2022, 6, 10, 19, 0, 12, 244000, tzinfo=UTC)
    assert term.recorded_at(made, NOW, 1) == made
    assert term.recorded_at(made, NOW, 2) > made


@pytest.mark.parametrize("cell", ["วันและเวลาที่สร้างรายงาน", "วันและเวลาที่สร้างรายงาน 2565-13-01 02:00:00", "x", None])
def test_without_a_stamp_recorded_at_is_now(cell):
    made = term.stamp([(1, [cell])])
    assert made is None
    assert term.recorded_at(made, NOW, 1) == NOW.replace(microsecond=678000)


def test_a_stamp_in_the_future_is_not_believed():
    made = term.stamp([(1, ["วันและเวลาที่สร้างรายงาน 2565-06-11 02:00:12"])])
    assert made.year == 2565
    assert term.recorded_at(made, NOW, 1) < NOW
