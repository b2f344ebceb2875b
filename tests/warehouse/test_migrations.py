"""Migrations run once each, forward only, and never behind anyone's back."""

import pytest

from schemas.errors import ThabianError
from warehouse import migrate
from warehouse.interface import WarehouseRefused
from warehouse.migrate import Migration

FIRST = Migration(1, "first", "-- A table.\nCREATE TABLE one (a UInt8) ENGINE = MergeTree ORDER BY a;\n")
SECOND = Migration(
    2,
    "second",
    "CREATE TABLE two (a UInt8) ENGINE = MergeTree ORDER BY a;\nALTER TABLE one ADD COLUMN IF NOT EXISTS b String;\n",
)
THIRD = Migration(3, "third", "DROP TABLE two;\n")


@pytest.fixture
def release(monkeypatch):
    """Says which migrations this release has."""

    def having(*migrations):
        monkeypatch.setattr(migrate, "available", lambda: list(migrations))

    return having


@pytest.fixture
def empty(warehouse):
    """The database without the tables of this file."""
    for table in ("one", "two", "schema_migrations"):
        warehouse.execute(f"DROP TABLE IF EXISTS {table}")
    return warehouse


def tables(warehouse):
    query = "SELECT name FROM system.tables WHERE database = currentDatabase() AND name IN ('one', 'two')"
    return {name for (name,) in warehouse.rows(query)}


def numbers(migrations):
    return [migration.number for migration in migrations]


def test_files_are_numbered_from_one_without_gaps():
    assert numbers(migrate.available()) == list(range(1, len(migrate.available()) + 1))


@pytest.mark.parametrize("migration", migrate.available(), ids=lambda migration: migration.name)
def test_every_statement_tolerates_its_own_earlier_success(migration):
    assert migration.statements
    for statement in migration.statements:
        tolerant = ("IF NOT EXISTS", "IF EXISTS", " MODIFY SETTING ")
        assert any(words in statement for words in tolerant), statement[:60]
    assert not migration.is_destructive


def test_comments_are_no_statements():
    assert FIRST.statements == ["CREATE TABLE IF NOT EXISTS one (a UInt8) ENGINE = MergeTree ORDER BY a"]


@pytest.mark.parametrize(
    ("statement", "is_destructive"),
    [
        ("DROP TABLE one", True),
        ("ALTER TABLE one DROP COLUMN a", True),
        ("truncate table one", True),
        ("ALTER TABLE one DELETE WHERE 1", True),
        ("ALTER TABLE one UPDATE a = 1 WHERE 1", True),
        ("DETACH TABLE one", True),
        ("RENAME TABLE one TO two", True),
        ("EXCHANGE TABLES one AND two", True),
        ("ALTER TABLE one CLEAR COLUMN a", True),
        ("ALTER TABLE one REPLACE PARTITION 1 FROM two", True),
        ("ALTER TABLE one MOVE PARTITION 1 TO TABLE two", True),
        ("CREATE OR REPLACE TABLE one (a UInt8) ENGINE = Memory", True),
        ("ALTER TABLE one MODIFY COLUMN a UInt16", True),
        ("ALTER TABLE one MODIFY\nCOLUMN a UInt16", True),
        ("ALTER TABLE one MODIFY TTL a + INTERVAL 1 DAY", True),
        ("ALTER TABLE one ADD COLUMN b String", False),
        ("CREATE TABLE one (a UInt8 COMMENT 'whom to drop; isn''t a DELETE') ENGINE = Memory", False),
    ],
)
def test_what_can_lose_data_is_seen(statement, is_destructive):
    assert Migration(9, "x", f"{statement};\n").is_destructive is is_destructive


@pytest.mark.real
def test_each_is_applied_once_in_order(empty, release):
    release(FIRST, SECOND)
    for migration in migrate.pending(empty):
        migrate.apply(empty, migration, now_ms=1_700_000_000_123)
    assert tables(empty) == {"one", "two"}
    assert migrate.pending(empty) == []
    ledger = "SELECT number, name, digest, toUnixTimestamp64Milli(applied_at) FROM schema_migrations ORDER BY number"
    assert empty.rows(ledger) == [
        (1, "first", FIRST.digest, 1_700_000_000_123),
        (2, "second", SECOND.digest, 1_700_000_000_123),
    ]
    release(FIRST, SECOND, THIRD)
    assert numbers(migrate.pending(empty)) == [3]


@pytest.mark.real
def test_looking_changes_nothing(empty, release):
    release(FIRST)
    before = empty.rows("SELECT name FROM system.tables WHERE database = currentDatabase() ORDER BY name")
    assert numbers(migrate.pending(empty)) == [1]
    assert empty.rows("SELECT name FROM system.tables WHERE database = currentDatabase() ORDER BY name") == before


@pytest.mark.real
def test_a_changed_text_is_refused(empty, release):
    release(FIRST)
    migrate.apply(empty, FIRST, now_ms=0)
    release(Migration(1, "first", FIRST.text.replace("UInt8", "UInt16")), SECOND)
    with pytest.raises(ThabianError, match="0001") as refused:
        migrate.pending(empty)
    assert refused.value.code == "MIGRATION_CHANGED"


@pytest.mark.real
def test_a_newer_warehouse_is_refused(empty, release):
    release(FIRST, SECOND)
    for migration in migrate.pending(empty):
        migrate.apply(empty, migration, now_ms=0)
    release(FIRST)
    with pytest.raises(ThabianError, match="0002") as refused:
        migrate.pending(empty)
    assert refused.value.code == "MIGRATION_UNKNOWN"


@pytest.mark.real
def test_a_destructive_one_needs_a_yes(empty, release):
    release(FIRST, SECOND, THIRD)
    for migration in (FIRST, SECOND):
        migrate.apply(empty, migration, now_ms=0)
    with pytest.raises(ThabianError, match="--allow-destructive") as refused:
        migrate.apply(empty, THIRD, now_ms=0)
    assert refused.value.code == "MIGRATION_DESTRUCTIVE"
    assert tables(empty) == {"one", "two"}
    migrate.apply(empty, THIRD, now_ms=0, allow_destructive=True)
    assert tables(empty) == {"one"}
    assert migrate.pending(empty) == []


class CutShort:
    """A warehouse whose connection breaks at the given statement."""

    def __init__(self, warehouse, at):
        self.warehouse, self.left = warehouse, at

    def __getattr__(self, name):
        return getattr(self.warehouse, name)

    def _one_less(self):
        if not self.left:
            raise ConnectionError("cut short")
        self.left -= 1

    def execute(self, *arguments, **more):
        self._one_less()
        self.warehouse.execute(*arguments, **more)

    def insert(self, *arguments, **more):
        self._one_less()
        self.warehouse.insert(*arguments, **more)


@pytest.mark.real
@pytest.mark.parametrize("at", range(4))
def test_one_cut_short_runs_again(empty, release, at):
    release(FIRST, SECOND)
    for migration in migrate.pending(empty)[:1]:
        migrate.apply(empty, migration, now_ms=0)
    with pytest.raises(ConnectionError):
        migrate.apply(CutShort(empty, at), SECOND, now_ms=0)
    assert numbers(migrate.pending(empty)) == [2]
    migrate.apply(empty, SECOND, now_ms=0)
    assert migrate.pending(empty) == []
    empty.insert("one", {"a": [1], "b": ["x"]})
    assert empty.rows("SELECT a, b FROM one") == [(1, "x")]


@pytest.mark.real
def test_a_statement_that_is_refused_leaves_the_migration_to_be_done(empty, release):
    release(FIRST)
    broken = Migration(1, "first", FIRST.text + "CREATE TABLE two (a Nonsense) ENGINE = Memory;\n")
    with pytest.raises(WarehouseRefused):
        migrate.apply(empty, broken, now_ms=0)
    assert numbers(migrate.pending(empty)) == [1]
