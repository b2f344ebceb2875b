"""Sheets of an .xlsx workbook."""

import io
import warnings
from collections.abc import Sequence

import openpyxl

from publishers.roster.cells import Cell
from schemas.errors import ThabianError


def xlsx_sheets(content: bytes, name: str) -> list[list[tuple[int, Sequence[Cell]]]]:
    """Rows of every sheet. Formulas give the value the spreadsheet stored. Raises ThabianError FILE_UNREADABLE."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # styles and extensions that openpyxl leaves out
            book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
            try:
                return [_rows(sheet) for sheet in book.worksheets]
            finally:
                book.close()
    except Exception as error:  # noqa: BLE001 - a damaged workbook raises anything from KeyError to ParseError
        raise ThabianError(
            "FILE_UNREADABLE", f"{name} is a damaged workbook ({type(error).__name__})", exit_code=2
        ) from None


def _rows(sheet: openpyxl.worksheet._read_only.ReadOnlyWorksheet) -> list[tuple[int, Sequence[Cell]]]:
    sheet.reset_dimensions()  # some exports declare a wrong range, and openpyxl would believe it
    return list(enumerate(sheet.iter_rows(values_only=True), start=1))
