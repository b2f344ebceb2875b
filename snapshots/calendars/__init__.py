"""The calendars by which schools report, as data: one CSV a calendar, one row a row of the letter it was taken from.

A window runs from its begin to its end, in Bangkok's time, the end exclusive: 24:00 on the 10th is the 11th at 00:00.
"""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cache
from importlib.resources import files
from typing import Final

from schemas.errors import ThabianError
from schemas.thai_dates import parse_be_or_ce_date
from snapshots.moments import BANGKOK, parse_moment, to_ms

_FOLDER: Final = files("snapshots") / "calendars"


@dataclass(frozen=True, slots=True)
class Window:
    """From `begins`, inclusive, to `ends`, exclusive; ms since 1970 UTC."""

    begins: int
    ends: int

    def holds(self, now_ms: int) -> bool:
        """Whether it is open at this time."""
        return self.begins <= now_ms < self.ends


@dataclass(frozen=True, slots=True)
class Step:
    """One row of the letter. `round` empty: of no census round; `acts`: what is done within the window; `commands`: what
    of Thabian serves it, empty: nothing does, and `note` says why.
    """

    section: str
    row: str
    round: str
    acts: tuple[str, ...]
    window: Window
    actor: str
    action: str
    commands: tuple[str, ...]
    note: str

    @property
    def place(self) -> str:
        """Where it stands in the letter."""
        return f"{self.section} {self.row}".strip()


@dataclass(frozen=True, slots=True)
class Round:
    """One certification of a census: whom it covers, the day counted, and the cut, K (semantics 6.5).

    `number` is the census round of the year, `certification` which of its certifications; `area` empty: every area of the
    affiliation; `known_at` in ms since 1970 UTC.
    """

    name: str
    title: str
    affiliation: str
    area: str
    academic_year: int
    number: int
    certification: int
    as_of: date
    known_at: int
    windows: Mapping[str, Window]


@dataclass(frozen=True, slots=True)
class Calendar:
    """A calendar whole: its rows in the order of the letter, `seed`, and its rounds by name."""

    name: str
    title: str
    seed: str
    note: str
    steps: tuple[Step, ...]
    rounds: Mapping[str, Round]


def names() -> tuple[str, ...]:
    """All calendars."""
    return tuple(row["calendar"] for row in _rows("index"))


@cache
def load(name: str) -> Calendar:
    """One calendar. Raises CALENDAR_UNKNOWN."""
    about = next((row for row in _rows("index") if row["calendar"] == name), None)
    if about is None:
        raise ThabianError("CALENDAR_UNKNOWN", f"the calendars are: {', '.join(names())}", exit_code=2)
    steps = tuple(_step(row) for row in _rows(name))
    rounds = {row["round"]: _round(row, steps) for row in _rows("rounds") if row["calendar"] == name}
    return Calendar(name, about["title"], about["seed"], about["note"], steps, rounds)


def find_round(text: str) -> Round:
    """A round by `CALENDAR/ROUND`, or by its calendar where that has one alone. Raises CALENDAR_UNKNOWN, ROUND_UNKNOWN."""
    name, _, wanted = text.partition("/")
    rounds = load(name).rounds
    if not wanted and len(rounds) == 1:
        return next(iter(rounds.values()))
    if wanted not in rounds:
        known = ", ".join(each.name for each in rounds.values())
        raise ThabianError("ROUND_UNKNOWN", f"the rounds of this calendar are: {known}", exit_code=2)
    return rounds[wanted]


def parse_begin(text: str) -> int:
    """As `parse_moment`, but a day alone means its begin. Raises ValueError."""
    try:
        day = parse_be_or_ce_date(text)
    except ValueError:
        return parse_moment(text)
    return to_ms(datetime.combine(day, time(), BANGKOK))


def _rows(name: str) -> Iterator[dict[str, str]]:
    yield from csv.DictReader((_FOLDER / f"{name}.csv").read_text(encoding="utf-8").splitlines())


def _step(row: Mapping[str, str]) -> Step:
    return Step(
        section=row["section"],
        row=row["row"],
        round=row["round"],
        acts=_split(row["acts"]),
        window=Window(parse_begin(row["begins"]), parse_moment(row["ends"])),
        actor=row["actor"],
        action=row["action"],
        commands=_split(row["commands"]),
        note=row["note"],
    )


def _round(row: Mapping[str, str], steps: tuple[Step, ...]) -> Round:
    windows: dict[str, Window] = {}
    for step in steps:
        for act in step.acts if step.round == row["round"] else ():
            before = windows.get(act, step.window)
            windows[act] = Window(min(before.begins, step.window.begins), max(before.ends, step.window.ends))
    return Round(
        name=f"{row['calendar']}/{row['round']}",
        title=row["title"],
        affiliation=row["affiliation"],
        area=row["area"],
        academic_year=int(row["academic_year"]),
        number=int(row["number"]),
        certification=int(row["certification"]),
        as_of=parse_be_or_ce_date(row["as_of"]),
        known_at=parse_moment(row["known_at"]),
        windows=windows,
    )


def _split(text: str) -> tuple[str, ...]:
    return tuple(part for part in text.split("|") if part)
