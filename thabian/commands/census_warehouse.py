"""The warehouse as the census commands open it."""

from collections.abc import Iterator
from contextlib import contextmanager

from schemas.errors import ThabianError
from thabian import settings
from thabian.connections import open_warehouse
from warehouse.clickhouse import ClickHouseWarehouse
from warehouse.interface import WarehouseRefused

_UNKNOWN_TABLE, _UNKNOWN_DATABASE = 60, 81


@contextmanager
def opened() -> Iterator[ClickHouseWarehouse]:
    """A connection, closed in the end. WAREHOUSE_NOT_MIGRATED when the census tables are not there yet."""
    warehouse = open_warehouse(settings.load())
    try:
        yield warehouse
    except WarehouseRefused as error:
        if error.server_code not in (_UNKNOWN_TABLE, _UNKNOWN_DATABASE):
            raise
        message = "the warehouse lacks tables: run `thabian warehouse migrate`"
        raise ThabianError("WAREHOUSE_NOT_MIGRATED", message) from error
    finally:
        warehouse.close()
