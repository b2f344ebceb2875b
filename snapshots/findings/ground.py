"""What every rule stands on: the roll at (Y, D), and the live events by pupil, in tables of this connection alone.

A pupil's events lie at several schools, so they are copied once into an order by pupil; rules then run over one range of
pupils at a time, which is what bounds the warehouse's memory.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from schemas import code_lists
from snapshots.findings.found import academic_year, first_day
from snapshots.fold import ALL_SCHOOLS, Fold, steps
from snapshots.log_ends import Cut
from snapshots.slices import fold_ranges
from warehouse.interface import Row, Warehouse

RANGE_EVENTS: Final = 2_000_000
"""Events looked at together, about."""

_GROUND: Final = steps("findings/sql/ground")
_NAMED: Final = {name: text for name, text in _GROUND.items() if name >= "30"}
_TABLES: Final = {
    "findings_live": "ORDER BY (person, academic_year, effective_date, recorded_at, rank, event_id)",
    "findings_births": "ORDER BY birth_key",
    "findings_roll": "ORDER BY (person, school_code)",
}
_ROLL: Final = (
    "SELECT person_key AS person, school_code, toString(grade) AS grade, student_number, toUInt64(birth_key) AS birth_key"
    " FROM census"
)
_MOST_RANGES: Final = 256
_EPOCH: Final = date(1970, 1, 1)


@dataclass(frozen=True)
class Ground:
    """The tables, prepared, and the parameters rules are run with."""

    fold: Fold
    grace_days: int
    pupil_ranges: tuple[tuple[str, str], ...]
    """Ranges of person keys, hex, both ends inside, that together hold every pupil."""

    def rows(self, rule: str) -> list[Row]:
        """A rule that looks at the small tables and the roll as a whole, or at the log."""
        return self._rows(self.fold.filled(rule), {})

    def rows_by_pupil(self, rule: str) -> Iterator[Row]:
        """A rule over events, known, moves and on_roll of one range of pupils after another."""
        for pupils in self.pupil_ranges:
            yield from self._rows(self.by_pupil(rule), of_pupils(pupils))

    def rows_by_school(self, rule: str) -> Iterator[Row]:
        """A rule over the roll of one range of schools after another."""
        for first, last in (schools.ends for schools in fold_ranges(self.fold)):
            yield from self._rows(self.fold.filled(rule), {"first_school": first, "last_school": last})

    def by_pupil(self, rule: str) -> str:
        """A rule's statement, with what it reads of one range of pupils before it."""
        named = ",\n".join(f"{name.partition('_')[2]} AS (\n{text}\n)" for name, text in _NAMED.items())
        return self.fold.filled(f"WITH {named}\nSELECT * FROM (\n{rule}\n)")

    def parameters(self) -> dict[str, Any]:
        """Those of the fold, the day and the days of grace as numbers, and the list of grades."""
        grades = code_lists.load("grades").entries
        return self.fold.parameters(ALL_SCHOOLS) | {
            "today": (self.fold.day - _EPOCH).days,
            "grace": self.grace_days,
            "first_of_year": first_day(self.fold.year),
            "grades": [grade.code for grade in grades],
            "grade_steps": [int(grade.extra["step"]) for grade in grades],
            "youngest": [int(grade.extra["youngest"]) for grade in grades],
            "oldest": [int(grade.extra["oldest"]) for grade in grades],
        }

    def _rows(self, statement: str, more: Mapping[str, Any]) -> list[Row]:
        return self.fold.warehouse.rows(statement, self.parameters() | dict(more), settings=self.fold.settings)


def of_pupils(pupils: tuple[str, str]) -> dict[str, Any]:
    """Parameters of a range of pupils."""
    return {"first_person": pupils[0], "last_person": pupils[1]}


@contextmanager
def ground(warehouse: Warehouse, cut: Cut, day: date, grace_days: int) -> Iterator[Ground]:
    """The ground at a cut and a day in Bangkok; its tables are gone afterwards, unless the connection went first."""
    fold = Fold(warehouse, academic_year(day), day, cut)
    fold.prepare()
    _drop(warehouse)
    _create(fold, "findings_live", fold.filled(_GROUND["20_live"]))
    _create(fold, "findings_births", fold.filled(_GROUND["21_births"]))
    _create(fold, "findings_roll", f"SELECT * FROM ({fold.query(_ROLL)}) WHERE 0")
    for schools in fold_ranges(fold):
        parameters = fold.parameters(schools.ends)
        warehouse.execute(f"INSERT INTO findings_roll {fold.query(_ROLL)}", parameters, settings=fold.settings)
    yield Ground(fold, grace_days, _pupil_ranges(warehouse))
    _drop(warehouse)
    fold.dispose()


def _create(fold: Fold, name: str, select: str) -> None:
    fold.warehouse.execute(
        f"CREATE TEMPORARY TABLE {name} ENGINE = MergeTree {_TABLES[name]} AS {select}",
        fold.parameters(),
        settings=fold.settings,
    )


def _drop(warehouse: Warehouse) -> None:
    for name in _TABLES:
        warehouse.execute(f"DROP TEMPORARY TABLE IF EXISTS {name}")


def _pupil_ranges(warehouse: Warehouse) -> tuple[tuple[str, str], ...]:
    """Equal parts of all keys, by their first byte: keys are spread as by a hash."""
    ((events,),) = warehouse.rows("SELECT count() FROM findings_live")
    width = _MOST_RANGES // min(_MOST_RANGES, 1 << (events // RANGE_EVENTS).bit_length())
    return tuple(
        (f"{first:02x}" + "00" * 15, f"{first + width - 1:02x}" + "ff" * 15) for first in range(0, _MOST_RANGES, width)
    )
