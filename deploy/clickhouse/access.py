"""Roles and the settings profile as SQL, from grants.csv.

Every grant names the table and, for a cluster, the one behind its Distributed table: a query is run there as the same user.
"""

import csv
from collections.abc import Iterator
from importlib import resources
from typing import Final, NamedTuple

SETTINGS: Final = {
    "insert_quorum": "'auto'",
    "insert_quorum_parallel": "0",
    "insert_quorum_timeout": "60000",
    "distributed_foreground_insert": "1",
    "select_sequential_consistency": "1",
    "skip_unavailable_shards": "0",
    "fallback_to_stale_replicas_for_distributed_queries": "0",
    "async_insert": "0",
    "prefer_global_in_and_join": "1",
    "distributed_product_mode": "'global'",
}
"""Semantics 3.6. A majority of a shard's replicas has a row before it is answered; rows reach their shards before the insert
returns; a read sees every acknowledged insert or fails, and never leaves a shard out. The last two send a subquery's rows to
the shards, where the tables of a session are not."""

WITH_TEMPORARY_TABLES: Final = ("sink", "reports", "rosters", "monitor", "operators")
"""Roles whose work folds in tables of the session."""


class Grant(NamedTuple):
    """One row of grants.csv. `columns` empty: all of the table."""

    role: str
    privilege: str
    table: str
    columns: str
    why: str


def grants() -> list[Grant]:
    """Everything that is granted, in the file's order."""
    text = (resources.files("deploy") / "clickhouse" / "grants.csv").read_text(encoding="utf-8")
    return [Grant(**row) for row in csv.DictReader(text.splitlines())]


def statements(database: str, sharded: tuple[str, ...] = ()) -> Iterator[str]:
    """The profile, the roles, what each may do. Tolerates its own earlier success.

    `sharded`: tables with a <table>_local behind them; none on a single server.
    """
    pairs = ", ".join(f"{name} = {value}" for name, value in SETTINGS.items())
    yield f"CREATE SETTINGS PROFILE IF NOT EXISTS thabian SETTINGS {pairs}"
    for role in dict.fromkeys(grant.role for grant in grants()):
        yield f"CREATE ROLE IF NOT EXISTS thabian_{role} SETTINGS PROFILE 'thabian'"
    for role in WITH_TEMPORARY_TABLES:
        yield f"GRANT CREATE TEMPORARY TABLE, CREATE ARBITRARY TEMPORARY TABLE ON *.* TO thabian_{role}"
    for grant in grants():
        yield from _granted(grant, database, sharded)
    for table in ("disks", "metrics", "server_settings"):  # what thabian monitor tells of disks and memory
        yield f"GRANT SELECT ON system.{table} TO thabian_monitor"
    yield f"GRANT CREATE DATABASE, CREATE TABLE, ALTER TABLE ON {database}.* TO thabian_operators"
    for table in ("census_rows", "census_slices", "census_runs", "census_identities", "census_identity_ends"):
        yield f"GRANT ALTER DELETE ON {database}.{table} TO thabian_operators"


def _granted(grant: Grant, database: str, sharded: tuple[str, ...]) -> Iterator[str]:
    columns = f"({grant.columns})" if grant.columns else ""
    for table in (grant.table, *([f"{grant.table}_local"] if grant.table in sharded else [])):
        what = ", ".join(f"{privilege}{columns}" for privilege in grant.privilege.split(", "))
        yield f"GRANT {what} ON {database}.{table} TO thabian_{grant.role}"
