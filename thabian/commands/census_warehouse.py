"""The warehouse as the census commands open it."""

from collections.abc import Iterator
from contextlib import contextmanager

from thabian import settings
from thabian.connections import open_warehouse
from warehouse.clickhouse import ClickHouseWarehouse


@contextmanager
def opened() -> Iterator[ClickHouseWarehouse]:
    """A connection, closed in the end."""
    warehouse = open_warehouse(settings.load())
    try:
        yield warehouse
    finally:
        warehouse.close()
