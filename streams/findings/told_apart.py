"""SEX_CHANGED, BIRTH_DATE_CHANGED: two schools tell different ones (issue D, domain 1.6)."""

from collections.abc import Iterator
from itertools import combinations

from streams.event import TELLS
from streams.finding import Finding
from streams.pupil import Pupil


def look(pupil: Pupil) -> Iterator[Finding]:
    """One for each pair of schools; resolved when one of the two corrects it."""
    if len({event.school for event in pupil.known}) < 2:
        return
    sexes: dict[int, tuple[str, bytes]] = {}
    births: dict[int, tuple[int, bytes]] = {}
    for event in pupil.known:
        if event.act in TELLS:
            if event.sex:
                sexes[event.school] = (event.sex, event.event_id)
            if event.birth and event.birth[0]:
                births[event.school] = (event.birth[0], event.event_id)
    for code, values in (("SEX_CHANGED", sexes), ("BIRTH_DATE_CHANGED", births)):
        for school, other in combinations(sorted(values), 2):
            (here, shown_here), (there, shown_there) = values[school], values[other]
            if here != there:
                yield Finding(code, pupil.key, school, other, evidence=(shown_here, shown_there))
