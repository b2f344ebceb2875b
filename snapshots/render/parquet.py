"""A Parquet file: one row per row of the table; where the numbers come from stands in columns."""

import io

import polars as pl

from snapshots.table import Table


def render(table: Table) -> bytes:
    """Columns by their names, then `kind`, `version`, `known_at` and `checksum`."""
    columns: dict[str, pl.Series] = {}
    for index, column in enumerate(table.columns):
        values = [row.cells[index] for row in table.rows]
        columns[column.name] = pl.Series(values, dtype=pl.Int64 if column.is_number else pl.String)
    columns["kind"] = pl.Series([row.kind.value for row in table.rows], dtype=pl.String)
    origin = {"version": table.origin.version, "known_at": table.origin.known_at, "checksum": table.origin.checksum}
    for name, value in origin.items():
        columns[name] = pl.Series([value] * len(table.rows), dtype=pl.String)
    out = io.BytesIO()
    pl.DataFrame(columns).write_parquet(out)
    return out.getvalue()
