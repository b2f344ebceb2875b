"""The client against the real engine: values come back, repeats store nothing, failures are of the right kind."""

import socket
import threading
from datetime import date

import pytest
from clickhouse_driver import errors as driver_errors

from warehouse import clickhouse
from warehouse.clickhouse import ClickHouseWarehouse, WarehouseAddress, first_line
from warehouse.interface import WarehouseRefused, WarehouseUnavailable

pytestmark = pytest.mark.real

COLUMNS = """
    id UInt64, small UInt8, year UInt16, bits UInt32, day Date, born Date32, at DateTime64(3, 'UTC'),
    kind Enum8('in' = 1, 'out' = 2), key FixedString(16), cut FixedString(32), name String,
    room LowCardinality(String), codes Array(LowCardinality(String)),
    kinds Array(String), schools Array(UInt64)
"""
ROWS = {
    "id": [0, 2**64 - 1],
    "small": [0, 255],
    "year": [0, 65535],
    "bits": [0, 2**32 - 1],
    "day": [date(1970, 1, 1), date(2149, 6, 6)],
    "born": [date(1900, 1, 1), date(2299, 12, 31)],
    "at": [0, 4_102_444_799_999],
    "kind": [1, 2],
    "key": [bytes(16), b"\x00\xff" + bytes(13) + b"\x01"],
    "cut": [b"\xff" * 31 + b"\x00", bytes(32)],
    "name": ["", "เด็กหญิง 'ไม่มี\x00จริง'\n\\%s%(a)s"],
    "room": ["", "ห้อง 1"],
    "codes": [[], ["A", "", "ข"]],
    "kinds": [["ก"], []],
    "schools": [[], [0, 2**64 - 1]],
}


@pytest.fixture
def table(warehouse):
    warehouse.execute("DROP TABLE IF EXISTS kept")
    warehouse.execute(
        f"CREATE TABLE kept ({COLUMNS}) ENGINE = MergeTree ORDER BY id "
        "SETTINGS non_replicated_deduplication_window = 100"
    )
    return warehouse


def one(**other):
    """A good row as columns, with other values."""
    return {name: [other.get(name, values[0])] for name, values in ROWS.items()}


def count(warehouse):
    return warehouse.rows("SELECT count() FROM kept")[0][0]


def test_every_column_type_in_use_is_tried(table):
    query = (
        "SELECT DISTINCT if(type LIKE 'Enum8%%', 'Enum8', type) FROM system.columns WHERE database = currentDatabase()"
    )
    used, tried = (set(table.rows(f"{query} AND table {which} 'kept'")) for which in ("!=", "="))
    assert used - tried == {("Array(FixedString(16))",)}, "tried below"


def test_arrays_of_keys_there_and_back(warehouse):
    """Read as hex wherever they are read: the driver takes a key that is no text for one that is."""
    keys = [[], [bytes(16), b"\x00\xff" + bytes(13) + b"\x01", b"0" * 16]]
    warehouse.execute("CREATE TABLE keyed (id UInt64, keys Array(FixedString(16))) ENGINE = MergeTree ORDER BY id")
    warehouse.insert("keyed", {"id": [1, 2], "keys": keys})
    found = warehouse.rows("SELECT arrayMap(key -> hex(key), keys) FROM keyed ORDER BY id")
    assert [[bytes.fromhex(key) for key in row] for (row,) in found] == keys
    warehouse.execute("DROP TABLE keyed")


def test_there_and_back(table):
    table.insert("kept", ROWS)
    names = ", ".join("toUnixTimestamp64Milli(at)" if name == "at" else name for name in ROWS)
    found = table.rows(f"SELECT {names} FROM kept ORDER BY id")
    expected = [list(row) for row in zip(*ROWS.values(), strict=True)]
    for row, number in zip(expected, (0, 1), strict=True):
        row[list(ROWS).index("kind")] = ("in", "out")[number]
    assert [list(row) for row in found] == expected


def test_columns_handed_in_are_left_as_they_are(table):
    before = {name: list(values) for name, values in ROWS.items()}
    table.insert("kept", ROWS)
    assert before == ROWS


def test_nothing_is_inserted_of_nothing(table):
    table.insert("kept", {name: [] for name in ROWS})
    table.insert("kept", {})
    assert count(table) == 0


def test_a_token_makes_a_repeat_nothing(table):
    """Semantics 3.2. It is the token that counts: equal rows under another one are stored, other rows under it are not."""
    for token, number in (("a", 1), ("a", 1), ("b", 1), ("b", 1), ("a", 2)):
        table.insert("kept", one(id=number), token=token)
    assert table.rows("SELECT id FROM kept") == [(1,), (1,)]


def test_parameters_are_values_never_sql(table):
    nasty = "x' OR 1 --\\"
    table.insert("kept", one(name=nasty))
    assert table.rows("SELECT name FROM kept WHERE name = %(name)s", {"name": nasty}) == [(nasty,)]
    assert table.rows("SELECT count() FROM kept WHERE name IN %(names)s", {"names": ["y", nasty]}) == [(1,)]


def test_an_external_table_is_there_for_one_statement(warehouse):
    handed = {"asked": {"key": ("FixedString(2)", [b"\x00\x01", b"\xff\x00"]), "school": ("UInt64", [1, 2])}}
    query = "SELECT school, key FROM asked ORDER BY school"
    assert warehouse.rows(query, external=handed) == [(1, b"\x00\x01"), (2, b"\xff\x00")]
    words = {"asked": {"word": ("String", ["ก", ""])}}
    assert sorted(warehouse.rows("SELECT word FROM asked", external=words)) == [("",), ("ก",)]
    with pytest.raises(WarehouseRefused):
        warehouse.rows(query)


def test_an_empty_answer_is_no_rows(warehouse):
    assert warehouse.rows("SELECT 1, 'a' WHERE 0") == []
    assert list(warehouse.stream("SELECT number FROM numbers(0)")) == []


def test_a_stream_comes_block_by_block(warehouse):
    blocks = list(warehouse.stream("SELECT number, toString(number) FROM numbers(100000)"))
    assert len(blocks) > 1
    rows = [row for block in blocks for row in block]
    assert len(rows) == 100_000
    assert max(rows) == (99_999, "99999")


def test_an_abandoned_stream_leaves_the_connection_usable(warehouse):
    stream = warehouse.stream("SELECT number FROM numbers(10000000)")
    next(stream)
    stream.close()
    assert warehouse.rows("SELECT 1") == [(1,)]


def test_a_stream_that_breaks_says_so_and_leaves_the_connection_usable(warehouse):
    with pytest.raises(WarehouseRefused):
        for _ in warehouse.stream(
            "SELECT throwIf(number = 200000) FROM numbers(1000000) SETTINGS max_block_size = 10000"
        ):
            pass
    assert warehouse.rows("SELECT 1") == [(1,)]


@pytest.mark.parametrize(
    ("statement", "server_code", "code"),
    [
        ("SELEC 1", 62, "WAREHOUSE_REFUSED"),
        ("SELECT nonsense", 47, "WAREHOUSE_REFUSED"),
        ("SELECT toUInt8('x')", 6, "WAREHOUSE_REFUSED"),
        ("SELECT * FROM nowhere", 60, "WAREHOUSE_NOT_MIGRATED"),
        ("SELECT * FROM nowhere.kept", 81, "WAREHOUSE_NOT_MIGRATED"),
    ],
)
def test_what_will_not_help_to_repeat_is_refused(warehouse, statement, server_code, code):
    with pytest.raises(WarehouseRefused) as refused:
        warehouse.rows(statement)
    assert (refused.value.server_code, refused.value.code) == (server_code, code)
    assert "\n" not in str(refused.value)
    assert warehouse.rows("SELECT 1") == [(1,)]


def test_a_busy_server_is_unavailable_and_not_said_to_be_down(warehouse):
    with pytest.raises(WarehouseUnavailable, match="MEMORY_LIMIT_EXCEEDED, code 241"):
        warehouse.rows("SELECT groupArray(number) FROM numbers(10000000)", settings={"max_memory_usage": 10_000_000})
    assert warehouse.rows("SELECT 1") == [(1,)]


NAME = "สมหญิง ไม่มีจริง"


@pytest.mark.parametrize(
    "values",
    [
        one(name=NAME, small=256),
        one(name=NAME, year=NAME),
        one(name=NAME, kind=9),
        one(key=NAME.encode()),
        one(name=NAME) | {"nowhere": [NAME]},
    ],
)
def test_a_refused_insert_says_only_its_table_and_kind(table, values):
    """The driver's and the server's own messages quote the value that does not fit."""
    with pytest.raises(WarehouseRefused, match=r"an insert into kept: [A-Z_]+, code \d+$") as refused:
        table.insert("kept", values)
    assert NAME not in str(refused.value)
    assert count(table) == 0
    table.insert("kept", one())
    assert count(table) == 1


def test_a_value_of_the_wrong_kind_leaves_the_connection_usable(table):
    """A mistake of ours, not of the warehouse."""
    with pytest.raises(ValueError, match="bytes object expected"):
        table.insert("kept", one(name=1))
    table.insert("kept", one())
    assert count(table) == 1


def test_an_insert_into_no_table_is_not_migrated(warehouse):
    with pytest.raises(WarehouseRefused) as refused:
        warehouse.insert("nowhere", {"name": [NAME]})
    assert refused.value.code == "WAREHOUSE_NOT_MIGRATED"
    assert NAME not in str(refused.value)


@pytest.fixture
def mute():
    """A server that takes connections and hangs up; its address."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def hang_up():
            while True:
                try:
                    taken, _ = server.accept()
                except OSError:
                    return
                taken.close()

        thread = threading.Thread(target=hang_up, daemon=True)
        thread.start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)
    thread.join()


def test_nobody_there_is_unavailable(closed_port):
    away = ClickHouseWarehouse(WarehouseAddress("127.0.0.1", closed_port, "thabian", password="secret"))
    for statement in (
        lambda: away.rows("SELECT 1"),
        lambda: away.execute("SELECT 1"),
        lambda: next(away.stream("SELECT 1")),
        lambda: away.insert("kept", {"name": [NAME]}),
    ):
        with pytest.raises(WarehouseUnavailable, match=f"127.0.0.1:{closed_port}/thabian does not answer") as refused:
            statement()
        assert "secret" not in str(refused.value)
        assert NAME not in str(refused.value)


def test_one_that_hangs_up_is_unavailable(mute):
    away = ClickHouseWarehouse(WarehouseAddress("127.0.0.1", mute))
    with pytest.raises(WarehouseUnavailable):
        away.rows("SELECT 1")
    with pytest.raises(WarehouseUnavailable):
        away.insert("kept", {"name": [NAME]})


def test_a_lost_connection_is_made_again(warehouse):
    assert warehouse.rows("SELECT 1") == [(1,)]
    warehouse._client.connection.socket.shutdown(socket.SHUT_RDWR)
    try:
        warehouse.rows("SELECT 1")
    except WarehouseUnavailable as lost:
        assert "does not answer" in lost.message  # noqa: PT017 - or the driver noticed before it sent, and connected again
    assert warehouse.rows("SELECT 1") == [(1,)]


def test_retryable_codes_are_clickhouses():
    known = {code for code in vars(driver_errors.ErrorCodes).values() if isinstance(code, int)}
    assert not clickhouse.RETRYABLE_SERVER_CODES - known - {319}


@pytest.mark.parametrize(
    ("message", "line"),
    [
        ("DB::Exception: No. Stack trace:\n\n0. a", "DB::Exception: No."),
        ("One\nTwo", "One"),
        ("", ""),
        ("Stack trace: only", ""),
        ("x" * 1000, "x" * 500),
    ],
)
def test_the_first_line_of_a_message(message, line):
    assert first_line(message) == line
