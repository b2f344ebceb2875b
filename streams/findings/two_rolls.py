"""On the rolls of two schools: ACTIVE_AT_TWO_SCHOOLS, ACTIVE_AT_TWO_AFFILIATIONS (seed A steps 4 and 9, domain 3.6)."""

from collections.abc import Iterator
from itertools import combinations

from streams.finding import Finding
from streams.pupil import Pupil

_AFFILIATION = 10**8
"""The first two of a school code's ten digits name its affiliation."""


def look(pupil: Pupil) -> Iterator[Finding]:
    """One for each pair of schools; resolved when one of the two has no open stay any more."""
    for school, other in combinations(sorted(pupil.rolls), 2):
        is_same = school // _AFFILIATION == other // _AFFILIATION
        code = "ACTIVE_AT_TWO_SCHOOLS" if is_same else "ACTIVE_AT_TWO_AFFILIATIONS"
        yield Finding(code, pupil.key, school, other, evidence=_entries(pupil, school, other))


def _entries(pupil: Pupil, *schools: int) -> tuple[bytes, ...]:
    return tuple(pupil.last_moves[school].event_id for school in schools)
