"""One side of a transfer alone, after the days of grace: OUT_WITHOUT_IN, IN_WITHOUT_OUT (domain 3.2)."""

from collections.abc import Iterator

from streams.days import told
from streams.event import ENTRIES, IN, OUT, Event
from streams.finding import Finding
from streams.pupil import Pupil


def look(pupil: Pupil) -> Iterator[Finding]:
    """Resolved by the other side, whatever came first."""
    for school, event in pupil.last_moves.items():
        if event.act == OUT and _is_due(pupil, event) and not _has_arrived(pupil, event):
            yield Finding("OUT_WITHOUT_IN", pupil.key, school, subject=event.event_id, evidence=(event.event_id,))
    for event in _last_entries(pupil):
        if event.act == IN and event.school in pupil.rolls and _is_due(pupil, event):
            origin = event.other_school if event.other_school not in (0, event.school) else 0
            if not _has_left(pupil, event.school, origin):
                yield Finding("IN_WITHOUT_OUT", pupil.key, event.school, origin, evidence=(event.event_id,))


def due(pupil: Pupil) -> Iterator[int]:
    """The days on which a grace ends."""
    for event in (*pupil.last_moves.values(), *_last_entries(pupil)):
        if event.act in (OUT, IN):
            yield told(event) + pupil.grace


def _is_due(pupil: Pupil, event: Event) -> bool:
    return pupil.point.day >= told(event) + pupil.grace


def _last_entries(pupil: Pupil) -> list[Event]:
    return list({event.school: event for event in pupil.moves if event.act in ENTRIES}.values())


def _has_arrived(pupil: Pupil, out: Event) -> bool:
    """On some roll, or entered elsewhere about then or later."""
    return bool(pupil.rolls) or any(
        event.act in ENTRIES and event.school != out.school and event.day >= out.day - pupil.grace
        for event in pupil.moves
    )


def _has_left(pupil: Pupil, school: int, origin: int) -> bool:
    """Was at the origin, or where none is named at some other school, and is not on its roll any more."""
    schools = {origin} & set(pupil.last_moves) if origin else set(pupil.last_moves) - {school}
    return bool(schools - set(pupil.rolls))
