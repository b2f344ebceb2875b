"""One partition of the stream: its pupils, its schools, and what a message changes in both."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from streams import accepted, crossing
from streams.crossing import Moved, Rolled
from streams.event import Acting
from streams.pupils import Pupils
from streams.schools import Schools
from streams.shelf import Shelf
from streams.told import Told

TABLES: Final = ("events", "holders", "standings", "acts", "rolls", "numbers")
BEFORE: Final = ("events", "holders", "standings")
"""Tables stored before anything is sent: what is known, and what is about to be told."""
AFTER: Final = (("numbers",), ("rolls", "standings", "acts"))
"""Tables stored when all is sent, one step after the other: what was told. A crash in between tells again, which changes
nothing.
"""


@dataclass
class Partition:
    """A function of the messages it took and the days it was turned to."""

    shelves: Mapping[str, Shelf]
    pupils: Pupils
    schools: Schools
    day: int = 0
    """The last day all of it was looked at for."""

    def take_accepted(self, message: bytes, day: int) -> Told:
        """A message of register.accepted."""
        read = accepted.read(message)
        told = Told(read.newest)
        self.pupils.take_accepted(read.events, read.acting, day, told)
        return told

    def take_crossing(self, message: bytes, day: int) -> Told:
        """A message of register.crossings."""
        frames, newest = crossing.read(message)
        told = Told(newest)
        self.schools.take([frame for frame in frames if isinstance(frame, Rolled)], told)
        self.pupils.take_moved([frame for frame in frames if isinstance(frame, Moved)], day, told)
        self.pupils.take_acting([frame for frame in frames if isinstance(frame, Acting)], day, told)
        return told


def partition(number: int, partitions: int, shelves: Mapping[str, Shelf], grace: int) -> Partition:
    """What is stored of a partition, at work again."""
    pupils = Pupils(
        number, partitions, shelves["events"], shelves["holders"], shelves["standings"], shelves["acts"], grace
    )
    return Partition(shelves, pupils, Schools(shelves["rolls"], shelves["numbers"]))
