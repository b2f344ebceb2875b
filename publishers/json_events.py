"""Events as JSON lines, for systems that have no Avro: any kind, the contract's field names, plain dates.

{"kind": "StudentDied", "event_id": "…", "school_code": "1020080005", "person_id": "…", "academic_year": 2565,
 "effective_date": "2022-06-01", "recorded_at": "2022-06-02T09:00:00+07:00", "source": "bmis/4.2"}
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO, Final

from publishers.json_fields import FieldError, fields_of
from publishers.problems import Problem, problem
from publishers.sender import Message, message
from schemas import catalogue

LONGEST_LINE: Final = 262_144
"""Bytes: all fields of the largest kind at their longest, in JSON's longest spelling."""

_FIELD_NAME: Final = re.compile(r"[a-z][a-z_]{0,39}")
_MARK: Final = b"\xef\xbb\xbf"

Event = dict[str, object]


class LineError(Exception):
    """A line that is no event; holds (field, code) pairs and no value."""

    def __init__(self, *found: tuple[str, str]) -> None:
        super().__init__(*found)
        self.found = found


@dataclass
class LineReader:
    """Reads lines one by one and remembers what was refused, never an event."""

    topic: str
    problems: list[Problem] = field(default_factory=list)
    lines: int = 0
    refused: int = 0

    def read(self, file: BinaryIO) -> Iterator[Message]:
        """A message per good line. Blank lines are passed over."""
        for number, line in _lines(file):
            if not line.strip():
                continue
            self.lines += 1
            try:
                kind, event = parse(line)
            except LineError as error:
                self.refused += 1
                self.problems.extend(problem(number, name, code) for name, code in error.found)
                continue
            yield message(self.topic, kind, event)


def parse(line: bytes) -> tuple[str, Event]:
    """(kind, event with the contract's values) of one line. Raises LineError with everything that is wrong."""
    given = _object(line)
    kind = given.pop("kind", None)
    if not isinstance(kind, str) or kind not in catalogue.KINDS:
        raise LineError(("kind", "KIND_NOT_KNOWN"))
    found = [(_shown(name), "FIELD_NOT_KNOWN") for name in given if name not in fields_of(kind)]
    event: Event = {}
    for name, how in fields_of(kind).items():
        value = given.get(name)
        if value is None and name in given and not how.nullable and not how.required:
            found.append((name, "FIELD_OF_WRONG_TYPE"))
        elif value is None and how.required:
            found.append((name, "FIELD_REQUIRED"))
        elif value is not None:
            try:
                event[name] = how.read(value)
            except FieldError as error:
                found.append((name, error.code))
    found.extend(_across(kind, event))
    if found:
        raise LineError(*found)
    return kind, event


def _across(kind: str, event: Event) -> Iterator[tuple[str, str]]:
    """What two fields say together."""
    if kind == "IdentityReplaced" and event.get("new_person_id") == event.get("person_id") is not None:
        yield "new_person_id", "NEW_PERSON_ID_IS_THE_OLD"
    if event.get("decision") == "PROMOTED" and not event.get("next_grade"):
        yield "next_grade", "NEXT_GRADE_REQUIRED"


def _object(line: bytes) -> dict[str, object]:
    if len(line) > LONGEST_LINE:
        raise LineError(("", "LINE_TOO_LONG"))
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError:
        raise LineError(("", "LINE_NOT_TEXT")) from None
    try:
        given = json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise LineError(("", "LINE_NOT_AN_OBJECT")) from None
    if not isinstance(given, dict):
        raise LineError(("", "LINE_NOT_AN_OBJECT"))
    return given


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        raise LineError((_shown(next(name for name in names if names.count(name) > 1)), "FIELD_TWICE"))
    return found


def _no_constant(_: str) -> object:
    raise ValueError("NaN and Infinity are not JSON")


def _shown(name: str) -> str:
    """A field's name as it may be repeated: one that looks like none may hold a value."""
    return name if _FIELD_NAME.fullmatch(name) else "?"


def _lines(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Numbered lines. Of one that is too long only the beginning is kept in memory."""
    number = 0
    while line := file.readline(LONGEST_LINE + 1):
        number += 1
        rest = line
        while not rest.endswith(b"\n") and (rest := file.readline(LONGEST_LINE)):
            pass
        yield number, line.removeprefix(_MARK) if number == 1 else line
