"""A cell one may ask about: values of the lists, and those outside them that some pupil of the version has."""

import pytest

from schemas.errors import ThabianError
from snapshots import cell_values
from snapshots.explain import CellFilter
from tests.snapshots.reports.people import pupil, version
from tests.snapshots.sealing import OTHER, empty_register
from warehouse.clickhouse import ClickHouseWarehouse

pytestmark = pytest.mark.real


def test_what_the_version_has_may_be_asked_about(warehouse: ClickHouseWarehouse) -> None:
    work = empty_register(warehouse)
    scope = version(work, pupil(1), pupil(2, OTHER, grade="ZZ", sex="X", room="เขียว"))
    for cell in (CellFilter(grade="ZZ", sex="X", room="เขียว"), CellFilter(grade="15", sex="M", room="1"), CellFilter()):
        cell_values.check(warehouse, scope.version, cell)
    for cell in (CellFilter(grade="YY"), CellFilter(sex="Z"), CellFilter(grade="ZZ", room="ฟ้า")):
        with pytest.raises(ThabianError) as raised:
            cell_values.check(warehouse, scope.version, cell)
        assert (raised.value.code, raised.value.exit_code) == ("CELL_VALUE_UNKNOWN", 2)
