"""The code lists of the contract, as data: schemas/lists/*.csv, each entry with its Thai label and its source.

Codes that are not public (domain 9) are short ASCII codes of our own, and their source says so. A code is never given
another meaning; lists only grow.
"""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Final

from schemas import thai_text

_COLUMNS: Final = ("code", "label", "aliases", "source")
_LISTS: Final = files("schemas") / "lists"


@dataclass(frozen=True, slots=True)
class Entry:
    """One code. `extra`: the columns a list has of its own, such as `level` of a grade, unless empty."""

    code: str
    label: str
    aliases: tuple[str, ...]
    source: str
    extra: Mapping[str, str]


@dataclass(frozen=True)
class CodeList:
    """One list, in its official order."""

    name: str
    title: str
    entries: tuple[Entry, ...]
    codes: frozenset[str] = field(init=False)
    _by_code: Mapping[str, Entry] = field(init=False, repr=False)
    _by_key: Mapping[str, str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        by_code = {entry.code: entry for entry in self.entries}
        if len(by_code) != len(self.entries):
            raise ValueError(f"{self.name}: a code stands twice")
        object.__setattr__(self, "codes", frozenset(by_code))
        object.__setattr__(self, "_by_code", MappingProxyType(by_code))
        object.__setattr__(self, "_by_key", MappingProxyType(_keys(self.name, self.entries)))

    def entry(self, code: str) -> Entry:
        """The entry of a code of this list; KeyError for any other."""
        return self._by_code[code]

    def by_label(self, text: str) -> str | None:
        """The code whose label or alias this is, whatever its spacing, dots, digits and case; None: not in the list."""
        return self._by_key.get(thai_text.key(text))


def names() -> tuple[str, ...]:
    """Names of all lists."""
    return tuple(row["name"] for row in _rows("index"))


@cache
def load(name: str) -> CodeList:
    """One list. KeyError when there is none of that name."""
    title = {row["name"]: row["title"] for row in _rows("index")}[name]
    return CodeList(name, title, tuple(_entry(row) for row in _rows(name)))


def _rows(name: str) -> Iterator[dict[str, str]]:
    yield from csv.DictReader((_LISTS / f"{name}.csv").read_text(encoding="utf-8").splitlines())


def _entry(row: dict[str, str]) -> Entry:
    extra = {column: value for column, value in row.items() if column not in _COLUMNS and value}
    aliases = tuple(alias for alias in row["aliases"].split("|") if alias)
    return Entry(row["code"], row["label"], aliases, row["source"], MappingProxyType(extra))


def _keys(name: str, entries: tuple[Entry, ...]) -> dict[str, str]:
    keys: dict[str, str] = {}
    for entry in entries:
        for text in (entry.label, *entry.aliases):
            if keys.setdefault(thai_text.key(text), entry.code) != entry.code:
                raise ValueError(f"{name}: the label {text} has two codes")
    return keys
