"""What a process loads before it does anything: memory and seconds that every command pays."""

import subprocess
import sys

LOADED = """
import sys
import numpy as np
import polars as pl
from thabian import cli, intake_process
from clickhouse_driver.columns import datecolumn
from consumers.avro_columns import read
from schemas import segments
from warehouse import native
texts = pl.Series("x", ["a", "b", "a"])
native.column_bytes("LowCardinality(String)", texts)
segments.payload(segments.reordered(segments.raw(texts), np.array([2, 0, 1])))
print("pandas" in sys.modules, len(datecolumn.DateColumn.date_lut))
"""


def test_neither_pandas_nor_a_table_of_all_days_is_loaded() -> None:
    """60 MB and half a second each: pyarrow loads pandas where it can (schemas/segments.py), the client makes a table."""
    found = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, text=True, timeout=60, check=True)
    assert found.stdout.split() == ["False", "0"]
