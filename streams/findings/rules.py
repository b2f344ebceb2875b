"""The rules about one pupil (docs/findings.md)."""

from collections.abc import Callable, Iterator

from streams.days import becomes_known, first_day
from streams.finding import Finding
from streams.findings import (
    age,
    corrections,
    death,
    decisions,
    exits,
    grades,
    reentry,
    ties,
    told_apart,
    transfers,
    two_rolls,
    walked,
)
from streams.pupil import Pupil

Rule = Callable[[Pupil], Iterator[Finding]]

OF_ONE_EVENT: tuple[Rule, ...] = (exits.look, transfers.look, age.look, corrections.look, decisions.look)
OF_SEVERAL: tuple[Rule, ...] = (
    two_rolls.look, death.look, reentry.look, grades.look, told_apart.look, walked.look, ties.look,
)  # fmt: skip
"""Of most pupils there is one event."""


def look(pupil: Pupil) -> list[Finding]:
    """Every finding about this pupil that is open."""
    rules = OF_ONE_EVENT if len(pupil.live) == 1 else OF_ONE_EVENT + OF_SEVERAL
    return [finding for rule in rules for finding in rule(pupil)]


def next_day(pupil: Pupil) -> int:
    """The first day after the pupil's own on which anything may be another one without a new event."""
    days = [first_day(pupil.point.year + 1)]
    days += [becomes_known(event) for event in pupil.live if (event.year, event.day) > pupil.point]
    days += transfers.due(pupil)
    return min(day for day in days if day > pupil.point.day)
