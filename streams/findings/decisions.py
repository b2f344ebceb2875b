"""DECISION_OFF_ROLL: a decision for a pupil who is not on the school's roll when its year ends (semantics 5.5)."""

from collections.abc import Iterator

from streams.finding import Finding
from streams.pupil import Pupil


def look(pupil: Pupil) -> Iterator[Finding]:
    """Resolved by an entry, by an exit or the decision taken back, or by a decision that lasts instead of it."""
    for (school, year), event in pupil.decided.items():
        if (event.year, event.day) > pupil.point:
            continue
        walk = pupil.walks.get(school)  # none: the decision is all that is known there
        if walk is None or year not in walk.on_at_end:
            only = event.event_id
            yield Finding("DECISION_OFF_ROLL", pupil.key, school, subject=only, evidence=(only,))
