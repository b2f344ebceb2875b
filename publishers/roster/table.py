"""A roster file as sheets of numbered rows, whatever its format. The content decides, not the file's name."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from publishers.roster.cells import Cell
from publishers.roster.read_csv import csv_sheets
from publishers.roster.read_xlsx import xlsx_sheets
from schemas.errors import ThabianError

Row = tuple[int, Sequence[Cell]]
"""(number as the spreadsheet or editor counts it, cells)."""
Sheet = list[Row]

_ZIP: Final = b"PK\x03\x04"
_OLD_EXCEL: Final = b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True, slots=True)
class Source:
    """A file that was read: its name for messages, and every reading of it that may be the roster."""

    name: str
    sheets: list[Sheet]


def read(path: Path) -> Source:
    """Read a file. Raises ThabianError: FILE_MISSING, FILE_EMPTY, FILE_UNREADABLE, FILE_ENCODING_UNKNOWN."""
    content = read_bytes(path)
    if not content.strip():
        raise ThabianError("FILE_EMPTY", f"{path.name} is empty", exit_code=2)
    if content.startswith(_OLD_EXCEL):
        raise ThabianError(
            "FILE_UNREADABLE",
            f"{path.name} is an old or locked Excel file: save it as .xlsx without password",
            exit_code=2,
        )
    return Source(path.name, (xlsx_sheets if content.startswith(_ZIP) else csv_sheets)(content, path.name))


def read_bytes(path: Path) -> bytes:
    """All of a file, or FILE_MISSING in one line."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise ThabianError("FILE_MISSING", f"{path.name}: {error.strerror or 'cannot be read'}", exit_code=2) from None
