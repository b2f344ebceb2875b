"""Fixtures of the report tests."""

import pytest

from snapshots.seal import Sealing
from tests.snapshots.sealing import empty_register
from warehouse.clickhouse import ClickHouseWarehouse


@pytest.fixture
def work(warehouse: ClickHouseWarehouse) -> Sealing:
    """A seal of an empty register without persons and schools."""
    for table in ("persons", "schools", "school_loads"):
        warehouse.execute(f"TRUNCATE TABLE {table}")
    return empty_register(warehouse)
