"""The official letter, read back by what will read it."""

import io
from collections import Counter

import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement

from snapshots.exports.letter import NAMED, PERMANENT_SECRETARY, Letter, Sending, thai_digits
from snapshots.render import letter as letters
from snapshots.reports.grade_sex_room import Count, lay_out
from snapshots.reports.scope import Scope
from tests.snapshots.render.test_formats import version
from tests.snapshots.reports.test_scope import school

OFFICE = "สำนักการศึกษา กรุงเทพมหานคร"


def letter(expected: int = 1, absent: int = 0) -> Letter:
    missing = tuple(school(3_101_000_001 + at, "เขตหนึ่ง", name=f"โรงเรียนวัดสมมติ {1 + at}") for at in range(absent))
    table = lay_out({"04": Count(Counter({"M": 1_234, "F": 1}), 2)}, Scope(version()))
    return Letter(
        OFFICE, "กท ๐๘๐๐/๑", "๓๐ มิถุนายน ๒๕๖๕", PERMANENT_SECRETARY, table, Sending("ทุกโรงเรียน", expected, missing)
    )


def test_a_word_document_holds_the_letter_and_its_table() -> None:
    document = Document(io.BytesIO(letters.docx(letter())))
    said = [paragraph.text for paragraph in document.paragraphs]
    assert "เรียน ปลัดกระทรวงศึกษาธิการ" in said
    assert any("๑,๒๓๕ คน ๒ ห้องเรียน" in text for text in said)
    (table,) = document.tables
    assert [cell.text for cell in table.rows[0].cells] == ["รหัสชั้น", "ชั้น", "ชาย", "หญิง", "รวม", "ห้องเรียน"]
    assert [cell.text for cell in table.rows[-1].cells] == ["", "รวมทั้งหมด", "1,234", "1", "1,235", "2"]
    footer = document.sections[0].footer.paragraphs[0].text
    assert "2565-1-0123456789ab" in footer
    assert (b"r" * 32).hex() in footer
    assert document.styles["Normal"].font.name == "TH Sarabun New"


def test_thai_is_as_bold_and_as_large_as_the_rest() -> None:
    """Word shows Thai by the properties for complex scripts (bCs, szCs, cs), and heeds neither b nor sz."""
    document = Document(io.BytesIO(letters.docx(letter())))
    parts = (document.element, document.sections[0].footer._element, document.styles["Normal"].element)
    found = [properties for part in parts for properties in part.iter(qn("w:rPr"))]
    for name in ("w:b", "w:sz"):
        assert any(said(properties, name) for properties in found)
        assert all(said(properties, f"{name}Cs") == said(properties, name) for properties in found)
    normal = document.styles["Normal"].element.rPr
    assert normal.find(qn("w:rFonts")).get(qn("w:cs")) == "TH Sarabun New"
    assert normal.find(qn("w:lang")).get(qn("w:bidi")) == "th-TH"


def said(properties: BaseOxmlElement, name: str) -> list[dict[str, str]]:
    """The attributes of a property, as often as it stands there."""
    return [dict(one.attrib) for one in properties.findall(qn(name))]


def test_the_author_is_not_the_library() -> None:
    about = Document(io.BytesIO(letters.docx(letter()))).core_properties
    assert (about.author, about.comments) == ("Thabian", "")


@pytest.mark.parametrize("absent", [0, 2, NAMED, NAMED + 1])
def test_a_letter_calls_data_complete_only_when_all_have_sent(absent: int) -> None:
    made = letter(1_500, absent)
    said = "\n".join(made.paragraphs)
    assert "สถานศึกษาที่ต้องส่งข้อมูล ๑,๕๐๐ แห่ง" in said
    assert thai_digits(f"ส่งข้อมูลแล้ว {1_500 - absent:,} แห่ง") in said
    assert ("เสร็จเรียบร้อยแล้ว" in said, "ครบทุกแห่ง" in said, "ยังไม่ครบถ้วน" in said) == (not absent, not absent, absent > 0)
    assert (thai_digits(f"ยังไม่ส่งข้อมูล {absent} แห่ง") in said) == (absent > 0)
    assert said.count("รหัส") == (absent if absent <= NAMED else 0), "few are named"
    assert ("โรงเรียนวัดสมมติ ๒ (รหัส ๓๑๐๑๐๐๐๐๐๒)" in said) == (0 < absent <= NAMED)
    assert all(text in letters.page(made).decode() for text in made.paragraphs)


def test_a_letter_without_a_list_of_schools_calls_nothing_complete() -> None:
    said = "\n".join(letter(expected=0).paragraphs)
    assert "เสร็จเรียบร้อยแล้ว" not in said
    assert "ไม่มีรายชื่อสถานศึกษาที่ต้องส่งข้อมูล" in said
    assert "๑,๒๓๕ คน ๒ ห้องเรียน" in said


def test_a_page_stands_alone() -> None:
    page = letters.page(letter()).decode()
    for part in (OFFICE, "กท ๐๘๐๐/๑", "๓๐ มิถุนายน ๒๕๖๕", "จึงเรียนมาเพื่อโปรดทราบ", "2565-1-0123456789ab"):
        assert part in page
    assert not any(mark in page for mark in ("http:", "https:", "src=", "url(", "<script"))
