"""An official letter as a Word document and as a page that prints on A4."""

import io
from html import escape
from typing import Final

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from docx.table import _Cell
from docx.text.font import Font
from docx.text.paragraph import Paragraph

from snapshots.exports.letter import Letter
from snapshots.render import html
from snapshots.table import Cell, RowKind

_FONT: Final = "TH Sarabun New"
_CLOSING: Final = (
    "ขอแสดงความนับถือ",
    "",
    "( ............................................ )",
    "ตำแหน่ง ....................................",
)


def page(letter: Letter) -> bytes:
    """HTML, UTF-8: the letter, then its table on a sheet of its own."""
    body = "\n".join(f'<p class="said">{escape(text)}</p>' for text in letter.paragraphs)
    closing = "\n".join(f"<p>{escape(text) or '&nbsp;'}</p>" for text in _CLOSING)
    sheet = f"""<section>
<p>ที่ {escape(letter.number)}</p>
<p class="office">{escape(letter.office)}</p>
<p class="day">{escape(letter.day)}</p>
<p>เรื่อง {escape(letter.subject)}</p>
<p>เรียน {escape(letter.to)}</p>
<p>สิ่งที่ส่งมาด้วย {escape(letter.enclosure)}</p>
{body}
<div class="sign">
{closing}
</div>
<p class="origin">{html.origin_line(letter.table.origin)}</p>
</section>"""
    return html.page(letter.subject, [sheet, html.section(letter.table)]).encode()


def docx(letter: Letter) -> bytes:
    """The same as a .docx. The core properties say nothing of what person or when: the same letter gives the same text."""
    document = Document()
    document.core_properties.author, document.core_properties.comments = "Thabian", ""
    _set_up(document)
    _line(document, f"ที่ {letter.number}")
    _line(document, letter.office, WD_ALIGN_PARAGRAPH.RIGHT)
    _line(document, letter.day, WD_ALIGN_PARAGRAPH.CENTER)
    for text in (f"เรื่อง {letter.subject}", f"เรียน {letter.to}", f"สิ่งที่ส่งมาด้วย {letter.enclosure}"):
        _line(document, text)
    for text in letter.paragraphs:
        _line(document, text).paragraph_format.first_line_indent = Cm(2.5)
    for text in _CLOSING:
        _line(document, text, WD_ALIGN_PARAGRAPH.CENTER)
    document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
    _line(document, f"{letter.table.title} {letter.table.scope}", is_bold=True)
    _table(document, letter)
    _footer(document, letter)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _set_up(document: WordDocument) -> None:
    """A4 with the margins of an official letter, in a Thai font, which Word takes for Thai from the cs attribute alone."""
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin, section.right_margin = Cm(3), Cm(2)
    section.top_margin, section.bottom_margin = Cm(2.5), Cm(2)
    style = document.styles["Normal"]
    _set_size(style.font, 16)
    properties = style.element.get_or_add_rPr()
    fonts = properties.get_or_add_rFonts()
    for script in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
        fonts.set(qn(script), _FONT)
    language = OxmlElement("w:lang")
    language.set(qn("w:bidi"), "th-TH")
    properties.append(language)
    style.paragraph_format.space_after = Pt(4)


def _line(
    document: WordDocument, text: str, align: WD_ALIGN_PARAGRAPH | None = None, *, is_bold: bool = False
) -> Paragraph:
    paragraph = document.add_paragraph()
    _set_bold(paragraph.add_run(text).font, is_bold=is_bold)
    if align is not None:
        paragraph.alignment = align
    return paragraph


def _table(document: WordDocument, letter: Letter) -> None:
    columns = letter.table.columns
    grid = document.add_table(rows=1, cols=len(columns))
    grid.style = "Table Grid"
    for cell, column in zip(grid.rows[0].cells, columns, strict=True):
        _fill(cell, column.heading, is_number=column.is_number, is_bold=True)
    header = OxmlElement("w:tblHeader")
    grid.rows[0]._tr.get_or_add_trPr().append(header)
    for row in letter.table.rows:
        for cell, value, column in zip(grid.add_row().cells, row.cells, columns, strict=True):
            _fill(cell, _shown(value), is_number=column.is_number, is_bold=row.kind is not RowKind.ROW)


def _fill(cell: _Cell, text: str, *, is_number: bool, is_bold: bool) -> None:
    paragraph = cell.paragraphs[0]
    font = paragraph.add_run(text).font
    _set_bold(font, is_bold=is_bold)
    _set_size(font, 14)
    paragraph.paragraph_format.space_after = Pt(0)
    if is_number:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _footer(document: WordDocument, letter: Letter) -> None:
    """Version, cut and checksum on every sheet."""
    paragraph = document.sections[0].footer.paragraphs[0]
    run = paragraph.add_run(" · ".join(f"{heading}: {value}" for heading, value in letter.table.origin.lines()))
    _set_size(run.font, 9)


def _set_bold(font: Font, *, is_bold: bool) -> None:
    """Bold or not, twice: Word takes Thai for a complex script, which does not heed the property of the others."""
    font.bold = font.cs_bold = is_bold


def _set_size(font: Font, points: int) -> None:
    """A size, twice for the same reason. The schema wants szCs right after sz."""
    font.size = Pt(points)
    size = font.element.get_or_add_rPr().get_or_add_sz()
    for_thai = OxmlElement("w:szCs")
    for_thai.set(qn("w:val"), size.get(qn("w:val")))
    size.addnext(for_thai)


def _shown(value: Cell) -> str:
    return "" if value is None else f"{value:,}" if isinstance(value, int) else value
