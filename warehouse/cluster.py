"""The migrations for a cluster: the same files, as replicated tables, and Distributed ones over those that are sharded.

Three kinds of table follow from how each is read:

- `change_log` and `persons` are sharded by person: all that is known of a pupil stands on one shard.
- `event_identities` is sharded by event id, `receipts` by place in grains of offsets: a redelivered row comes to the shard
  that has it, and collapses there.
- Everything else is small, and joined with. One replicated table holds all of it on every node: no Distributed table, no
  subquery over the network, and mutations work.
"""

import re
from collections.abc import Iterator
from typing import Final

from schemas.errors import ThabianError
from warehouse import migrate

SHARDED: Final = {
    "change_log": "sipHash64(person_key)",
    "persons": "sipHash64(person_key)",
    "event_identities": "sipHash64(event_id)",
    "receipts": "sipHash64(topic, partition, intDiv(offset, 65536))",
}
"""What is sharded, and by what. Never change an expression: rows already stored would stand on the wrong shard."""

_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_TABLE: Final = re.compile(r"^\s*CREATE TABLE IF NOT EXISTS (\w+)\s*(?=\()")
_ALTER: Final = re.compile(r"^\s*ALTER TABLE (\w+)\s+")
_OF_A_HOLDER: Final = re.compile(r"MODIFY SETTING\b")
"""What a table that holds no rows has no use for, and refuses."""
_ENGINE: Final = re.compile(r"\)\s*ENGINE = (\w*MergeTree)(?:\(([^()]*)\))?")
_ON_EVERY_NODE: Final = ("/clickhouse/tables/all/{database}/{table}", "{shard}-{replica}")
_ON_A_SHARD: Final = ("/clickhouse/tables/{shard}/{database}/{table}", "{replica}")
"""Where a table's replicas meet in Keeper, and the replica's name there: macros of each server's configuration."""


def statements(cluster: str, database: str) -> Iterator[str]:
    """The database, the ledger of migrations and all tables, in order. Each statement tolerates its own earlier success.

    Raises ThabianError for a name that is none.
    """
    for name in (cluster, database):
        if not _NAME.fullmatch(name):
            raise ThabianError("CLUSTER_NAME_INVALID", "a cluster or database is a word of ASCII letters", exit_code=2)
    yield f"CREATE DATABASE IF NOT EXISTS {database} ON CLUSTER {cluster}"
    yield from clustered(migrate.LEDGER.strip(), cluster, database)
    for migration in migrate.available():
        for statement in migration.statements:
            yield from clustered(statement, cluster, database)


def clustered(statement: str, cluster: str, database: str) -> Iterator[str]:
    """One statement of a migration as a cluster needs it. Raises ValueError for one it has no translation for."""
    if match := _TABLE.match(statement):
        yield from _created(statement[match.end() :], match[1], cluster, database)
    elif match := _ALTER.match(statement):
        rest = statement[match.end() :]
        for table in [local(match[1])] if _OF_A_HOLDER.match(rest) else _both(match[1]):
            yield f"ALTER TABLE {database}.{table} ON CLUSTER {cluster} {rest}"
    else:
        raise ValueError(f"no translation for a cluster: {statement[:60]}")


def local(table: str) -> str:
    """The table that holds the rows: itself, or the one behind the Distributed table."""
    return f"{table}_local" if table in SHARDED else table


def _both(table: str) -> list[str]:
    """The table that holds the rows first: a Distributed column without it would be asked for in vain."""
    return list(dict.fromkeys((local(table), table)))


def _created(rest: str, table: str, cluster: str, database: str) -> Iterator[str]:
    holder = local(table)
    yield f"CREATE TABLE IF NOT EXISTS {database}.{holder} ON CLUSTER {cluster} {_replicated(rest, sharded=holder != table)}"
    if holder != table:
        yield (
            f"CREATE TABLE IF NOT EXISTS {database}.{table} ON CLUSTER {cluster} AS {database}.{holder}\n"
            f"ENGINE = Distributed({cluster}, {database}, {holder}, {SHARDED[table]})"
        )


def _replicated(rest: str, *, sharded: bool) -> str:
    path, replica = _ON_A_SHARD if sharded else _ON_EVERY_NODE

    def engine(match: re.Match[str]) -> str:
        more = f", {match[2]}" if match[2] else ""
        return f")\nENGINE = Replicated{match[1]}('{path}', '{replica}'{more})"

    made, count = _ENGINE.subn(engine, rest)
    if count != 1:
        raise ValueError("a table of a migration has one MergeTree engine")
    return made.replace("non_replicated_deduplication_window", "replicated_deduplication_window")
