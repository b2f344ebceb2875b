"""A finished table in each of the formats: bytes for a file or a pipe. One module a family of formats."""

from collections.abc import Callable
from enum import StrEnum
from typing import Final

from snapshots.render import html, parquet, terminal, text, xlsx
from snapshots.table import Table


class Format(StrEnum):
    """What a report can be written as."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    XLSX = "xlsx"
    PARQUET = "parquet"
    HTML = "html"


BINARY: Final = frozenset({Format.XLSX, Format.PARQUET})
"""Formats that need a file or a pipe, not a terminal."""

_RENDERERS: Final[dict[Format, Callable[[Table], bytes]]] = {
    Format.TABLE: terminal.render,
    Format.CSV: text.csv,
    Format.JSON: text.json,
    Format.XLSX: xlsx.render,
    Format.PARQUET: parquet.render,
    Format.HTML: html.render,
}


def render(table: Table, wanted: Format) -> bytes:
    """The table in the wanted format."""
    return _RENDERERS[wanted](table)
