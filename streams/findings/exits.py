"""EXIT_NEVER_ENTERED: an exit of a pupil whom the school never entered (issue D, domain 3.3)."""

from collections.abc import Iterator

from streams.event import ENTRIES
from streams.finding import Finding
from streams.pupil import Pupil


def look(pupil: Pupil) -> Iterator[Finding]:
    """Resolved by an entry that stands before the exit, or when the exit is taken back."""
    first: dict[int, bytes] = {}
    for event in pupil.moves:
        if event.school not in first:
            first[event.school] = b"" if event.act in ENTRIES else event.event_id
    for school, exit_id in first.items():
        if exit_id:
            yield Finding("EXIT_NEVER_ENTERED", pupil.key, school, evidence=(exit_id,))
