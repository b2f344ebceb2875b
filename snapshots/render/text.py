"""Text for programs and spreadsheets: csv and json."""

import csv as csv_writer
import io
import json as json_writer
from dataclasses import asdict

from snapshots.table import Table

_BOM = b"\xef\xbb\xbf"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv(table: Table) -> bytes:
    """UTF-8 with a byte order mark, so that Excel reads the Thai; where the numbers come from stands below the table."""
    out = io.StringIO(newline="")
    writer = csv_writer.writer(out)
    writer.writerow([])
    writer.writerows([heading, _harmless(value)] for heading, value in table.origin.lines())
    return csv_table(table) + out.getvalue().encode()


def csv_table(table: Table) -> bytes:
    """The same without anything below: for files whose shape is somebody else's."""
    out = io.StringIO(newline="")
    writer = csv_writer.writer(out)
    writer.writerow([_harmless(column.heading) for column in table.columns])
    writer.writerows([_harmless(cell) for cell in row.cells] for row in table.rows)
    return _BOM + out.getvalue().encode()


def json(table: Table) -> bytes:
    """One object: name, title, scope, origin, columns, and rows as objects by column name."""
    names = [column.name for column in table.columns]
    document = {
        "report": table.name,
        "title": table.title,
        "scope": table.scope,
        "origin": asdict(table.origin),
        "columns": [asdict(column) for column in table.columns],
        "rows": [dict(zip(names, row.cells, strict=True)) | {"kind": row.kind.value} for row in table.rows],
    }
    return json_writer.dumps(document, ensure_ascii=False, indent=2).encode() + b"\n"


def _harmless(cell: object) -> object:
    """A text that a spreadsheet would run as a formula is marked as text."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell
