"""The official letter, read back by what will read it."""

import io
from collections import Counter

from docx import Document

from snapshots.exports.letter import PERMANENT_SECRETARY, Letter
from snapshots.render import letter as letters
from snapshots.reports.grade_sex_room import Count, lay_out
from snapshots.reports.scope import Scope
from tests.snapshots.render.test_formats import version

OFFICE = "สำนักการศึกษา กรุงเทพมหานคร"


def letter() -> Letter:
    table = lay_out({"04": Count(Counter({"M": 1_234, "F": 1}), 2)}, Scope(version()))
    return Letter(OFFICE, "กท ๐๘๐๐/๑", "๓๐ มิถุนายน ๒๕๖๕", PERMANENT_SECRETARY, table)


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


def test_a_page_stands_alone() -> None:
    page = letters.page(letter()).decode()
    for part in (OFFICE, "กท ๐๘๐๐/๑", "๓๐ มิถุนายน ๒๕๖๕", "จึงเรียนมาเพื่อโปรดทราบ", "2565-1-0123456789ab"):
        assert part in page
    assert not any(mark in page for mark in ("http:", "https:", "src=", "url(", "<script"))
