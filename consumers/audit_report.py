"""What an audit found (consumers/audit.py)."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that must not be: how many offsets of a partition, and the first few."""

    topic: str
    partition: int
    what: str
    count: int
    offsets: tuple[int, ...]

    def __str__(self) -> str:
        named = ", ".join(map(str, self.offsets))
        more = ", …" if self.count > len(self.offsets) else ""
        return f"{self.topic} partition {self.partition}: {self.count} {self.what} (offset {named}{more})"


@dataclass(frozen=True, slots=True)
class Counts:
    """One partition: records in range, receipts by outcome."""

    topic: str
    partition: int
    first: int
    end: int
    records: int
    outcomes: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Reused:
    """An identity of which the register holds several copies (semantics 2.4): the census counts the first in the log."""

    school_code: int
    event_id: str
    copies: int
    contents: int


@dataclass
class AuditReport:
    """What was found. `reused` and `notes` are no troubles: they may well be, and someone may want to know."""

    partitions: list[Counts] = field(default_factory=list)
    missing: list[Trouble] = field(default_factory=list)
    doubled: list[Trouble] = field(default_factory=list)
    reused: list[Reused] = field(default_factory=list)
    reused_count: int = 0
    notes: list[str] = field(default_factory=list)

    @property
    def complete(self) -> bool:
        """Whether every record in range has exactly one outcome, stored whole."""
        return not (self.missing or self.doubled)
