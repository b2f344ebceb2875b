"""The lists hold together, and labels are found however schools write them."""

from itertools import chain

import pytest

from schemas import code_lists
from schemas.code_lists import CodeList, Entry


@pytest.mark.parametrize("name", code_lists.names())
def test_every_entry_has_a_code_a_label_and_a_source(name):
    codes = code_lists.load(name)
    assert codes.title
    assert codes.entries
    for entry in codes.entries:
        assert entry.code.isascii()
        assert entry.label
        assert entry.source
        assert codes.by_label(entry.label) == entry.code
        assert all(codes.by_label(alias) == entry.code for alias in entry.aliases)


def test_a_list_is_read_once():
    assert code_lists.load("grades") is code_lists.load("grades")


def test_grades_stand_in_the_ministrys_order():
    grades = code_lists.load("grades")
    assert [entry.code for entry in grades.entries] == [f"{code:02}" for code in range(19)]
    assert [grades.entry(code).label for code in ("00", "01", "04", "09", "10", "15", "16", "18")] == [
        "เด็กเล็ก", "อ.1", "ป.1", "ป.6", "ม.1", "ม.6", "ปวช.1", "ปวช.3",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("อบ.1", "01"), ("อนุบาล 1", "01"), ("อนุบาลปีที่ ๑", "01"), ("อ. 3", "03"), ("ป.๖", "09"), ("ป6", "09"),
        ("ประถมศึกษาปีที่ 1", "04"), ("มัธยมศึกษาปีที่\u00a06", "15"), ("ม.\u200b1", "10"), ("ปวช.3", "18"),
        ("เด็กเล็ก", "00"), ("ม.7", None), ("", None),
    ],
)  # fmt: skip
def test_a_grade_is_found_by_any_of_its_names(text, code):
    assert code_lists.load("grades").by_label(text) == code


def test_the_four_parts_add_up_to_the_whole_list():
    grades, subtotals = code_lists.load("grades"), code_lists.load("grade_subtotals")
    members = [entry.extra["members"].split() for entry in subtotals.entries]
    assert list(chain(*members[:4])) == members[4] == [entry.code for entry in grades.entries]
    for part, level in zip(members, ("pre_primary", "primary", "lower_secondary", "upper_secondary"), strict=False):
        assert {grades.entry(code).extra["level"] for code in part} == {level}


@pytest.mark.parametrize("text", ["รวม อบ.", "รวมประถม", "รวมมัธยมต้น", "รวมมัธยมปลายและเทียบเท่า", "รวมทั้งหมด"])
def test_emis_subtotals_are_known_by_name(text):
    assert code_lists.load("grade_subtotals").by_label(text)


def test_sizes_are_those_of_the_sources():
    sizes = {name: len(code_lists.load(name).entries) for name in code_lists.names()}
    assert sizes["dropout_reasons"] == 9
    assert sizes["disabilities"] == 1 + 9
    assert sizes["disadvantages"] == 1 + 10 + 2
    assert sizes["boardings"] == 8
    assert sizes["graduate_destinations"] == 17 + 19


def test_three_kinds_count_as_boarding():
    boardings = code_lists.load("boardings")
    assert [e.code for e in boardings.entries if e.extra.get("scheme")] == [
        "SCHEME_HOUSE", "SCHEME_DORM", "SCHEME_COMMUNITY",
    ]  # fmt: skip
    assert boardings.by_label("หอนอน") == "SCHEME_DORM"


@pytest.mark.parametrize(("text", "code"), [("ช", "M"), ("ชาย", "M"), ("ญ.", "F"), ("หญิง", "F"), ("x", None)])
def test_sex_by_label(text, code):
    assert code_lists.load("sexes").by_label(text) == code


def test_a_label_with_two_codes_is_refused():
    with pytest.raises(ValueError, match="two codes"):
        CodeList("x", "x", (Entry("A", "ก.", (), "s", {}), Entry("B", "ก", (), "s", {})))


def test_an_unknown_list_is_a_key_error():
    with pytest.raises(KeyError):
        code_lists.load("nothing")
