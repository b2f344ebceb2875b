"""INSERT with rows from the client: all blocks are spooled as they came, then inserted in one statement.

Two ways of the engine that look simpler lose data in silence (chdb-core 26.9): `query("INSERT … FORMAT Native" + rows)`
cuts the rows at the first blank line in them, and `send_insert` swallows errors of the write side. `FROM INFILE` does
neither; tests/deploy/local holds all three.
"""

from deploy.local.clickhouse.block import Column
from deploy.local.clickhouse.client import ClientReader
from deploy.local.clickhouse.engine import EngineSession, literal
from deploy.local.clickhouse.errors import ServerError
from deploy.local.clickhouse.spool import SpoolFile
from deploy.local.clickhouse.statement import Insert

NOT_INSERTED = {"MATERIALIZED", "ALIAS", "EPHEMERAL"}  # columns that an INSERT without a list of columns leaves out


def expected_columns(session: EngineSession, insert: Insert) -> list[Column]:
    """The columns that the client is to send."""
    table = session.columns(insert.table)
    if not insert.columns:
        return [column for column, default in table if default not in NOT_INSERTED]
    names = [name.strip().strip('`"') for name in insert.columns[1:-1].split(",")]
    by_name = {column.name: column for column, _ in table}
    if all(name in by_name for name in names):
        return [by_name[name] for name in names]
    # `(* EXCEPT (a))`, quoted names with signs in them, or an unknown column: the engine knows, or says so
    query = f"(SELECT {insert.columns[1:-1]} FROM {insert.table})"
    return [column for column, _ in session.columns(query)]


def receive(reader: ClientReader, file: SpoolFile) -> int:
    """Spool all blocks of the client, and return their rows. After an error the rest is read and thrown away."""
    rows, failed = 0, None
    for data in reader.blocks():
        if not failed and data.shape.rows:
            try:
                file.write(data.raw)
            except ServerError as error:
                failed = error
            rows += data.shape.rows
    if failed:
        raise failed
    return rows


def store(session: EngineSession, insert: Insert, file: SpoolFile) -> None:
    """Insert what was spooled. Raises `ServerError`."""
    head = f"INSERT INTO {insert.table} {insert.columns}"
    session.run(f"{head} FROM INFILE {literal(str(file.path))} {insert.settings} FORMAT Native")
