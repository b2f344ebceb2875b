"""What the walk passes over (semantics 5.4): ENTRY_WHILE_ON_ROLL, EXIT_OF_ENDED_STAY."""

from collections.abc import Iterator

from streams.finding import Finding
from streams.pupil import Pupil


def look(pupil: Pupil) -> Iterator[Finding]:
    """Resolved when the event is taken back, or an exit, an entry or a decision before it is told or taken back."""
    for school, walk in pupil.walks.items():
        for before, event in walk.continued:
            shown = (before.event_id, event.event_id)
            yield Finding("ENTRY_WHILE_ON_ROLL", pupil.key, school, subject=event.event_id, evidence=shown)
        for event in walk.fruitless:
            only = event.event_id
            yield Finding("EXIT_OF_ENDED_STAY", pupil.key, school, subject=only, evidence=(only,))
