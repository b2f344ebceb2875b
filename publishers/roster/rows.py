"""One row of a roster to one pupil, or to what is wrong with it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from publishers.problems import Problem, problem
from publishers.roster import cells, people
from publishers.roster.cells import Cell, CellError
from publishers.roster.layout import Layout
from schemas import code_lists, identity, limits

_ADDRESS: Final = ("house_number", "village_number", "street", "subdistrict", "district", "province")
_LISTS: Final = {"disadvantage": "disadvantages", "disability": "disabilities", "boarding": "boardings"}


@dataclass(frozen=True, slots=True)
class Pupil:
    """A row that can be published. `attributes` by the contract's field names, without what the roster does not say."""

    row: int
    school_code: str
    person_id: str
    attributes: Mapping[str, str | date]
    deferred: bool
    """Whether the roster says ยังไม่สามารถจำหน่ายได้ (semantics 8.4)."""


@dataclass
class RowReader:
    """Reads the rows of one file. Every problem is collected; one that refuses costs its own row alone."""

    layout: Layout
    schools: Mapping[str, str]
    entry: date
    problems: list[Problem] = field(default_factory=list)

    def read(self, number: int, row: Sequence[Cell]) -> Pupil | None:
        """The pupil of a row, or None when it is refused."""
        return _Row(self, number, row).pupil()


class _Row:
    def __init__(self, reader: RowReader, number: int, row: Sequence[Cell]) -> None:
        self.reader, self.number, self.row = reader, number, row
        self.refused = False
        self.attributes: dict[str, str | date] = {}

    def pupil(self) -> Pupil | None:
        self._width()
        school = self._read("school_code", self._school)
        person = self._read("person_id", self._person)
        for step in (self._grade_and_room, self._sex, self._names, self._birth, self._codes, self._address):
            step()
        self._plain("student_number", code=True)
        self._plain("nationality")
        if self.refused or school is None or person is None:
            return None
        return Pupil(self.number, school, person, self.attributes, bool(cells.text(self._cell("deferred"))))

    def _cell(self, name: str) -> Cell:
        index = self.reader.layout.columns.get(name)
        return self.row[index] if index is not None and index < len(self.row) else None

    def _found(self, name: str, code: str) -> None:
        found = problem(self.number, self.reader.layout.label(name) if name else "", code)
        self.reader.problems.append(found)
        self.refused = self.refused or found.refuses

    def _read(self, name: str, read: Callable[[Cell], str]) -> str | None:
        """What `read` makes of the cell; None, with its problem noted, when it raises CellError."""
        try:
            value = read(self._cell(name))
        except CellError as error:
            self._found(name, error.code)
            return None
        if limits.is_too_long(value):
            self._found(name, "CELL_TOO_LONG")
            return None
        return value

    def _plain(self, name: str, *, code: bool = False) -> str:
        """A text attribute; noted and left out when the spreadsheet made a date of it."""
        if not code and cells.is_date(self._cell(name)):
            self._found(name, "CELL_IS_DATE")
            return ""
        value = self._read(name, cells.code_text if code else cells.text) or ""
        if value:
            self.attributes[name.rpartition(".")[2]] = value
        return value

    def _width(self) -> None:
        if any(not cells.is_blank(cell) for cell in self.row[self.reader.layout.width :]):
            self._found("", "ROW_TOO_WIDE")

    def _school(self, cell: Cell) -> str:
        code = cells.code_text(cell)
        if code not in self.reader.schools:
            raise CellError("SCHOOL_CODE_UNREADABLE")
        return self.reader.schools[code]

    def _person(self, cell: Cell) -> str:
        person = cells.person_id(cell)
        if identity.check_digit_is_right(person) is False:
            self._found("person_id", "ID_CHECK_DIGIT")
        return person

    def _grade_and_room(self) -> None:
        written = self._read("grade", cells.code_text)
        room = self._plain("room", code=True)
        if written is None:
            return
        if not written:
            self._found("grade", "GRADE_MISSING_IN_ROW")
            return
        grades = code_lists.load("grades")
        before, slash, after = written.partition("/")
        if slash and grades.by_label(before):
            written = before
            if after and room and room not in (after, f"{before}/{after}"):
                self._found("room", "ROOM_CONTRADICTS_GRADE")
            if after:
                self.attributes["room"] = after
        code = grades.by_label(written) or written
        self.attributes["grade"] = code
        if code not in grades.codes:
            self._found("grade", "GRADE_NOT_IN_LIST")

    def _sex(self) -> None:
        written = self._read("sex", cells.code_text)
        if written is None:
            return
        if not written:
            self._found("sex", "SEX_MISSING_IN_ROW")
            return
        code = code_lists.load("sexes").by_label(written)
        self.attributes["sex"] = code or written
        if not code:
            self._found("sex", "SEX_NOT_IN_LIST")

    def _names(self) -> None:
        given, first = self._plain("title"), self._plain("first_name")
        self._plain("last_name")
        title, name = people.split_title(given, first)
        if title:
            self.attributes["title"] = title
        if name != first:
            self.attributes["first_name"] = name
            self._found("first_name", "TITLE_IN_NAME")
        if people.sex_of(title) not in (None, self.attributes.get("sex")) and self.attributes.get("sex") in ("M", "F"):
            self._found("title", "TITLE_CONTRADICTS_SEX")

    def _birth(self) -> None:
        try:
            day, in_ce = cells.birth_date(self._cell("birth_date"), self.reader.entry)
        except CellError as error:
            self._found("birth_date", error.code)
            return
        if day:
            self.attributes["birth_date"] = day
        if in_ce:
            self._found("birth_date", "BIRTH_DATE_IN_CE")

    def _codes(self) -> None:
        for name, codes in _LISTS.items():
            written = self._plain(name)
            code = code_lists.load(codes).by_label(written)
            if code:
                self.attributes[name] = code
            elif written:
                self._found(name, "CODE_NOT_IN_LIST")

    def _address(self) -> None:
        """Where the pupil lives now, if the roster says so; else where registered. The two are never mixed."""
        columns = self.reader.layout.columns
        for place in ("", "current.", "registered."):
            names = [f"{place}{part}" for part in _ADDRESS if f"{place}{part}" in columns]
            if any(not cells.is_blank(self._cell(name)) and cells.text(self._cell(name)) for name in names):
                for name in names:
                    self._plain(name)
                return
