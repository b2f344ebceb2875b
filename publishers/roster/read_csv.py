"""A .csv as rows: UTF-8 with or without its mark, or cp874 (TIS-620), each read strictly (domain 7)."""

import codecs
import csv
import io
from collections.abc import Iterator, Sequence
from typing import Final

from publishers.roster.cells import Cell
from schemas.errors import ThabianError

DELIMITERS: Final = (",", ";", "\t")
_WIDE: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def csv_sheets(content: bytes, name: str) -> list[list[tuple[int, Sequence[Cell]]]]:
    """The rows, once per delimiter under which the text is a table: the layout decides.

    Raises ThabianError FILE_ENCODING_UNKNOWN or FILE_UNREADABLE.
    """
    text = decode(content, name)
    sheets = []
    failure: csv.Error | None = None
    for delimiter in DELIMITERS:
        if delimiter not in text:
            continue
        try:
            sheets.append(list(_rows(text, delimiter)))
        except csv.Error as error:
            failure = failure or error
    if not sheets and failure:
        raise ThabianError("FILE_UNREADABLE", f"{name} is a damaged CSV file ({failure})", exit_code=2)
    return sheets


def decode(content: bytes, name: str) -> str:
    """The text of a file, UTF-8 before cp874. Bytes that neither has are never replaced."""
    if not content.startswith(_WIDE) and b"\x00" not in content:
        for encoding in ("utf-8-sig", "cp874"):
            try:
                return content.decode(encoding)
            except UnicodeDecodeError:
                continue
    raise ThabianError(
        "FILE_ENCODING_UNKNOWN", f"{name} is neither UTF-8 nor cp874 (TIS-620): save it as CSV UTF-8", exit_code=2
    )


def _rows(text: str, delimiter: str) -> Iterator[tuple[int, Sequence[Cell]]]:
    # strict: a quote left open would otherwise swallow the rows after it
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    start = 1
    try:
        for cells in reader:
            yield start, cells
            start = reader.line_num + 1
    except csv.Error as error:
        raise csv.Error(f"line {start}: {error}") from None
