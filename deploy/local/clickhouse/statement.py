"""Just enough of SQL to know what a statement asks of the server. The engine parses it in earnest."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

TOKEN = re.compile(
    r"""(?P<space>\s+|--[^\n]*|\#[!\ ][^\n]*|/\*.*?\*/)
      | (?P<string>'(?:[^'\\]|\\.|'')*')
      | (?P<name>"(?:[^"\\]|\\.)*"|`(?:[^`\\]|\\.)*`)
      | (?P<word>\w+)
      | (?P<sign>.)""",
    re.VERBOSE | re.DOTALL,
)
# A native client formats by itself, so a FORMAT at the end means nothing to the server.
FORMAT = re.compile(r"\s+FORMAT\s+\w+(?=\s*;?\s*$|\s+SETTINGS\s+[^'\"`()]*$)", re.IGNORECASE)
READING = {"SELECT", "WITH", "FROM"}


@dataclass(frozen=True)
class Insert:
    """An INSERT whose rows the client sends as blocks. All parts as they stand in the statement."""

    table: str
    columns: str  # with its brackets; empty: all
    settings: str  # from the word SETTINGS on; empty: none


def reads_rows(sql: str) -> bool:
    """Whether it is a SELECT, however it begins."""
    for kind, text in _tokens(sql):
        if kind == "word":
            return text.upper() in READING
        if text != "(":
            return False
    return False


def first_word(sql: str) -> str:
    """The first word of the statement: all of it that a log may tell."""
    return next((token.upper() for kind, token in _tokens(sql) if kind == "word"), "nothing")


def without_format(sql: str) -> str:
    """The statement without the FORMAT clause at its end."""
    return FORMAT.sub("", sql)


def as_subquery(sql: str) -> str:
    """A SELECT in brackets, without the semicolon and the comments after its end."""
    end = 0
    for found in TOKEN.finditer(sql):
        if found.lastgroup != "space" and found[0] != ";":
            end = found.end()
    return f"({sql[:end]})"


def insert_of(sql: str) -> Insert | None:
    """The parts of `INSERT INTO t [(columns)] [SETTINGS …] VALUES | FORMAT x` without rows of its own, else None."""
    scanner = _Scanner(sql)
    if not (scanner.word("INSERT") and scanner.word("INTO")):
        return None
    scanner.word("TABLE")
    if scanner.at("FUNCTION"):
        return None
    table, columns, settings = scanner.dotted_name(), scanner.brackets(), scanner.settings()
    rows_follow = scanner.word("VALUES") or (scanner.word("FORMAT") and scanner.any_word())
    return Insert(table, columns, settings) if table and rows_follow and scanner.at_end() else None


def _tokens(sql: str) -> Iterator[tuple[str, str]]:
    for found in TOKEN.finditer(sql):
        if found.lastgroup != "space":
            yield str(found.lastgroup), found[0]


class _Scanner:
    """Takes one token after another; every method takes what it names, or nothing."""

    def __init__(self, sql: str) -> None:
        self._rest = _tokens(sql)
        self._kind, self._text = "", ""
        self._next()

    def at(self, word: str) -> bool:
        return self._kind == "word" and self._text.upper() == word

    def word(self, word: str) -> bool:
        found = self.at(word)
        if found:
            self._next()
        return found

    def any_word(self) -> bool:
        found = self._kind == "word"
        self._next()
        return found

    def dotted_name(self) -> str:
        taken = ""
        while self._kind in ("word", "name"):
            taken += self._text
            self._next()
            if self._text != ".":
                break
            taken += "."
            self._next()
        return taken

    def brackets(self) -> str:
        if self._text != "(":
            return ""
        taken, depth = [], 0
        while self._text:
            taken.append(self._text)
            depth += {"(": 1, ")": -1}.get(self._text, 0)
            self._next()
            if not depth:
                break
        return " ".join(taken)

    def settings(self) -> str:
        taken = []
        if self.at("SETTINGS"):
            while self._text and not self.at("VALUES") and not self.at("FORMAT"):
                taken.append(self._text)
                self._next()
        return " ".join(taken)

    def at_end(self) -> bool:
        if self._text == ";":
            self._next()
        return not self._text

    def _next(self) -> None:
        self._kind, self._text = next(self._rest, ("", ""))
