"""A roster file and its options to messages, with nothing sent yet."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from publishers.roster import check, events, table, term
from publishers.roster.check import Checked
from publishers.roster.events import Event, Load
from publishers.roster.schools import SchoolsTable
from schemas.errors import ThabianError


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line says about a roster. None: take it from the file and its name."""

    now: datetime
    """Aware; used where the report does not say when it was made."""
    source: str
    school: str | None = None
    schools_table: SchoolsTable = field(default_factory=SchoolsTable)
    academic_year: int | None = None
    round_number: int | None = None
    effective: date | None = None
    revision: int = 1


@dataclass(frozen=True, slots=True)
class Prepared:
    """The rows' outcomes and what their events share."""

    checked: Checked
    load: Load

    def events(self) -> Iterator[tuple[str, Event]]:
        """(kind, event) of every pupil, in the file's order."""
        for pupil in self.checked.pupils:
            yield from events.events_of(pupil, self.load)


def prepare(path: Path, options: Options) -> Prepared:
    """Read and check a file. Raises ThabianError when there is nothing to publish from it."""
    source = table.read(path)
    year, effective = _when(path.name, options)
    roster = check.find_roster(source)
    recorded = term.recorded_at(roster.made, options.now, options.revision)
    checked = check.check(roster, options.school, options.schools_table, effective)
    return Prepared(checked, Load(year, effective, recorded, options.source, options.revision))


def _when(name: str, options: Options) -> tuple[int, date]:
    named_year, named_round = term.year_and_round(name) or (None, None)
    year = options.academic_year or named_year
    round_number = options.round_number or named_round
    if year is None or (options.effective is None and round_number is None):
        raise ThabianError(
            "YEAR_MISSING", f"{name} is not named like 2565-1-student.xlsx: give --year and --round", exit_code=2
        )
    return year, options.effective or term.first_day(year, round_number or 1)
