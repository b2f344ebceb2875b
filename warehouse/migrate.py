"""Numbered SQL files, applied once each, forward only.

A migration already applied must never change: its digest is stored beside its number and compared at every run.
ClickHouse has no transactions over DDL, so a migration cut short is continued by running it again: CREATE is rewritten
to tolerate its own earlier success.
"""

import hashlib
import re
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable

from schemas.errors import ThabianError
from warehouse.interface import Columns, Warehouse

_NAME = re.compile(r"^(\d{4})_(\w+)\.sql$")
_COMMENT = re.compile(r"^\s*--.*$", re.MULTILINE)
_TEXT = re.compile(r"'(?:[^'\\]|\\.|'')*'")
_DESTRUCTIVE = re.compile(
    r"\b(DROP|TRUNCATE|DETACH|DELETE|UPDATE|CLEAR|RENAME|EXCHANGE)\b"
    r"|\bOR\s+REPLACE\b|\b(REPLACE|MOVE)\s+(PARTITION|PART)\b|\bMODIFY\s+(COLUMN|ORDER|TTL)\b",
    re.IGNORECASE,
)
_CREATE = re.compile(r"^CREATE\s+(TABLE|VIEW|MATERIALIZED VIEW)\s+(?!IF\b)", re.IGNORECASE)

LEDGER = """
CREATE TABLE IF NOT EXISTS schema_migrations (
    number UInt16, name String, digest String, applied_at DateTime64(3, 'UTC')
) ENGINE = ReplacingMergeTree ORDER BY number
"""
"""Which migrations were applied."""


@dataclass(frozen=True, slots=True)
class Migration:
    """One numbered file."""

    number: int
    name: str
    text: str

    @property
    def digest(self) -> str:
        """SHA-256 of the file's text, hex."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def statements(self) -> list[str]:
        """The statements, without comment lines."""
        bare = _COMMENT.sub("", self.text)
        return [
            _CREATE.sub(r"CREATE \1 IF NOT EXISTS ", part.strip()) for part in bare.split(";\n") if part.strip(" ;\n")
        ]

    @property
    def is_destructive(self) -> bool:
        """Whether a statement could lose stored data."""
        return any(_DESTRUCTIVE.search(_TEXT.sub("''", statement)) for statement in self.statements)


def available() -> list[Migration]:
    """The migrations of this release, by number."""
    folder: Traversable = resources.files("warehouse") / "migrations"
    found = [(match, file) for file in folder.iterdir() if (match := _NAME.match(file.name))]
    made = [Migration(int(match[1]), match[2], file.read_text(encoding="utf-8")) for match, file in found]
    return sorted(made, key=lambda migration: migration.number)


def pending(warehouse: Warehouse) -> list[Migration]:
    """What is not applied yet; changes nothing. Refuses a warehouse newer than this release, or with other texts."""
    known = available()
    if not warehouse.rows(
        "SELECT 1 FROM system.tables WHERE database = currentDatabase() AND name = 'schema_migrations'"
    ):
        return known
    applied: dict[int, str] = dict(warehouse.rows("SELECT number, digest FROM schema_migrations FINAL"))
    unknown = sorted(set(applied) - {migration.number for migration in known})
    if unknown:
        raise ThabianError(
            "MIGRATION_UNKNOWN", f"the warehouse is newer than this release: it has migration {unknown[-1]:04}"
        )
    for migration in known:
        if applied.get(migration.number, migration.digest) != migration.digest:
            raise ThabianError("MIGRATION_CHANGED", f"migration {migration.number:04} was applied with another text")
    return [migration for migration in known if migration.number not in applied]


def apply(warehouse: Warehouse, migration: Migration, *, now_ms: int, allow_destructive: bool = False) -> None:
    """Run one migration and record it."""
    if migration.is_destructive and not allow_destructive:
        raise ThabianError(
            "MIGRATION_DESTRUCTIVE",
            f"migration {migration.number:04}_{migration.name} can lose stored data: run it with --allow-destructive",
        )
    for statement in (LEDGER, *migration.statements):
        warehouse.execute(statement)
    row: Columns = {
        "number": [migration.number],
        "name": [migration.name],
        "digest": [migration.digest],
        "applied_at": [now_ms],
    }
    warehouse.insert("schema_migrations", row)
