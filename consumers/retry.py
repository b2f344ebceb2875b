"""Waiting between tries: longer each time, never the same for two processes, over at once when told to stop."""

import random
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass
class Backoff:
    """Delays in seconds: doubling from `first` up to `most`, each a random share between half and all of it."""

    first: float = 0.2
    most: float = 15.0
    chance: random.Random = field(default_factory=random.SystemRandom)
    stop: threading.Event = field(default_factory=threading.Event)
    """Set by another thread to end every wait."""

    def delays(self) -> Iterator[float]:
        """One delay a failed try, without end."""
        delay = self.first
        while True:
            yield delay * (0.5 + self.chance.random() / 2)
            delay = min(delay * 2, self.most)

    def wait(self, seconds: float) -> bool:
        """Wait; False: told to stop."""
        return not self.stop.wait(seconds)
