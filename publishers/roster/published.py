"""What was last published of a school's roster, so that the next one sends only what is new (issue C).

It lives in the outbox file and moves on in the transaction that keeps the messages: a publish that is killed has done both or
neither. Cells are kept as digests under a key of the file's own: enough to see that one changed, and no name is in it. Ids
are kept, since an exit must name the pupil; the file is its owner's alone.
"""

import hashlib
import json
import secrets
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

_TABLES: Final = (
    """
    CREATE TABLE IF NOT EXISTS published (
        topic TEXT NOT NULL, school TEXT NOT NULL, year INTEGER NOT NULL, person TEXT NOT NULL, on_roll INTEGER NOT NULL,
        entered TEXT NOT NULL, entry_id TEXT NOT NULL, deferral_id TEXT NOT NULL, step INTEGER NOT NULL,
        recorded_at INTEGER NOT NULL, cells TEXT NOT NULL, PRIMARY KEY (topic, school, year, person)
    ) WITHOUT ROWID
    """,
    "CREATE TABLE IF NOT EXISTS published_key (key BLOB NOT NULL)",
)
_COLUMNS: Final = "person, on_roll, entered, entry_id, deferral_id, step, recorded_at, cells"
_DIGEST_BYTES: Final = 8

Cell = str | date
Digest = Callable[[str, Cell], str]
Persons = Mapping[str, "Known"]


@dataclass(frozen=True, slots=True)
class Known:
    """One pupil as last published. `step` counts what was published after the entry; recorded_at in ms since 1970 UTC."""

    person_id: str
    on_roll: bool
    entered: date
    entry_id: str
    deferral_id: str
    """Empty: no deferral stands."""
    step: int
    recorded_at: int
    cells: Mapping[str, str]
    """Digest by attribute."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose roster: the topic it goes to, the school, the academic year in B.E."""

    topic: str
    school: str
    year: int


def no_digest(name: str, value: Cell) -> str:
    """Stands in where there is no outbox yet: nothing is known, so nothing is compared."""
    return f"{name}{value}"


def digest(db: sqlite3.Connection) -> Digest:
    """How cells are digested in this file; makes its key at the first time."""
    _prepare(db)
    row = db.execute("SELECT key FROM published_key").fetchone()
    key: bytes = row[0] if row else secrets.token_bytes(32)
    if not row:
        db.execute("INSERT INTO published_key (key) VALUES (?)", (key,))

    def made(name: str, value: Cell) -> str:
        return hashlib.blake2b(f"{name}\0{value}".encode(), digest_size=_DIGEST_BYTES, key=key).hexdigest()

    return made


def load(db: sqlite3.Connection, scope: Scope) -> Persons:
    """Everyone of a roster, by id."""
    _prepare(db)
    rows = db.execute(
        f"SELECT {_COLUMNS} FROM published WHERE topic = ? AND school = ? AND year = ?",
        (scope.topic, scope.school, scope.year),
    )
    return {row[0]: _known(row) for row in rows}


def store(db: sqlite3.Connection, scope: Scope, pupils: Iterable[Known]) -> None:
    """Keep these as last published. What is older than the year before is forgotten."""
    _prepare(db)
    db.execute(
        "DELETE FROM published WHERE topic = ? AND school = ? AND year < ?",
        (scope.topic, scope.school, scope.year - 1),
    )
    rows = ((scope.topic, scope.school, scope.year, *_row(known)) for known in pupils)
    db.executemany(f"REPLACE INTO published (topic, school, year, {_COLUMNS}) VALUES ({', '.join('?' * 11)})", rows)


def forget(db: sqlite3.Connection, topic: str) -> None:
    """Forget what was published to a topic: the next roster is sent whole, which adds nothing to what is there."""
    _prepare(db)
    db.execute("DELETE FROM published WHERE topic = ?", (topic,))


def _prepare(db: sqlite3.Connection) -> None:
    for statement in _TABLES:
        db.execute(statement)


def _known(row: tuple[str, int, str, str, str, int, int, str]) -> Known:
    person, on_roll, entered, entry_id, deferral_id, step, recorded_at, cells = row
    return Known(
        person, bool(on_roll), date.fromisoformat(entered), entry_id, deferral_id, step, recorded_at, json.loads(cells)
    )


def _row(known: Known) -> tuple[str, int, str, str, str, int, int, str]:
    return (
        known.person_id,
        int(known.on_roll),
        known.entered.isoformat(),
        known.entry_id,
        known.deferral_id,
        known.step,
        known.recorded_at,
        json.dumps(known.cells, sort_keys=True),
    )
