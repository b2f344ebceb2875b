"""Roles name tables that exist, names are read by one role alone, and every statement is ClickHouse's own language."""

import pytest

from deploy.clickhouse import access
from warehouse import cluster, migrate

NAMES = {"person_id", "new_person_id", "first_name", "middle_name", "last_name", "house_number", "street"}


def tables():
    text = "".join(statement for migration in migrate.available() for statement in migration.statements)
    return {word.split()[0] for word in text.split("CREATE TABLE IF NOT EXISTS ")[1:]} | {"schema_migrations"}


def test_every_granted_table_is_one_of_the_migrations():
    assert {grant.table for grant in access.grants()} <= tables()


def test_every_table_is_readable_by_somebody():
    assert {grant.table for grant in access.grants() if "SELECT" in grant.privilege} >= tables()


def test_rosters_alone_reads_names():
    reading = [grant for grant in access.grants() if grant.table == "persons" and "SELECT" in grant.privilege]
    assert [grant.role for grant in reading if not grant.columns] == ["rosters"]
    for grant in reading:
        assert not NAMES & set(grant.columns.split(", ")), grant


def test_rosters_writes_nothing_but_that_it_read():
    assert {grant.table for grant in access.grants() if grant.role == "rosters" and "INSERT" in grant.privilege} == {
        "name_accesses"
    }


def test_the_monitor_writes_nothing():
    found = [statement for statement in access.statements("d") if statement.endswith("TO thabian_monitor")]
    assert {statement.split()[1].rstrip(",").split("(")[0] for statement in found} == {"SELECT", "CREATE"}
    assert [statement for statement in found if "CREATE" in statement] == [
        "GRANT CREATE TEMPORARY TABLE, CREATE ARBITRARY TEMPORARY TABLE ON *.* TO thabian_monitor"
    ]


def test_the_settings_are_those_of_the_delivery_promise():
    assert access.SETTINGS["distributed_foreground_insert"] == "1"
    assert access.SETTINGS["select_sequential_consistency"] == "1"
    assert access.SETTINGS["insert_quorum_parallel"] == "0"  # sequentially consistent reads are none with it
    assert access.SETTINGS["skip_unavailable_shards"] == "0"


@pytest.mark.real
def test_the_engine_knows_every_setting(warehouse):
    known = {name for (name,) in warehouse.rows("SELECT name FROM system.settings")}
    assert set(access.SETTINGS) <= known


@pytest.mark.real
def test_every_statement_parses(warehouse):
    for statement in access.statements("thabian", tuple(cluster.SHARDED)):
        assert warehouse.rows(f"EXPLAIN AST {statement}"), statement
