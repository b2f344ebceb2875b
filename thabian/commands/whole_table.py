"""A table of names, places and counts that are copied from it: never folded, cropped or left out."""

from rich.console import Console
from rich.table import Table


def print_whole(console: Console, table: Table) -> None:
    """Print the table as wide as its cells are: on a narrow terminal lines wrap, and no column is squeezed away."""
    given, free = console.width, console.options.update(width=10_000)
    console.width = max(given, console.measure(table, options=free).maximum)
    console.print(table)
    console.width = given
