"""Blocks of ready column bytes through clickhouse-driver's connection, past its columns of Python objects.

This touches the driver's inside: the connection's buffered writer, the sample block and the packets that end an insert. The
driver is pinned, and tests/warehouse/test_block_stream.py holds this against the driver's own way on the real engine.
"""

from collections.abc import Mapping
from typing import Any, Final

from clickhouse_driver import Client, defines
from clickhouse_driver.block import BlockInfo, RowOrientedBlock
from clickhouse_driver.protocol import ClientPacketTypes
from clickhouse_driver.varint import write_varint
from clickhouse_driver.writer import write_binary_str, write_binary_uint8

from warehouse.native import Block

DRIVER_VERSION: Final = "0.2.11"
"""What this was written against and is tested with."""


def send(connection: Any, block: Block, table: str = "") -> None:  # noqa: ANN401 - the driver has no types
    """One Data packet. `table`: an external one, or none for an insert."""
    revision = connection.server_info.used_revision
    out = connection.fout
    write_varint(ClientPacketTypes.DATA, out)
    write_binary_str(table, out)
    BlockInfo().write(out)
    write_varint(len(block.columns), out)
    write_varint(block.rows, out)
    for name, type_name, data in block.columns:
        write_binary_str(name, out)
        write_binary_str(type_name, out)
        if revision >= defines.DBMS_MIN_REVISION_WITH_CUSTOM_SERIALIZATION:
            write_binary_uint8(0, out)  # no custom serialization
        # The writer takes any object for bytes and reads past the end of one that is not.
        out.write(bytes(data))
    out.flush()


def begin_insert(client: Client, statement: str) -> list[tuple[str, str]]:
    """Send `INSERT INTO … VALUES`; (name, type) of the columns the server wants."""
    client.connection.send_query(statement)
    client.connection.send_external_tables(None)
    wanted: list[tuple[str, str]] = client.receive_sample_block().columns_with_types
    return wanted


def finish_insert(client: Client, block: Block) -> None:
    """Send the rows and wait until they are stored."""
    send(client.connection, block)
    client.receive_profile_events()
    client.connection.send_data(RowOrientedBlock())
    client.receive_profile_events()
    client.receive_end_of_insert_query()


def query(
    client: Client,
    statement: str,
    parameters: Mapping[str, Any] | None,
    tables: Mapping[str, Block],
    *,
    settings: Mapping[str, Any],
    **options: bool,
) -> Any:  # noqa: ANN401 - what the driver's execute returns
    """As the driver's execute for a query, with external tables as blocks."""
    with client.disconnect_on_error(statement, settings):
        connection = client.connection
        if parameters is not None:
            statement = client.substitute_params(statement, parameters, connection.context)
        connection.send_query(statement, params=parameters)
        for name, block in tables.items():
            send(connection, block, name)
        connection.send_data(RowOrientedBlock())
        return client.receive_result(**options)
