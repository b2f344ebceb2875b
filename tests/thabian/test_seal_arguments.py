"""What `thabian snapshot seal` refuses before it connects to anything."""

from collections.abc import Callable

import pytest

from tests.thabian.conftest import Said
from thabian.commands import census_warehouse


@pytest.mark.parametrize("day", ["2566-08-10", "2564-06-10", "10 เม.ย. 2565"])
def test_a_day_outside_the_year(thabian: Callable[..., Said], monkeypatch: pytest.MonkeyPatch, day: str) -> None:
    monkeypatch.setattr(census_warehouse, "opened", lambda: pytest.fail("it connected"))
    said = thabian("snapshot", "seal", "--year", "2565", "--as-of", day)
    assert said.code == 2
    assert "[SNAPSHOT_DAY_OUTSIDE_YEAR]" in said.one_line()
