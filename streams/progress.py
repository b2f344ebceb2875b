"""How far each partition is worked on: our own record, against which what Faust hands over is held.

Faust 0.15.3 may throw messages away in a rebalance and commit past them (docs/streams.md). Here a message is taken only if it
is the one that comes next, and nothing is committed but what was done without a gap.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto

from faust.types import TP


class Verdict(Enum):
    """On a message that came."""

    NEXT = auto()
    AGAIN = auto()
    """Taken already."""
    JUMPED = auto()
    """Something before it was never taken: the reader has to go back."""
    STRANGE = auto()
    """Of a partition that is not at work here, or of a handing-out that is over."""


@dataclass(slots=True)
class _At:
    taken: int
    """The offset that comes next."""
    done: int
    committed: int
    jumped: bool = False


class Progress:
    """Of one process. A generation is one handing-out of partitions: with each all begins anew."""

    def __init__(self) -> None:
        self.generation = -1
        self.is_open = False
        """Whether messages are taken: partitions are handed out, their tables restored, nobody is taking them away."""
        self._places: dict[TP, _At] = {}

    def begin(self, generation: int, places: Mapping[TP, int]) -> None:
        """The offsets partitions begin at."""
        self.generation, self.is_open = generation, True
        self._places = {place: _At(offset, offset, offset) for place, offset in places.items()}

    def close(self) -> None:
        """Nothing more is taken; what is under way can be finished and committed."""
        self.is_open = False

    def take(self, place: TP, offset: int, generation: int) -> Verdict:
        """What to do with a message: work on it only if it is NEXT."""
        found = self._places.get(place)
        if found is None or not self.is_open or generation != self.generation:
            return Verdict.STRANGE
        if offset != found.taken:
            found.jumped |= offset > found.taken
            return Verdict.JUMPED if offset > found.taken else Verdict.AGAIN
        found.taken, found.jumped = offset + 1, False
        return Verdict.NEXT

    def finish(self, place: TP, offset: int, generation: int) -> None:
        """A message that was taken, and all before it, is stored and told."""
        if generation == self.generation:
            self._places[place].done = offset + 1

    def to_commit(self) -> dict[TP, int]:
        """What is done and not committed yet."""
        return {place: at.done for place, at in self._places.items() if at.done > at.committed}

    def committed(self, offsets: Mapping[TP, int]) -> None:
        """The broker has them."""
        for place, offset in offsets.items():
            if (found := self._places.get(place)) is not None:
                found.committed = max(found.committed, offset)

    def stands(self) -> dict[TP, int]:
        """The offset up to which all is done, by partition."""
        return {place: at.done for place, at in self._places.items()}

    def idle(self) -> dict[TP, int]:
        """The offset that comes next, of partitions of which nothing is in work."""
        return {place: at.taken for place, at in self._places.items() if at.taken == at.done}

    def jumped(self) -> dict[TP, int]:
        """Where to go back to, of partitions in which a message was jumped over."""
        return {place: at.taken for place, at in self._places.items() if at.jumped}

    def expire(self, begins: Mapping[TP, int]) -> list[TP]:
        """Go on at the log's begin where it is past what comes next: that has expired. The partitions in which it has."""
        found = [place for place in begins if (at := self._places.get(place)) and at.taken < begins[place]]
        for place in found:
            self._places[place] = _At(begins[place], begins[place], self._places[place].committed)
        return found
