"""For a terminal."""

import io

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.measure import Measurement
from rich.table import Table as RichTable
from rich.text import Text

from snapshots.table import Cell, RowKind, Table

_WIDTH = 120
_PAPER = Console(file=io.StringIO(), width=2_000)
"""Wide enough for any table: no number is ever cut off."""
_STYLES = {RowKind.ROW: "", RowKind.SUBTOTAL: "bold", RowKind.TOTAL: "bold reverse"}


def render(table: Table, *, colour: bool = False) -> bytes:
    """Plain text, with colours when asked for."""
    grid = RichTable(box=SIMPLE_HEAD, title=Text(f"{table.title}\n{table.scope}"), title_justify="left")
    for column in table.columns:
        grid.add_column(Text(column.heading), justify="right" if column.is_number else "left", no_wrap=True)
    for row in table.rows:
        grid.add_row(*(Text(_shown(cell)) for cell in row.cells), style=_STYLES[row.kind])
    out = io.StringIO()
    width = max(_WIDTH, Measurement.get(_PAPER, _PAPER.options, grid).maximum)
    console = Console(file=out, width=width, force_terminal=colour, color_system="standard" if colour else None)
    console.print(grid)
    for heading, value in table.origin.lines():
        console.print(Text(f"{heading}: {value}"), soft_wrap=True)
    return out.getvalue().encode()


def _shown(cell: Cell) -> str:
    if cell is None:
        return ""
    return f"{cell:,}" if isinstance(cell, int) else cell
