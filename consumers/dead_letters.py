"""Dead letters as they lie in register.dead-letters: which message each one holds, and why (design 4)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from consumers.log_scan import LogScan
from consumers.ports import Position

_ORIGINAL: Final = "original."
Place = tuple[str, int, int]
"""topic, partition, offset"""


@dataclass(frozen=True, slots=True)
class Letter:
    """One dead letter: the place of the message it holds, and that message. Times are ms since 1970 UTC.

    `written`: when the letter was appended. `headers`: those the message came with. Bytes may hold pupils' data and are left
    out of what is printed of a letter.
    """

    topic: str
    partition: int
    offset: int
    code: str
    attempt: int
    first_seen: int
    written: int
    replay_of: str = ""
    key: bytes | None = field(default=None, repr=False)
    value: bytes | None = field(default=None, repr=False)
    headers: Sequence[tuple[str, bytes]] = field(default=(), repr=False)

    @property
    def place(self) -> Place:
        """Where the message it holds stood: what names a letter. One written twice is one letter."""
        return self.topic, self.partition, self.offset


def letter_of(record: Any) -> Letter | None:  # noqa: ANN401 - the client's own type
    """A record of the topic as a letter; None: it was not written by intake."""
    named = dict(record.headers)
    try:
        return Letter(
            topic=named["thabian.topic"].decode(),
            partition=int(named["thabian.partition"]),
            offset=int(named["thabian.offset"]),
            code=named["thabian.code"].decode(),
            attempt=int(named["thabian.attempt"]),
            first_seen=int(named["thabian.first_seen"]),
            written=record.timestamp,
            replay_of=named.get("thabian.replay-of", b"").decode(),
            key=record.key,
            value=record.value,
            headers=[(name.removeprefix(_ORIGINAL), v) for name, v in record.headers if name.startswith(_ORIGINAL)],
        )
    except (KeyError, ValueError, TypeError, AttributeError):
        return None


def letters(scan: LogScan, topic: str) -> Iterator[Letter]:
    """Every letter there is now, partition by partition in the order of the log, repeats left out."""
    seen: set[Place] = set()
    for position, (begin, end) in sorted(scan.spans(topic).items()):
        for letter in _read(scan, position, begin, end):
            if letter.place not in seen:
                seen.add(letter.place)
                yield letter


def _read(scan: LogScan, position: Position, begin: int, end: int) -> Iterator[Letter]:
    for record in scan.records(position, begin, end):
        letter = letter_of(record)
        if letter is not None:
            yield letter
