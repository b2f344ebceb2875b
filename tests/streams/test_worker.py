"""A cycle is whole, whatever happens to its partitions meanwhile."""

import asyncio
from typing import Any

from streams.partition import TABLES
from streams.worker import Message, Names, StreamWorker


class Table:
    """A table in memory whose writes wait until they may go on."""

    def __init__(self, may_go_on: asyncio.Event) -> None:
        self.rows: dict[bytes, bytes | None] = {}
        self.written = asyncio.Event()
        self._may_go_on = may_go_on

    def read(self, _: int, key: bytes) -> bytes | None:
        return self.rows.get(key)

    def all(self, _: int) -> Any:
        return iter(self.rows.items())

    async def write(self, _: Any, __: int, rows: dict[bytes, bytes | None]) -> None:
        self.written.set()
        await self._may_go_on.wait()
        self.rows |= rows


class Outlet:
    async def send(self, rows: Any) -> int:
        return len(rows)


def test_a_partition_taken_away_in_mid_cycle_is_forgotten_when_the_cycle_is_over():
    """A rebalance used to end the process: the cycle looked for a partition that was forgotten under it."""

    async def go() -> None:
        may_go_on = asyncio.Event()
        tables = {name: Table(may_go_on) for name in TABLES}
        names = Names("accepted", "crossings", "findings", "headcounts")
        worker = StreamWorker(names, 12, 30, tables, Outlet(), lambda: 1_654_000_000_000)  # type: ignore[arg-type]

        async def cycle() -> None:
            async with worker.lock:
                await worker.take([Message("accepted", 0, _message())])

        running = asyncio.create_task(cycle())
        await tables["events"].written.wait()
        forgetting = asyncio.create_task(worker.forget())
        await asyncio.sleep(0)
        assert 0 in worker._at_work
        may_go_on.set()
        await running
        await forgetting
        assert worker._at_work == {}
        assert tables["standings"].rows

    asyncio.run(go())


def _message() -> bytes:
    from benchmarks.streams import accepted

    return next(message for partition, message in next(accepted.batches(200, 200)) if partition == 0)
