"""A consumer group in memory: several intakes that go on only when told, any of which may die or sleep at any point.

Kafka's part is small: a partition has one owner, a commit from any other is fenced, a new owner begins at the commit. What a
fenced member stores and answers is not held back, as in Kafka (semantics 3.4).
"""

import contextlib
import threading
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from consumers.authorise import Grants
from consumers.flood import FloodGate, FloodLimits
from consumers.intake import Intake
from consumers.messages import Batch, batch_of
from consumers.ports import Outgoing, Position, Ranges, Stored
from consumers.pseudonyms import pseudonyms
from schemas.errors import ThabianError
from tests.consumers.memory import MemoryAnswers, MemoryRegister, Record
from warehouse.interface import WarehouseUnavailable

KEYS = pseudonyms("p" * 32, "m" * 32, 1)
TOPIC = "student-changes.t"
Gate = Callable[[str], None]


class Killed(BaseException):
    """The process is gone: nothing of intake's own may catch it."""


class Worker:
    """A thread that runs from one gate to the next when it is told to, and never by itself."""

    def __init__(self, work: Callable[[], None]) -> None:
        self.at = "start"
        self.ended = False
        self.error: BaseException | None = None
        self._killed = False
        self._go, self._back = threading.Semaphore(0), threading.Semaphore(0)
        self._thread = threading.Thread(target=self._main, args=(work,), daemon=True)
        self._thread.start()

    def gate(self, point: str) -> None:
        """Wait here until told to go on."""
        self.at = point
        self._back.release()
        self._go.acquire()
        if self._killed:
            raise Killed

    def advance(self, gates: int = 1) -> None:
        """Go on past that many gates, or to the end."""
        for _ in range(gates):
            if self.ended:
                return
            self._go.release()
            self._back.acquire()

    def kill(self) -> None:
        """End it where it stands."""
        self._killed = True
        while not self.ended:
            self.advance()
        self._thread.join()

    def _main(self, work: Callable[[], None]) -> None:
        self._go.acquire()
        try:
            if not self._killed:
                work()
        except (Killed, ThabianError) as error:
            self.error = error
        except BaseException as error:  # anything else is a bug, shown by whoever advanced the worker
            self.error = error
        finally:
            self.ended = True
            self._back.release()


class RecordingRegister(MemoryRegister):
    """Keeps every row that was physically written beside what the tables then hold."""

    def __init__(self) -> None:
        super().__init__()
        self.written: dict[str, list[dict[str, object]]] = {}

    def store(self, stored: Stored) -> None:
        super().store(stored)
        for name, rows in stored.tables.items():
            self.written.setdefault(name, []).extend(rows.iter_rows(named=True))


@dataclass
class Cluster:
    """Records by partition, commits, and who owns what; the register and the answers all members write to."""

    register: RecordingRegister = field(default_factory=RecordingRegister)
    answers: MemoryAnswers = field(default_factory=MemoryAnswers)
    records: dict[Position, list[Record]] = field(default_factory=dict)
    committed: dict[Position, int] = field(default_factory=dict)
    owner: dict[Position, tuple[int, int]] = field(default_factory=dict)
    """Position → (member, how often the partition has changed hands)."""
    batch_size: int = 5
    on_commit: Callable[[dict[Position, int]], None] = lambda _: None

    def append(self, value: bytes | None, partition: int, timestamp: int) -> Record:
        """Add a record to a partition."""
        records = self.records.setdefault((TOPIC, partition), [])
        records.append(Record(TOPIC, partition, len(records), timestamp, value))
        return records[-1]

    def assign(self, position: Position, member: int) -> None:
        """Give a partition to a member. One that stays where it is notices nothing (cooperative rebalancing)."""
        before, moves = self.owner.get(position, (None, 0))
        if before != member:
            self.owner[position] = (member, moves + 1)


class Member:
    """One intake process: its own view of the log, the shared register, the shared answers."""

    def __init__(self, cluster: Cluster, number: int) -> None:
        self.cluster, self.number = cluster, number
        self.fault: str | None = None
        """Let the next statement fail: `before` or `after` its effect."""
        self.careful = True
        """Look at the assignment again before another attempt; a zombie that sleeps just then does not."""
        self._positions: dict[Position, tuple[int, int]] = {}
        self.worker = Worker(self._run)

    def _run(self) -> None:
        intake = Intake(
            register=_Register(self),
            answers=_Answers(self),
            pseudonyms=KEYS,
            prefix="",
            max_event_bytes=65_536,
            steps=lambda _: contextlib.nullcontext(),
            gate=FloodGate(FloodLimits(run=0, ratio=0, window=1)),
        )
        while True:
            self.worker.gate("poll")
            batch = self._poll()
            if batch is not None:
                self._take(intake, batch)

    def _take(self, intake: Intake, batch: Batch) -> None:
        """As the loop does: the same batch again while the warehouse is away, then commit what is still one's own."""
        held = {part: self.cluster.owner[part] for part in batch.ranges()}
        while True:
            try:
                intake.take(batch)
                break
            except WarehouseUnavailable:
                self.worker.gate("retry")
                if self.careful:
                    mine = {part for part, owner in held.items() if self.cluster.owner.get(part) == owner}
                    batch = _only(batch, mine)
        self.worker.gate("commit")
        ends = {part: last + 1 for part, (_, last) in batch.ranges().items()}
        mine = {part: end for part, end in ends.items() if self.cluster.owner.get(part) == held[part]}
        self.cluster.on_commit(mine)
        self.cluster.committed |= mine

    def _poll(self) -> Batch | None:
        """Some records of what this member owns now. A partition that came anew begins at its commit."""
        taken: list[Record] = []
        owned = {part: owner for part, owner in self.cluster.owner.items() if owner[0] == self.number}
        for part, (_, moves) in owned.items():
            known = self._positions.get(part)
            start = known[1] if known and known[0] == moves else self.cluster.committed.get(part, 0)
            new = self.cluster.records.get(part, [])[start:][: self.cluster.batch_size - len(taken)]
            self._positions[part] = (moves, start + len(new))
            taken += new
        return batch_of({"all": taken}) if taken else None

    def strike(self, when: str) -> None:
        """The warehouse fails once, if that was asked for at this moment."""
        if self.fault == when:
            self.fault = None
            raise WarehouseUnavailable(f"does not answer ({when})")


def _only(batch: Batch, parts: Collection[Position]) -> Batch:
    kept = [row for row, place in enumerate(batch.place.select("topic", "partition").iter_rows()) if place in parts]
    return Batch(
        batch.place[kept],
        [batch.values[row] for row in kept],
        [batch.keys[row] for row in kept],
        [batch.headers[row] for row in kept],
    )


class _Register:
    """The shared register as one member reaches it: a gate before each statement, a fault before or after its effect."""

    def __init__(self, member: Member) -> None:
        self._member = member

    def __getattr__(self, name: str) -> Any:
        return getattr(self._member.cluster.register, name)

    def _statement(self, point: str, run: Callable[[], Any]) -> Any:
        self._member.worker.gate(point)
        self._member.strike("before")
        result = run()
        self._member.strike("after")
        return result

    def grants(self) -> Grants:
        return self._member.cluster.register.grants()

    def recorded(self, ranges: Ranges) -> pl.DataFrame:
        found: pl.DataFrame = self._statement("recorded", lambda: self._member.cluster.register.recorded(ranges))
        return found

    def copies(self, identities: pl.DataFrame) -> pl.DataFrame:
        found: pl.DataFrame = self._statement("copies", lambda: self._member.cluster.register.copies(identities))
        return found

    def store(self, stored: Stored) -> None:
        for name, columns in stored.tables.items():
            one = Stored({name: columns}, stored.token)
            self._statement(f"store {name}", lambda one=one: self._member.cluster.register.store(one))


class _Answers:
    """The shared answers as one member reaches them: a gate before each message."""

    def __init__(self, member: Member) -> None:
        self._member = member

    def partitions(self, topic: str) -> int:
        return 3

    def send(self, messages: Sequence[Outgoing]) -> None:
        for message in messages:
            self._member.worker.gate("answer")
            self._member.cluster.answers.send([message])
