"""Back to where a message was jumped over. Nothing known of Faust leads to it any more; if it does, nothing is lost."""

import contextlib
from dataclasses import dataclass, field
from typing import Any, Final

import structlog
from aiokafka.errors import IllegalStateError
from faust.types import TP

from streams.progress import Progress

_FRUITLESS: Final = 5
"""So often in a row the stream goes back for a message that does not come."""


@dataclass
class GoingBack:
    """Of one process; looks at it once a second. `app` is Faust's, with our consumer."""

    app: Any
    progress: Progress
    _idle: dict[TP, int] = field(default_factory=dict)
    _fruitless: int = 0

    async def look(self) -> None:
        """Raises LookupError when a message stays away."""
        if not self.progress.is_open:
            return
        generation = self.progress.generation
        missed = self.progress.jumped() | self._unseen()
        self._fruitless = self._fruitless + 1 if missed else 0
        if not missed:
            return
        if self._fruitless > _FRUITLESS:
            raise LookupError("a message was jumped over and does not come again")
        begins = await self.app.consumer.earliest_offsets(*missed)
        if not self.progress.is_open or self.progress.generation != generation:
            return
        expired = self.progress.expire({TP(*place): offset for place, offset in begins.items()})
        structlog.get_logger().warning("going back", partitions=len(missed), expired=len(expired))
        with contextlib.suppress(IllegalStateError):  # taken away meanwhile
            await self.app.consumer.seek_wait({place: max(at, begins[place]) for place, at in missed.items()})

    def _unseen(self) -> dict[TP, int]:
        """Of partitions that stood still for a second with nothing in work: those read further than what was taken."""
        before, self._idle = self._idle, self.progress.idle()
        still = {place: at for place, at in self._idle.items() if before.get(place) == at}
        if not still or self.app.consumer.unacked:
            return {}
        read = self.app.consumer.positions(still)
        now = self.progress.idle()
        return {place: at for place, at in still.items() if read.get(place, at) > at and now.get(place) == at}
