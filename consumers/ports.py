"""What intake needs of the world: a log to read, a register to store in, a way to answer.

Small on purpose: each has a real implementation and can have another one for tests, held to the same contract.
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, Protocol

import polars as pl

from consumers.authorise import Grants
from consumers.messages import Batch

Position = tuple[str, int]
"""(topic, partition)"""
Ranges = Mapping[Position, tuple[int, int]]
"""(topic, partition) → first and last offset, both included."""


@dataclass(frozen=True, slots=True)
class Lost:
    """Offsets that expired before anyone read them: `first` up to but not including `end` of one partition."""

    topic: str
    partition: int
    first: int
    end: int


class Log(Protocol):
    """The ingress topics as one consumer sees them. Touched by one thread alone."""

    def poll(self) -> Batch | None:
        """The next messages, or None when nothing came within the time budget."""
        ...

    def wait(self, work: "Future[Any]", seconds: float) -> bool:
        """Stay in the group, taking nothing, until the work is done (True) or the time is over."""
        ...

    def arrived(self) -> frozenset[Position]:
        """Partitions assigned since the last call."""
        ...

    def lost(self) -> list[Lost]:
        """Ranges found to have expired since the last call."""
        ...

    def commit(self, batch: Batch) -> str | None:
        """Say that everything up to the end of this batch is stored and answered; or why that was refused."""
        ...

    def commit_positions(self, positions: Mapping[Position, int]) -> str | None:
        """The same for the offsets after ranges of no batch."""
        ...

    def at_end(self) -> bool:
        """Whether everything that was there when this consumer began has been polled."""
        ...

    def close(self) -> None:
        """Leave the group; nothing is committed that was not committed before."""
        ...


@dataclass(frozen=True, slots=True)
class Stored:
    """Rows of one batch by table, in the order they are inserted: the receipts come last."""

    tables: Mapping[str, pl.DataFrame]
    token: str


class Register(Protocol):
    """The warehouse as intake sees it."""

    def grants(self) -> Grants:
        """Who may send what. Asked once a batch, after it was polled: no grant older than the batch is missed."""
        ...

    def recorded(self, ranges: Ranges) -> pl.DataFrame:
        """Receipts already stored for these offsets: topic, partition, offset, outcome, codes, stored, first_received."""
        ...

    def copies(self, identities: pl.DataFrame) -> pl.DataFrame:
        """Stored copies of identities (school, event_uuid): those columns and append_time, topic, partition, offset,
        content_hash.
        """
        ...

    def store(self, stored: Stored) -> None:
        """Store the rows of a batch, table by table. Storing the same batch again changes nothing."""
        ...


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message out. `partition` None: by key."""

    topic: str
    partition: int | None
    key: bytes | None
    value: bytes | None
    headers: Sequence[tuple[str, bytes]] = ()


class Answers(Protocol):
    """The way out to register.* topics."""

    def partitions(self, topic: str) -> int:
        """How many partitions a topic has."""
        ...

    def send(self, messages: Sequence[Outgoing]) -> None:
        """Send all and wait until all are acknowledged. Raises when any is not."""
        ...
