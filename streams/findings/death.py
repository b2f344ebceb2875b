"""After a death: ACTIVE_AFTER_DEATH (semantics 6.2), EVENT_AFTER_DEATH (issue D, domain 8.6)."""

from collections.abc import Iterator

from streams.event import DIED, Event
from streams.finding import Finding
from streams.pupil import Pupil


def look(pupil: Pupil) -> Iterator[Finding]:
    """Still on a roll, or anything told of a later day; resolved when the death, or what came after it, is taken back."""
    deaths = [event for event in pupil.moves if event.act == DIED]
    if not deaths:
        return
    died = min(deaths, key=lambda event: event.day)
    for school in pupil.rolls:
        yield Finding("ACTIVE_AFTER_DEATH", pupil.key, school, evidence=(died.event_id,))
    after: dict[int, Event] = {}
    for event in pupil.known:
        if event.act != DIED and event.day > died.day:
            after.setdefault(event.school, event)
    for school, event in after.items():
        yield Finding("EVENT_AFTER_DEATH", pupil.key, school, evidence=(died.event_id, event.event_id))
