"""What must hold of every calendar; a new one is data, and this is its proof-reader."""

from collections.abc import Collection, Iterator
from itertools import chain

from schemas import code_lists
from snapshots import census_days
from snapshots.calendars import Calendar, Round, Step

ACTS = frozenset({"record", "confirm", "certify", "acknowledge", "close"})
"""What a window can be for."""


def problems(calendar: Calendar, commands: Collection[str]) -> list[str]:
    """One line for each thing that does not hold; `commands` are those of Thabian, as typed."""
    found = chain(
        (f"row {step.place}: {text}" for step in calendar.steps for text in _step(calendar, step, commands)),
        _numbering(calendar),
        (f"round {each.name}: {text}" for each in calendar.rounds.values() for text in _round(each)),
    )
    return list(found)


def _step(calendar: Calendar, step: Step, commands: Collection[str]) -> Iterator[str]:
    if step.window.ends <= step.window.begins:
        yield "the window ends before it begins"
    if step.round and step.round not in calendar.rounds:
        yield f"there is no round {step.round}"
    if step.acts and not step.round:
        yield "acts belong to a round"
    yield from (f"no such act: {act}" for act in step.acts if act not in ACTS)
    yield from (f"no such command: thabian {name}" for name in step.commands if name not in commands)
    if not (step.actor and step.action):
        yield "it says neither who nor what"
    if not (step.commands or step.note):
        yield "nothing serves it, and no note says why"


def _numbering(calendar: Calendar) -> Iterator[str]:
    """Every row of the letter is there, once, in its order."""
    sections: dict[str, list[str]] = {}
    for step in calendar.steps:
        sections.setdefault(step.section, []).append(step.row)
    for section, rows in sections.items():
        if rows != [str(number) for number in range(1, len(rows) + 1)]:
            yield f"section {section or 'of the letter'}: the rows are not numbered from 1 on"


def _round(each: Round) -> Iterator[str]:
    if each.affiliation not in code_lists.load("affiliations").codes:
        yield "its affiliation is in no list"
    if not census_days.is_in(each.academic_year, each.as_of):
        yield "the day counted lies outside the academic year"
    signing = [each.windows[act] for act in ("confirm", "certify") if act in each.windows]
    if len(signing) < 2:
        yield "nobody has a window to confirm and to certify in"
    if any(window.ends > each.known_at for window in signing):
        yield "the cut (K) comes before the end of certifying"
