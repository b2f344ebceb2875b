"""GRADE_BACKWARDS, GRADE_JUMP: what is said of a pupil's grade, one after the other (issue D, domain 3.4)."""

from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from schemas import code_lists
from streams.event import CHANGED, ENTRIES, GOES_ON, MENDED, Event
from streams.finding import Finding
from streams.pupil import Pupil


class Said(NamedTuple):
    """A grade that was said. It sorts by when."""

    year: int
    is_event: bool
    """What a decision says of the next year comes before all that is said in it."""
    event: Event
    step: int


def look(pupil: Pupil) -> Iterator[Finding]:
    """Resolved when one of the two is corrected or taken back."""
    if len(pupil.known) < 2:
        return
    found: dict[tuple[str, int], tuple[bytes, bytes]] = {}
    for before, after in pairwise(_said(pupil)):
        code = _code(before, after)
        if code:
            found[code, after.event.school] = (before.event.event_id, after.event.event_id)
    for (code, school), evidence in found.items():
        yield Finding(code, pupil.key, school, evidence=evidence)


def _code(before: Said, after: Said) -> str:
    up = after.step - before.step
    if up < 0:
        return "GRADE_BACKWARDS"
    return "GRADE_JUMP" if up > max(1, after.year - before.year) else ""


def _said(pupil: Pupil) -> list[Said]:
    said = []
    for event in pupil.known:
        if event.act in ENTRIES:
            said.append(Said(event.year, True, event, _step(_mended(pupil, event))))
        elif event.act == CHANGED:
            said.append(Said(event.year, True, event, _step(event.grade)))
    said += [
        Said(event.year + 1, False, event, _step(event.grade))
        for event in pupil.decided.values()
        if event.act in GOES_ON and event.year < pupil.point.year
    ]
    return sorted(one for one in said if one.step >= 0)


def _mended(pupil: Pupil, entry: Event) -> str | None:
    """The grade of an entry, or the last correction of it before the school's next entry."""
    grade = entry.grade
    for event in pupil.live:
        if event.school == entry.school and event > entry:
            if event.act in ENTRIES and (event.year, event.day) <= pupil.point:
                break
            if event.act == MENDED and event.grade:
                grade = event.grade
    return grade


def _step(grade: str | None) -> int:
    return steps().get(grade or "", -1)


@cache
def steps() -> dict[str, int]:
    """Levels of the grades that are in the list."""
    return {entry.code: int(entry.extra["step"]) for entry in code_lists.load("grades").entries}
