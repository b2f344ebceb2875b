"""Tables that a client sends along with one statement."""

from deploy.local.clickhouse.client import ClientReader
from deploy.local.clickhouse.engine import EngineSession, identifier
from deploy.local.clickhouse.errors import ServerError
from deploy.local.clickhouse.inserts import store
from deploy.local.clickhouse.spool import Spool
from deploy.local.clickhouse.statement import Insert


def receive_tables(reader: ClientReader, session: EngineSession, spool: Spool) -> tuple[list[str], ServerError | None]:
    """Make a temporary table of each, and return their quoted names with the first error.

    All of them are read in any case, since what follows them on the connection can be read only then.
    """
    names: list[str] = []
    failed: ServerError | None = None
    for data in reader.blocks():
        if failed:
            continue
        try:
            name = identifier(data.table)
            if name not in names:
                columns = ", ".join(f"{identifier(column.name)} {column.type}" for column in data.shape.columns)
                session.run(f"CREATE TEMPORARY TABLE {name} ({columns}) ENGINE = Memory")
                names.append(name)
            if data.shape.rows:
                with spool.file(session.label) as file:
                    file.write(data.raw)
                    store(session, Insert(name, "", ""), file)
        except ServerError as error:
            failed = error
    return names, failed


def drop_tables(session: EngineSession, names: list[str]) -> None:
    """Remove them after the statement."""
    for name in names:
        session.run(f"DROP TEMPORARY TABLE IF EXISTS {name}")
