"""An Excel workbook."""

import io
import unicodedata

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from snapshots.render.html import WIDE
from snapshots.table import Cell, Origin, RowKind, Table

_FONT = "TH Sarabun New"
_SIZE = 14
_SHADES = {
    RowKind.SUBTOTAL: PatternFill("solid", fgColor="EDEDED"),
    RowKind.TOTAL: PatternFill("solid", fgColor="D0D0D0"),
}
_THIN = Side(style="thin", color="999999")
_BORDER = Border(top=_THIN, bottom=_THIN, left=_THIN, right=_THIN)
_SHEET_NAME_LENGTH = 31
_A4 = 9


def render(table: Table) -> bytes:
    """One sheet: title, table, where the numbers come from; A4, across if there are many columns, headings repeated."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(table.name[:_SHEET_NAME_LENGTH])
    for number, width in enumerate(_widths(table), start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.page_setup.paperSize = _A4
    sheet.page_setup.orientation = "landscape" if len(table.columns) >= WIDE else "portrait"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = "4:4"
    sheet.freeze_panes = "A5"
    _set_foot(sheet, table.origin)

    def cell(value: Cell, kind: RowKind = RowKind.ROW, *, bold: bool = False, boxed: bool = False) -> WriteOnlyCell:
        made = WriteOnlyCell(sheet, value=value)
        if isinstance(value, str):
            made.data_type = "s"  # never a formula
        made.font = Font(name=_FONT, size=_SIZE, bold=bold or kind is not RowKind.ROW)
        if kind in _SHADES:
            made.fill = _SHADES[kind]
        if boxed:
            made.border = _BORDER
        if isinstance(value, int):
            made.number_format = "#,##0"
        return made

    sheet.append([cell(table.title, bold=True)])
    sheet.append([cell(table.scope)])
    sheet.append([])
    sheet.append([cell(column.heading, RowKind.SUBTOTAL, boxed=True) for column in table.columns])
    for row in table.rows:
        sheet.append([cell(value, row.kind, boxed=True) for value in row.cells])
    sheet.append([])
    for heading, value in table.origin.lines():
        sheet.append([cell(heading), cell(value)])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _set_foot(sheet: WriteOnlyWorksheet, origin: Origin) -> None:
    """Version, cut and checksum on every printed sheet. An `&` would begin a command there."""
    if origin.version:
        said = f"{origin.version} · {origin.known_at}\n{origin.checksum_of} {origin.checksum}"
        sheet.oddFooter.left.text, sheet.oddFooter.left.size = said.replace("&", "&&"), 8
    sheet.oddFooter.right.text, sheet.oddFooter.right.size = "&P / &N", 8


def _widths(table: Table) -> list[float]:
    """A width per column, in characters: Thai vowels and tone marks above and below take none."""
    widths = []
    for index, column in enumerate(table.columns):
        texts = [column.heading, *(str(row.cells[index]) for row in table.rows)]
        widths.append(max(_breadth(text) for text in texts) * 1.1 + 3)
    return widths


def _breadth(text: str) -> int:
    return sum(unicodedata.category(character) != "Mn" for character in text)
