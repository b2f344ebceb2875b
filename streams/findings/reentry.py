"""REENTRY_AFTER_DROPOUT: back after dropping out (issue D, domain 3.3, 8.6)."""

from collections.abc import Iterator
from itertools import pairwise

from streams.event import DROPPED, ENTRIES
from streams.finding import Finding
from streams.pupil import Pupil


def look(pupil: Pupil) -> Iterator[Finding]:
    """The move before an entry, at whatever school, is a dropout; resolved when either is taken back."""
    found = {}
    for before, event in pairwise(pupil.moves):
        if before.act == DROPPED and event.act in ENTRIES:
            found[event.school] = (before.event_id, event.event_id)
    for school, evidence in found.items():
        yield Finding("REENTRY_AFTER_DROPOUT", pupil.key, school, evidence=evidence)
