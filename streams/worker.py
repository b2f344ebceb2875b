"""The stream at work: messages in, what changed out, in cycles of whatever has arrived.

One cycle takes all messages that wait, of all partitions this process has, and does each step for all of them at once: store
what is known, send what is to be told, store that it was told, acknowledge. Nothing is acknowledged before all of that.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from streams import answers
from streams.bulk_table import BulkTable
from streams.days import day_of
from streams.outlet import Outlet
from streams.partition import AFTER, BEFORE, Partition, partition
from streams.shelf import Shelf
from streams.told import Told

TURN_PUPILS: Final = 2_000
"""Pupils looked at in one cycle because of a new day: others wait no longer than that."""


@dataclass(frozen=True, slots=True)
class Names:
    """Topics, with their prefix."""

    accepted: str
    crossings: str
    findings: str
    headcounts: str


@dataclass(frozen=True, slots=True)
class Message:
    """One that came in."""

    topic: str
    partition: int
    value: bytes


@dataclass
class Watch:
    """Told of each cycle; does nothing here."""

    def cycle(self, messages: int, told: Sequence[Told], seconds: float) -> None:
        """A cycle is over."""

    def turned(self, partitions: Sequence[int]) -> None:
        """A second has passed and nothing hangs; these partitions are at work here, none while they are being handed out."""

    def stands(self, places: Mapping[tuple[str, int], tuple[int, int]]) -> None:
        """(topic, partition) → offset up to which all is done, and log end. Told also while a cycle is under way."""

    def headcounts(self, counts: Mapping[int, Mapping[tuple[str, str], int]]) -> None:
        """All counts of this process by school."""


@dataclass
class StreamWorker:
    """Not for two tasks at once: `lock` is held by whoever works."""

    names: Names
    partitions: int
    grace: int
    tables: Mapping[str, BulkTable]
    outlet: Outlet
    now_ms: Callable[[], int]
    watch: Watch = field(default_factory=Watch)
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    _at_work: dict[int, Partition] = field(default_factory=dict)

    async def forget(self) -> None:
        """All partitions, once the cycle that is under way is over: it needs them to its end. One that comes back may have
        been elsewhere meanwhile.
        """
        async with self.lock:
            self._at_work.clear()

    def of(self, number: int) -> Partition:
        """A partition, made from what is stored of it where it is not at work yet."""
        if number not in self._at_work:
            shelves = {name: self._shelf(table, number) for name, table in self.tables.items()}
            self._at_work[number] = partition(number, self.partitions, shelves, self.grace)
        return self._at_work[number]

    async def take(self, messages: Sequence[Message]) -> None:
        """One cycle. Raises ValueError for a message that is none of ours, KafkaError when the broker stays away."""
        began = asyncio.get_running_loop().time()
        day = day_of(self.now_ms())
        told: dict[int, list[Told]] = defaultdict(list)
        for message in messages:
            at_work = self.of(message.partition)
            take = at_work.take_accepted if message.topic == self.names.accepted else at_work.take_crossing
            told[message.partition].append(take(message.value, day))
            await asyncio.sleep(0)  # heartbeats go on
        await self._finish(told, day)
        every = [one for each in told.values() for one in each]
        self.watch.cycle(len(messages), every, asyncio.get_running_loop().time() - began)

    async def turn(self, numbers: Iterable[int]) -> None:
        """Look again at pupils for whom the day makes a difference, once a day and when a partition has just come."""
        day = day_of(self.now_ms())
        for number in numbers:
            at_work = self.of(number)
            if at_work.day == day:
                continue
            due = at_work.pupils.due(day)
            for first in range(0, len(due), TURN_PUPILS):
                told = Told()
                at_work.pupils.turn(due[first : first + TURN_PUPILS], day, told)
                await self._finish({number: [told]}, day)
            at_work.day = day

    async def tell_headcounts(self) -> None:
        """Counts of schools that changed. What a crash leaves untold is told when the partition is at work again."""
        day, now = day_of(self.now_ms()), self.now_ms()
        rows = defaultdict(list)
        for at_work in self._at_work.values():
            for school, counts in at_work.schools.take_changed():
                key = str(school).encode()
                to = (self.names.headcounts, school % self.partitions)
                rows[to].append((key, answers.headcount(school, counts, day, now)))
        if rows:
            await self.outlet.send(rows)
            every = {school: counts for one in self._at_work.values() for school, counts in one.schools.counts.items()}
            self.watch.headcounts(every)

    async def _finish(self, told: Mapping[int, Sequence[Told]], day: int) -> None:
        await self._store(told, BEFORE)
        await self._send(told, day)
        for number in told:
            self._at_work[number].pupils.settle()
        for names in AFTER:
            await self._store(told, names)

    async def _store(self, numbers: Iterable[int], names: Sequence[str]) -> None:
        todo = [
            self.tables[name].write(self.outlet, number, rows)
            for number in numbers
            for name in names
            if (rows := self._at_work[number].shelves[name].take_waiting())
        ]
        await asyncio.gather(*todo)

    async def _send(self, told: Mapping[int, Sequence[Told]], day: int) -> None:
        rows: defaultdict[tuple[str, int], list[tuple[bytes | None, bytes | None]]] = defaultdict(list)
        now = self.now_ms()
        every = [one for each in told.values() for one in each]
        for to, messages in answers.crossings(every):
            rows[self.names.crossings, to] += [(None, message) for message in messages]
        for one in every:
            for finding_id, message in answers.findings(one, day, now):
                rows[self.names.findings, finding_id[0] % self.partitions].append((finding_id, message))
        if rows:
            await self.outlet.send(rows)

    @staticmethod
    def _shelf(table: BulkTable, number: int) -> Shelf:
        return Shelf(lambda key: table.read(number, key), lambda: table.all(number))
