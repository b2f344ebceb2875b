"""MOVES_TIED: entries, or exits, of one moment, whose order nothing but their ids decides (semantics 5.4)."""

from collections.abc import Iterator

from streams.event import Event
from streams.finding import Finding
from streams.pupil import Pupil


def look(pupil: Pupil) -> Iterator[Finding]:
    """One for each but the first; resolved when one of the two is taken back."""
    first: dict[tuple[int, ...], Event] = {}
    for event in pupil.moves:
        moment = (event.school, event.year, event.day, event.recorded_at, event.rank)
        before = first.setdefault(moment, event)
        if before is not event:
            evidence = (before.event_id, event.event_id)
            yield Finding("MOVES_TIED", pupil.key, event.school, subject=event.event_id, evidence=evidence)
