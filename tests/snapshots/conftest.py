"""Fixtures of the census tests."""

import pytest

from snapshots.seal import Sealing
from tests.snapshots.sealing import empty_register
from warehouse.clickhouse import ClickHouseWarehouse


@pytest.fixture
def work(warehouse: ClickHouseWarehouse) -> Sealing:
    """A seal of an empty register; runs are numbered."""
    return empty_register(warehouse)
