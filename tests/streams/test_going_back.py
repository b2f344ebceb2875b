"""A message that was jumped over is gone back for, and a stream that cannot have it ends."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from faust.types import TP

from streams.going_back import GoingBack
from streams.progress import Progress

PLACE = TP("register.crossings", 3)


class Consumer:
    def __init__(self, read: int, begin: int = 0) -> None:
        self.unacked: set[Any] = set()
        self.read, self.begin = read, begin
        self.sought: list[dict[TP, int]] = []

    async def earliest_offsets(self, *places: TP) -> dict[TP, int]:
        return dict.fromkeys(places, self.begin)

    def positions(self, places: Any) -> dict[TP, int]:
        return dict.fromkeys(places, self.read)

    async def seek_wait(self, places: dict[TP, int]) -> None:
        self.sought.append(places)


def of(consumer: Consumer) -> GoingBack:
    progress = Progress()
    progress.begin(1, {PLACE: 10})
    return GoingBack(SimpleNamespace(consumer=consumer), progress)


async def look(back: GoingBack, times: int) -> None:
    for _ in range(times):
        await back.look()


def test_nothing_is_done_where_nothing_was_jumped_over() -> None:
    back = of(consumer := Consumer(read=10))
    asyncio.run(look(back, 20))
    assert consumer.sought == []


def test_what_was_jumped_over_is_read_again() -> None:
    back = of(consumer := Consumer(read=13))
    back.progress.take(PLACE, 12, 1)
    asyncio.run(look(back, 1))
    assert consumer.sought == [{PLACE: 10}]


def test_what_was_read_and_never_came_is_read_again_after_a_second() -> None:
    """The last messages of a log: no later one shows that they are missing."""
    back = of(consumer := Consumer(read=13))
    asyncio.run(look(back, 1))
    assert consumer.sought == []
    asyncio.run(look(back, 1))
    assert consumer.sought == [{PLACE: 10}]


def test_what_is_in_work_is_not_missed() -> None:
    back = of(consumer := Consumer(read=13))
    back.progress.take(PLACE, 10, 1)
    asyncio.run(look(back, 3))
    back.progress.finish(PLACE, 10, 1)
    consumer.unacked.add("message")
    asyncio.run(look(back, 3))
    assert consumer.sought == []


def test_what_expired_cannot_be_gone_back_for() -> None:
    back = of(consumer := Consumer(read=13, begin=12))
    back.progress.take(PLACE, 13, 1)
    asyncio.run(look(back, 1))
    assert consumer.sought == [{PLACE: 12}]
    assert back.progress.stands() == {PLACE: 12}


def test_one_that_stays_away_ends_the_stream() -> None:
    back = of(Consumer(read=13))
    back.progress.take(PLACE, 12, 1)
    with pytest.raises(LookupError):
        asyncio.run(look(back, 20))
