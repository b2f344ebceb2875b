"""The truth beside the events: pupils by point, school, grade and sex, written as the groups of schools are done."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final, TextIO

from publishers.simulator.calendar import FOREVER, moment
from publishers.simulator.part import Tally
from schemas.errors import ThabianError

COLUMNS: Final = ("point", "round", "academic_year", "as_of", "known_until", "school_code", "grade", "sex", "pupils")
"""known_until is empty where all that is ever told counts; dates are C.E., times UTC, the year B.E."""


@dataclass
class TruthFile:
    """Writes the truth. Parts of one school follow each other: their counts are added up before they are written."""

    stream: TextIO

    def __post_init__(self) -> None:
        self._rows = csv.writer(self.stream, lineterminator="\n")
        self._rows.writerow(COLUMNS)
        self._open: Tally = Tally()
        self._schools: frozenset[str] = frozenset()

    def add(self, schools: frozenset[str], tally: Tally) -> None:
        """Counts of a part of these schools."""
        if schools != self._schools:
            self.flush()
            self._schools = schools
        self._open.update(tally)

    def flush(self) -> None:
        """Write what is complete."""
        for (point, school, grade, sex), pupils in sorted(self._open.items(), key=_order):
            known = "" if point.known_until == FOREVER else moment(point.known_until).isoformat()
            self._rows.writerow(
                (point.name, point.round, point.academic_year, point.as_of, known, school, grade, sex, pupils)
            )
        self._open = Tally()


def _order(item: tuple[tuple[object, ...], int]) -> tuple[str, ...]:
    (point, *rest), _ = item
    return (*map(str, rest[:1]), str(getattr(point, "name", "")), *map(str, rest[1:]))


Counts = Mapping[tuple[str, str, str], int]
"""Pupils by (school, grade, sex)."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What a sealed census must say at one point."""

    name: str
    round: int
    academic_year: int
    as_of: date
    known_until: str
    """ISO 8601 in UTC; empty: all that is ever told."""
    counts: Counts


def read(path: Path) -> Iterator[Expected]:
    """The points of a truth file. Raises ThabianError COUNTS_INVALID."""
    found: dict[tuple[str, ...], dict[tuple[str, str, str], int]] = {}
    try:
        with path.open(encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream):
                point = tuple(row[name] for name in COLUMNS[:5])
                counts = found.setdefault(point, {})
                counts[row["school_code"], row["grade"], row["sex"]] = int(row["pupils"])
    except (OSError, KeyError, ValueError) as error:
        raise ThabianError(
            "COUNTS_INVALID", f"{path.name} is no truth file ({type(error).__name__})", exit_code=2
        ) from None
    in_time = sorted(found.items(), key=lambda item: (item[0][2:], item[0][:2]))
    for (name, number, year, day, known), counts in in_time:
        yield Expected(name, int(number), int(year), date.fromisoformat(day), known, counts)
