"""What the schools send, in the order it is sent, before it is written down anywhere."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from operator import attrgetter

Event = dict[str, object]


@dataclass(frozen=True, slots=True)
class Sent:
    """One event on its way, at a moment (ms since 1970). `repeats`: a copy of what was sent before."""

    at: int
    kind: str
    event: Event
    repeats: bool = False


@dataclass(slots=True)
class Diary:
    """The events of one part of a simulation."""

    chance: random.Random
    sent: list[Sent] = field(default_factory=list)

    def send(self, at: int, kind: str, event: Event) -> None:
        """A school sends an event."""
        self.sent.append(Sent(at, kind, event))

    def resend(self, at: int, kind: str, event: Event) -> None:
        """A school sends again what it has sent before."""
        self.sent.append(Sent(at, kind, event, repeats=True))

    def in_order(self) -> Iterator[Sent]:
        """As the register receives them."""
        yield from sorted(self.sent, key=attrgetter("at"))

    def event_id(self, at: int) -> str:
        """A version 7 UUID of a moment."""
        random_bits = self.chance.getrandbits(74)
        low = f"{0b10 << 62 | random_bits & (1 << 62) - 1:016x}"
        high = f"{at:012x}7{random_bits >> 62:03x}"
        return f"{high[:8]}-{high[8:12]}-{high[12:]}-{low[:4]}-{low[4:]}"
