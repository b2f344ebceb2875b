"""A whole roster file to pupils and problems: every row ends published, refused or as a repeat."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from publishers.problems import Problem, problem
from publishers.roster import cells, layout, schools, term
from publishers.roster.cells import Cell, CellError
from publishers.roster.layout import HEADER_WITHIN, Layout
from publishers.roster.rows import Pupil, RowReader
from publishers.roster.schools import SchoolsTable
from publishers.roster.table import Row, Sheet, Source
from schemas.errors import ThabianError


@dataclass(frozen=True, slots=True)
class Roster:
    """The rows under the headers of a file, and when its report was made (UTC), if it says so."""

    layout: Layout
    rows: Sequence[Row]
    made: datetime | None


@dataclass(frozen=True, slots=True)
class Checked:
    """What became of every row."""

    pupils: tuple[Pupil, ...]
    problems: tuple[Problem, ...]
    rows: int
    repeats: int
    columns: frozenset[str] = frozenset()
    """Attributes the file has a column for, whether or not a cell of it is filled."""

    @property
    def refused(self) -> int:
        """Rows that are not published."""
        return self.rows - self.repeats - len(self.pupils)


def find_roster(source: Source) -> Roster:
    """The first sheet that has the headers. Raises ThabianError NOT_A_ROSTER or FILE_EMPTY."""
    for sheet in source.sheets:
        found = _in_sheet(sheet)
        if found and not found.rows:
            raise ThabianError("FILE_EMPTY", f"{source.name} has headers and no rows", exit_code=2)
        if found:
            return found
    wanted = ", ".join((layout.TWICE, "ชั้น", "เพศ"))
    raise ThabianError("NOT_A_ROSTER", f"{source.name} has no row with the headers {wanted}", exit_code=2)


def check(roster: Roster, school: str | None, table: SchoolsTable, entry: date) -> Checked:
    """Read every row. `entry`: the day the pupils come on the roll. Raises ThabianError when no school can be told."""
    codes = {code for _, row in roster.rows if (code := _quietly(row, roster.layout, "school_code")) is not None}
    reader = RowReader(roster.layout, schools.resolve(codes, school, table), entry)
    repeats, conflicts = _same_ids(roster, reader.schools)
    pupils = []
    for number, row in roster.rows:
        if number in repeats:
            reader.problems.append(problem(number, "", "ROW_REPEATED"))
            continue
        pupil = reader.read(number, row)
        if number in conflicts:
            reader.problems.append(problem(number, roster.layout.label("person_id"), "ID_TWICE"))
        elif pupil:
            pupils.append(pupil)
    columns = frozenset(name.rpartition(".")[2] for name in roster.layout.columns)
    return Checked(tuple(pupils), tuple(reader.problems), len(roster.rows), len(repeats), columns)


def _in_sheet(sheet: Sheet) -> Roster | None:
    for index, (_, row) in enumerate(sheet[:HEADER_WITHIN]):
        found = layout.find(row)
        if found:
            rows = [(number, row) for number, row in sheet[index + 1 :] if not all(map(cells.is_blank, row))]
            return Roster(found, rows, term.stamp(sheet[:index]))
    return None


def _same_ids(roster: Roster, known: Mapping[str, str]) -> tuple[set[int], set[int]]:
    """(rows that repeat an earlier one word for word, rows that share an id and differ) (semantics 8.6)."""
    seen: dict[tuple[str, str], dict[tuple[str, ...], list[int]]] = defaultdict(lambda: defaultdict(list))
    for number, row in roster.rows:
        person = _quietly(row, roster.layout, "person_id")
        school = known.get(_quietly(row, roster.layout, "school_code") or "")
        if person and school:
            seen[school, person][tuple(_words(row, roster.layout))].append(number)
    repeats = {
        number for texts in seen.values() if len(texts) == 1 for numbers in texts.values() for number in numbers[1:]
    }
    conflicts = {
        number for texts in seen.values() if len(texts) > 1 for numbers in texts.values() for number in numbers
    }
    return repeats, conflicts


def _quietly(row: Sequence[Cell], where: Layout, field: str) -> str | None:
    """The school code or the pupil's number of a row, or None when it cannot be read; said where the row is read."""
    index = where.columns.get(field)
    cell = row[index] if index is not None and index < len(row) else None
    try:
        return cells.person_id(cell) if field == "person_id" else cells.code_text(cell)
    except CellError:
        return None


def _words(row: Sequence[Cell], where: Layout) -> Iterator[str]:
    for index in where.compared:
        cell = row[index] if index < len(row) else None
        yield cells.text(cell)
