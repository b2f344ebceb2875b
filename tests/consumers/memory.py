"""A log, a register and answers in memory: the small interfaces of intake, without a broker or a warehouse.

Fakes, held to the real ones' contract by test_ports.py.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import polars as pl

from consumers.authorise import ALL, NAMED, Grants
from consumers.messages import Batch, batch_of
from consumers.normalise import EVENT_ID, SCHOOL
from consumers.ports import Outgoing, Position, Ranges, Stored
from consumers.warehouse_register import _COPIES, _RECORDED
from schemas import code_lists

PUBLISHERS = ("t", "u", "roster")
EVERYTHING = tuple(
    (publisher, int(affiliation), kind)
    for publisher in PUBLISHERS
    for affiliation in sorted(code_lists.load("affiliations").codes)
    for kind in (ALL, *NAMED)
)
"""What a register of tests grants unless told otherwise: all, by affiliation, from the beginning of time."""


@dataclass(frozen=True)
class Record:
    """One record of a log."""

    topic: str
    partition: int
    offset: int
    timestamp: int
    value: bytes | None
    key: bytes | None = b"1020080005"
    headers: Sequence[tuple[str, bytes]] = ()


@dataclass
class MemoryLog:
    """Records of several partitions; one consumer."""

    records: list[Record] = field(default_factory=list)
    batch_size: int = 1_000
    committed: dict[Position, int] = field(default_factory=dict)
    positions: dict[Position, int] = field(default_factory=dict)

    def append(
        self,
        value: bytes | None,
        partition: int = 0,
        timestamp: int | None = None,
        topic: str = "student-changes.t",
        headers: Sequence[tuple[str, bytes]] = (),
    ) -> None:
        offset = sum((record.topic, record.partition) == (topic, partition) for record in self.records)
        at = len(self.records) if timestamp is None else timestamp
        self.records.append(Record(topic, partition, offset, at, value, headers=headers))

    def poll(self) -> Batch | None:
        new = [r for r in self.records if r.offset >= self.positions.get((r.topic, r.partition), 0)][: self.batch_size]
        for record in new:
            self.positions[record.topic, record.partition] = record.offset + 1
        return batch_of({"all": new}) if new else None

    def commit(self, batch: Batch) -> None:
        self.committed |= {position: last + 1 for position, (_, last) in batch.ranges().items()}

    def at_end(self) -> bool:
        return all(r.offset < self.positions.get((r.topic, r.partition), 0) for r in self.records)

    def restart(self) -> None:
        """A new consumer takes over where the last one committed."""
        self.positions = dict(self.committed)

    def close(self) -> None:
        pass


class MemoryRegister:
    """Tables as dicts by row identity: storing a row again changes nothing."""

    def __init__(self) -> None:
        self.tables: dict[str, dict[tuple[object, ...], dict[str, object]]] = {}
        self.granted = Grants.of((*grant, 0, 2**60) for grant in EVERYTHING)

    def grants(self) -> Grants:
        return self.granted

    def rows(self, table: str) -> Iterable[dict[str, object]]:
        return self.tables.get(table, {}).values()

    def recorded(self, ranges: Ranges) -> pl.DataFrame:
        found = [
            row
            for row in self.rows("receipts")
            for (topic, part), (first, last) in ranges.items()
            if (row["topic"], row["partition"]) == (topic, part) and first <= row["offset"] <= last
        ]
        return pl.DataFrame([{**row, "stored": row["stored"] == 1} for row in found], schema=_RECORDED, orient="row")

    def copies(self, identities: pl.DataFrame) -> pl.DataFrame:
        wanted = set(identities.select(SCHOOL, EVENT_ID).iter_rows())
        found = [row for row in self.rows("event_identities") if (row["school_code"], row["event_id"]) in wanted]
        renamed = [{**row, SCHOOL: row["school_code"], EVENT_ID: row["event_id"]} for row in found]
        return pl.DataFrame(renamed, schema=_COPIES, orient="row")

    def store(self, stored: Stored) -> None:
        for name, rows in stored.tables.items():
            table = self.tables.setdefault(name, {})
            for row in rows.iter_rows(named=True):
                table[row["topic"], row["partition"], row["offset"]] = row


@dataclass
class MemoryAnswers:
    """What was sent."""

    sent: list[Outgoing] = field(default_factory=list)

    def partitions(self, topic: str) -> int:
        return 12

    def send(self, messages: Sequence[Outgoing]) -> None:
        self.sent += messages
