"""A seal killed anywhere: nothing to see, the next one takes up what was finished, and what is left over can be deleted."""

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any

import pytest

from snapshots import clean, slices, versions
from snapshots.seal import Request, Sealing, seal
from snapshots.verify import verify
from tests.snapshots.histories import random_log
from tests.snapshots.sealing import take_in
from warehouse.clickhouse import ClickHouseWarehouse
from warehouse.interface import Warehouse

pytestmark = pytest.mark.real
REQUEST = Request(2565, 1, date(2022, 6, 10), wait_ms=0)


class Killed(BaseException):
    """As a signal would: nothing catches it."""


@dataclass
class Mortal:
    """A warehouse whose user is killed at the n-th statement that changes something, before or after it took effect."""

    inside: Warehouse
    left: int
    after: bool

    def __getattr__(self, name: str) -> Any:
        asked = getattr(self.inside, name)
        return self._dying(asked) if name in ("execute", "insert") else asked

    def _dying(self, asked: Callable[..., Any]) -> Callable[..., Any]:
        def statement(*arguments: Any, **more: Any) -> Any:
            self.left -= 1
            if not self.left and not self.after:
                raise Killed
            done = asked(*arguments, **more)
            if not self.left:
                raise Killed
            return done

        return statement


def rows_of(warehouse: Warehouse, table: str) -> int:
    return int(warehouse.rows(f"SELECT count() FROM {table}")[0][0])


def test_killed_before_and_after_statements_of_every_step(work: Sealing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slices, "RANGE_EVENTS", 12)
    take_in(work, random_log(random.Random(3), 6))
    counting = Mortal(work.warehouse, 0, after=False)
    right = seal(replace(work, warehouse=counting), REQUEST).version  # type: ignore[arg-type]
    last = -counting.left
    folded = last - 2  # then the small tables are dropped and the version is named
    taken_up = 0
    for statements in (1, 2, 3, last // 2, *range(folded - 9, folded + 2), last - 1):
        for table in ("census_versions", "census_slices"):
            work.warehouse.execute(f"TRUNCATE TABLE {table}")
        mortal = Mortal(work.warehouse, statements, after=statements % 3 == 0)
        with pytest.raises(Killed):
            seal(replace(work, warehouse=mortal), REQUEST)  # type: ignore[arg-type]
        assert versions.listed(work.warehouse) == []
        again = seal(work, REQUEST).version
        assert (again.version, again.root, again.pupils) == (right.version, right.root, right.pupils)
        taken_up += len({item.folded_by for item in versions.slices(work.warehouse, again)}) > 1
    assert taken_up >= 3
    assert verify(work.warehouse, again).holds
    left = clean.dead_runs(work.warehouse, work.clock.now_ms() + 1)
    assert left
    clean.remove(work.warehouse, left)
    assert clean.dead_runs(work.warehouse, work.clock.now_ms() + 1) == []
    assert verify(work.warehouse, again).holds, "what was taken up is kept"


@pytest.mark.parametrize(("connection", "at"), [(0, (1, 2)), (1, (1, 4, 9, 10, 11, 12))], ids=["aside", "folding"])
def test_killed_on_another_connection(
    work: Sealing, monkeypatch: pytest.MonkeyPatch, connection: int, at: tuple[int, ...]
) -> None:
    monkeypatch.setattr(slices, "RANGE_EVENTS", 12)
    take_in(work, random_log(random.Random(3), 6))
    right = seal(work, REQUEST).version
    assert isinstance(work.warehouse, ClickHouseWarehouse)
    address = work.warehouse.address
    for statements in at:
        for table in ("census_versions", "census_slices"):
            work.warehouse.execute(f"TRUNCATE TABLE {table}")
        opened = [ClickHouseWarehouse(address) for _ in range(2)]
        opened[connection] = Mortal(opened[connection], statements, after=statements % 3 == 0)  # type: ignore[call-overload]
        with pytest.raises(Killed):
            seal(replace(work, connect=partial(opened.pop, 0)), REQUEST)
        assert versions.listed(work.warehouse) == []
        again = seal(replace(work, connect=lambda: ClickHouseWarehouse(address)), REQUEST).version
        assert (again.version, again.root, again.pupils) == (right.version, right.root, right.pupils)


def test_what_was_finished_is_folded_again_when_its_rows_were_touched(work: Sealing) -> None:
    take_in(work, random_log(random.Random(3), 8))
    right = seal(work, REQUEST).version
    work.warehouse.execute("TRUNCATE TABLE census_versions")
    (touched, *_) = [item for item in versions.slices(work.warehouse, right) if item.pupils]
    work.warehouse.insert(
        "census_rows", {"run": [right.run], "school_code": [touched.school_code], "person_key": [b"x" * 16]}
    )
    again = seal(work, REQUEST).version
    assert again.root == right.root
    folded = [item.school_code for item in versions.slices(work.warehouse, again) if item.folded_by == again.run]
    assert folded == [touched.school_code]
    assert verify(work.warehouse, again).holds


def test_the_young_and_the_named_are_left_alone(work: Sealing) -> None:
    take_in(work, random_log(random.Random(3), 8))
    named = seal(work, REQUEST).version
    work.clock.sleep_ms(1_000)
    began = work.clock.now_ms()
    versions.store_run(work.warehouse, 77, "2565-1-other", began)
    work.warehouse.insert("census_rows", {"run": [77], "school_code": [1], "person_key": [b"x" * 16]})
    assert clean.dead_runs(work.warehouse, began) == []
    assert clean.dead_runs(work.warehouse, began + 1) == [clean.DeadRun(77, 1)]
    clean.remove(work.warehouse, clean.dead_runs(work.warehouse, began + 1))
    assert clean.dead_runs(work.warehouse, began + 1) == []
    assert rows_of(work.warehouse, "census_runs") == 1
    assert verify(work.warehouse, named).holds
