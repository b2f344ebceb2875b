"""A cluster's tables come from the same migrations, and each statement is ClickHouse's own language."""

import re

import pytest

from schemas.errors import ThabianError
from thabian import cli
from warehouse import cluster, migrate

MADE = list(cluster.statements("main", "thabian"))


def tables():
    text = "".join(statement for migration in migrate.available() for statement in migration.statements)
    return set(re.findall(r"CREATE TABLE IF NOT EXISTS (\w+)", text)) | {"schema_migrations"}


def named(kind):
    return {re.match(r"CREATE TABLE IF NOT EXISTS thabian\.(\w+) ", text)[1] for text in MADE if kind in text}


def test_every_table_is_there_under_its_own_name():
    assert named("ENGINE = ") >= tables()


def test_sharded_tables_are_distributed_over_a_replicated_one():
    assert named("ENGINE = Distributed") == set(cluster.SHARDED)
    assert named("ENGINE = Replicated") == {cluster.local(table) for table in tables()}


def test_what_is_not_sharded_is_one_table_on_every_node():
    for text in MADE:
        if "ENGINE = Replicated" in text:
            assert ("/tables/{shard}/" in text) == ("_local ON CLUSTER" in text), text


def test_tokens_are_remembered_by_replicas():
    assert not [text for text in MADE if "non_replicated" in text]
    assert sum("replicated_deduplication_window = 1000" in text for text in MADE) == sum(
        "non_replicated_deduplication_window = 1000" in statement
        for migration in migrate.available()
        for statement in migration.statements
    )


def test_nothing_else_of_a_table_changes():
    whole = "".join(MADE)
    for migration in migrate.available():
        for statement in filter(lambda one: one.startswith("CREATE"), migration.statements):
            columns = statement[statement.index("(") : statement.index("\nENGINE")]
            assert columns in whole


def test_an_alteration_reaches_the_rows_first():
    assert list(cluster.clustered("ALTER TABLE receipts ADD COLUMN IF NOT EXISTS a UInt8", "main", "thabian")) == [
        "ALTER TABLE thabian.receipts_local ON CLUSTER main ADD COLUMN IF NOT EXISTS a UInt8",
        "ALTER TABLE thabian.receipts ON CLUSTER main ADD COLUMN IF NOT EXISTS a UInt8",
    ]


def test_a_setting_is_of_the_table_that_holds_the_rows():
    assert list(cluster.clustered("ALTER TABLE receipts MODIFY SETTING a = 1", "main", "thabian")) == [
        "ALTER TABLE thabian.receipts_local ON CLUSTER main MODIFY SETTING a = 1",
    ]
    assert list(cluster.clustered("ALTER TABLE grants MODIFY SETTING a = 1", "main", "thabian")) == [
        "ALTER TABLE thabian.grants ON CLUSTER main MODIFY SETTING a = 1",
    ]


def test_what_has_no_translation_is_refused():
    with pytest.raises(ValueError, match="no translation"):
        list(cluster.clustered("OPTIMIZE TABLE receipts", "main", "thabian"))


@pytest.mark.parametrize("name", ["", "a-b", "a b", "a;b"])
def test_a_name_is_a_word(name):
    with pytest.raises(ThabianError, match="CLUSTER_NAME_INVALID"):
        list(cluster.statements(name, "thabian"))


@pytest.mark.real
@pytest.mark.parametrize("statement", MADE, ids=lambda text: text.split(" ON CLUSTER")[0].rsplit(".", 1)[-1][-40:])
def test_every_statement_parses(warehouse, statement):
    assert warehouse.rows(f"EXPLAIN AST {statement}")


def test_the_command_prints_them_all(monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["thabian", "warehouse", "ddl", "--cluster", "main"])
    with pytest.raises(SystemExit) as done:
        cli.main()
    assert not done.value.code
    assert (
        capsys.readouterr()
        .out.split(";\n\n")[:-1][0]
        .startswith("CREATE DATABASE IF NOT EXISTS thabian ON CLUSTER main")
    )
