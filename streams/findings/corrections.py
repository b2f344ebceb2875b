"""CORRECTION_WITHOUT_STAY: a correction since ENTRY with no entry to mend (semantics 5.6)."""

from collections.abc import Iterator

from streams.event import ENTRIES, MENDED
from streams.finding import Finding
from streams.pupil import Pupil


def look(pupil: Pupil) -> Iterator[Finding]:
    """Resolved by an entry at that school that stands before it, or when the correction is taken back."""
    entered: set[int] = set()
    for event in pupil.known:
        if event.act in ENTRIES:
            entered.add(event.school)
        elif event.act == MENDED and event.school not in entered:
            only = event.event_id
            yield Finding("CORRECTION_WITHOUT_STAY", pupil.key, event.school, subject=only, evidence=(only,))
