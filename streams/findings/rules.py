"""The rules about one pupil, in the order of docs/findings.md."""

from collections.abc import Callable, Iterator

from streams.days import becomes_known, first_day
from streams.finding import Finding
from streams.findings import age, death, exits, grades, reentry, told_apart, transfers, two_rolls
from streams.pupil import Pupil

RULES: tuple[Callable[[Pupil], Iterator[Finding]], ...] = (
    two_rolls.look,
    death.look,
    exits.look,
    reentry.look,
    transfers.look,
    grades.look,
    age.look,
    told_apart.look,
)


def look(pupil: Pupil) -> list[Finding]:
    """Every finding about this pupil that is open."""
    return [finding for rule in RULES for finding in rule(pupil)]


def next_day(pupil: Pupil) -> int:
    """The first day after the pupil's own on which anything may be another one without a new event."""
    days = [first_day(pupil.point.year + 1)]
    days += [becomes_known(event) for event in pupil.live if (event.year, event.day) > pupil.point]
    days += transfers.due(pupil)
    return min(day for day in days if day > pupil.point.day)
