"""AGE_OUTSIDE_GRADE: an age on the year's first day outside the range of the grade (issue D, domain 3.7)."""

from collections.abc import Iterator
from functools import cache

from schemas import code_lists
from streams.finding import Finding
from streams.pupil import Pupil

_BUDDHIST_ERA = 543


def look(pupil: Pupil) -> Iterator[Finding]:
    """Resolved when grade or birth date is corrected, or the pupil leaves."""
    for school, attributes in pupil.rolls.items():
        birth_key, cohort = attributes.birth
        ages = ranges().get(attributes.grade)
        if birth_key and cohort and ages:
            age = pupil.point.year - _BUDDHIST_ERA - cohort
            if not ages[0] <= age <= ages[1]:
                yield Finding("AGE_OUTSIDE_GRADE", pupil.key, school, evidence=(pupil.last_moves[school].event_id,))


@cache
def ranges() -> dict[str, tuple[int, int]]:
    """(youngest, oldest) in whole years, by grade."""
    entries = code_lists.load("grades").entries
    return {entry.code: (int(entry.extra["youngest"]), int(entry.extra["oldest"])) for entry in entries}
