"""A pupil's columns in a bundle: exports/data/edc_columns.csv. EDC's layout is not public; once it is, that file changes."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from typing import Final

from schemas import code_lists
from schemas.thai_dates import format_be


@dataclass(frozen=True, slots=True)
class ExportColumn:
    """One column: heading, the field it shows, where that is held, and its form: text, date or the name of a code list."""

    heading: str
    field: str
    held_in: str
    form: str
    source: str

    @property
    def sealed_as(self) -> str:
        """The name its value has in a sealed row, if it is there: a birth date is by its key alone (docs/decisions/0002)."""
        return "birth_key" if self.field == "birth_date" else self.field

    def shown(self, value: object) -> str:
        """A value as it is written: a code as its label, a code outside its list as sent, a date in the Buddhist Era."""
        if isinstance(value, date):
            return format_be(value, "slash")
        if self.form in ("text", "date"):
            return str(value or "")
        entries, code = code_lists.load(self.form), str(value)
        return entries.entry(code).label if code in entries.codes else code


_TEXT: Final = (files("snapshots") / "exports" / "data" / "edc_columns.csv").read_text(encoding="utf-8")
COLUMNS: Final = tuple(ExportColumn(**row) for row in csv.DictReader(_TEXT.splitlines()))


def wanted(*, has_names: bool) -> Sequence[ExportColumn]:
    """With those that name a pupil, or without."""
    return [column for column in COLUMNS if has_names or column.held_in == "census"]
