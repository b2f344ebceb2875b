"""The local ClickHouse server, through the client the project uses."""

import datetime as dt
import ipaddress
import threading
import uuid
from decimal import Decimal

import pytest
from clickhouse_driver import Client
from clickhouse_driver.errors import ServerException

from tests.deploy.local.helpers import ServerProcess, wait_until

pytestmark = pytest.mark.real

BANGKOK = "DateTime('Asia/Bangkok')"
BLANK_LINES = "a\n\nb\r\n\r\n\x00\n\n"
VALUES = {
    "UInt8": 255,
    "Int256": -(2**200),
    "UInt128": 2**127,
    "Float32": 1.5,
    "Decimal(20, 4)": Decimal("12345.6789"),
    "String": BLANK_LINES,
    "FixedString(5)": "ab\n\nc",
    "Date": dt.date(2022, 6, 10),
    "Date32": dt.date(1930, 1, 1),
    "DateTime": dt.datetime(2022, 6, 10, 12, 0),
    "DateTime64(3, 'UTC')": dt.datetime(2022, 6, 10, 12, 0, 0, 123_000, tzinfo=dt.UTC),
    BANGKOK: dt.datetime(2022, 6, 10, 12, 0, tzinfo=dt.timezone(dt.timedelta(hours=7))),
    "UUID": uuid.UUID("0190163d-8694-739b-aea5-966c26f8ad91"),
    "Enum8('a, b' = 1, 'c' = 2)": "a, b",
    "Enum16('x' = 1000)": "x",
    "Nullable(String)": None,
    "Nullable(UUID)": uuid.UUID(int=7),
    "LowCardinality(String)": "z",
    "LowCardinality(Nullable(String))": None,
    "Array(LowCardinality(String))": ["a", "b", "a"],
    "Array(Array(Nullable(Int16)))": [[1, None], []],
    "Tuple(a String, b Array(UInt8))": ("q", [1, 2]),
    "Map(LowCardinality(String), Array(UInt64))": {"k": [1, 2], "l": []},
    "IPv4": ipaddress.ip_address("1.2.3.4"),
    "IPv6": ipaddress.ip_address("::1"),
    "Bool": True,
}


@pytest.mark.parametrize("columnar", [False, True])
def test_values_of_all_types_come_back_as_they_were_sent(client: Client, columnar: bool) -> None:
    columns = ", ".join(f"c{number} {kind}" for number, kind in enumerate(VALUES))
    client.execute(f"CREATE TABLE t (n UInt32, {columns}) ENGINE = MergeTree ORDER BY n")
    rows = [(number, *VALUES.values()) for number in range(3_000)]
    client.execute("INSERT INTO t VALUES", list(zip(*rows, strict=True)) if columnar else rows, columnar=columnar)
    found = client.execute("SELECT * FROM t ORDER BY n")
    assert found == rows


def test_a_result_tells_its_columns_even_when_it_is_empty(client: Client) -> None:
    described = [("a", BANGKOK), ("b", "LowCardinality(String)")]
    client.execute(f"CREATE TABLE t (a {BANGKOK}, b LowCardinality(String)) ENGINE = Memory")
    assert client.execute("SELECT * FROM t -- nothing\n;", with_column_types=True) == ([], described)
    client.execute("INSERT INTO t SELECT 0, 'x'")
    assert client.execute("SELECT * FROM t", with_column_types=True)[1] == described


def test_zoned_times_keep_their_zone_beside_a_table_sent_along(client: Client) -> None:
    asked = "SELECT toDateTime(0, 'Asia/Bangkok') + n FROM sent ORDER BY n"
    sent = [{"name": "sent", "structure": [("n", "UInt32")], "data": [{"n": 1}, {"n": 0}]}]
    (first,), (second,) = client.execute(asked, external_tables=sent)
    assert first == dt.datetime(1970, 1, 1, 7, 0, tzinfo=dt.timezone(dt.timedelta(hours=7)))
    assert second - first == dt.timedelta(seconds=1)
    with pytest.raises(ServerException):  # it is gone with its statement
        client.execute("SELECT * FROM sent")


def test_settings_hold_for_their_statement_alone(client: Client) -> None:
    asked = "SELECT getSetting('max_block_size')"
    usual = client.execute(asked)
    assert client.execute(asked, settings={"max_block_size": 7, "no_such_setting": 1}) == [(7,)]
    assert client.execute(asked) == usual
    client.execute("SET max_block_size = 5")
    assert client.execute(asked, settings={"max_block_size": 7}) == [(7,)]
    assert client.execute(asked) == [(5,)]


def test_an_unknown_setting_that_matters_is_refused(client: Client, server: ServerProcess) -> None:
    strict = server.client(settings_is_important=True)
    with pytest.raises(ServerException) as raised:
        strict.execute("SELECT 1", settings={"no_such_setting": 1})
    assert raised.value.code == 115


def test_readonly_ends_with_its_statement(client: Client) -> None:
    assert client.execute("SELECT 1", settings={"readonly": 1}) == [(1,)]
    client.execute("CREATE TABLE t (a UInt8) ENGINE = Memory")


@pytest.mark.parametrize(
    ("sql", "code"),
    [
        ("SELECT * FROM nowhere", 60),
        ("SELEC 1", 62),
        ("SELECT nothing", 47),
        ("SELECT intDiv(number, 0) FROM numbers(9)", 153),
    ],
)
def test_errors_come_with_clickhouse_codes(client: Client, sql: str, code: int) -> None:
    with pytest.raises(ServerException) as raised:
        client.execute(sql)
    assert raised.value.code == code
    assert client.execute("SELECT 1") == [(1,)]


def test_an_unknown_database_is_refused(server: ServerProcess) -> None:
    with pytest.raises(ServerException) as raised:
        server.client(database="nowhere").execute("SELECT 1")
    assert raised.value.code == 81


def test_an_unknown_column_is_refused_before_rows_are_sent(client: Client) -> None:
    client.execute("CREATE TABLE t (a UInt8) ENGINE = Memory")
    with pytest.raises(ServerException):
        client.execute("INSERT INTO t (b) VALUES", [(1,)])
    assert client.execute("SELECT count() FROM t") == [(0,)]


def test_computed_columns_are_not_asked_for(client: Client) -> None:
    client.execute(
        "CREATE TABLE t (a UInt8, b UInt8 DEFAULT 5, c UInt8 MATERIALIZED a + 1, d UInt8 ALIAS a) ENGINE = Memory"
    )
    client.execute("INSERT INTO t VALUES", [(1, 2)])
    client.execute("INSERT INTO t (a) VALUES", [(3,)])
    assert client.execute("SELECT a, b, c, d FROM t ORDER BY a") == [(1, 2, 2, 1), (3, 5, 4, 3)]


@pytest.mark.parametrize("in_statement", [True, False])
def test_a_deduplication_token_makes_an_insert_repeatable(client: Client, in_statement: bool) -> None:
    client.execute(
        "CREATE TABLE t (a UInt8) ENGINE = MergeTree ORDER BY a SETTINGS non_replicated_deduplication_window = 10"
    )
    inside = "SETTINGS insert_deduplication_token = 'x'" if in_statement else ""
    beside = {} if in_statement else {"insert_deduplication_token": "x"}
    for _ in range(2):
        client.execute(f"INSERT INTO t {inside} VALUES", [(1,)], settings=beside)
    assert client.execute("SELECT count() FROM t") == [(1,)]


def test_views_are_filled_and_recursion_works(client: Client) -> None:
    client.execute("CREATE TABLE t (a UInt8) ENGINE = MergeTree ORDER BY a")
    client.execute("CREATE TABLE sums (a UInt64) ENGINE = MergeTree ORDER BY a")
    client.execute("CREATE MATERIALIZED VIEW v TO sums AS SELECT sum(a) AS a FROM t")
    client.execute("INSERT INTO t VALUES", [(1,), (2,)])
    client.execute("INSERT INTO t SELECT number FROM numbers(3)")
    assert client.execute("SELECT a FROM sums") == [(3,), (3,)]
    recursive = "WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r WHERE n < 5) SELECT sum(n) FROM r"
    assert client.execute(recursive) == [(15,)]


def test_a_running_statement_can_be_cancelled(client: Client) -> None:
    numbers = client.execute_iter("SELECT number FROM numbers(1000000000000)")
    assert next(numbers) == (0,)
    client.cancel()
    assert client.execute("SELECT 1") == [(1,)]


def test_a_statement_that_gives_nothing_yet_can_be_cancelled(client: Client, server: ServerProcess) -> None:
    start_endless_statement(client)
    wait_until(lambda: endless_statements(server))
    client.connection.send_cancel()
    assert client.receive_result() == []


def test_the_statement_of_a_lost_client_ends(client: Client, server: ServerProcess) -> None:
    start_endless_statement(client)
    wait_until(lambda: endless_statements(server))
    client.disconnect()
    wait_until(lambda: not endless_statements(server))


def test_many_clients_at_once(client: Client, server: ServerProcess) -> None:
    client.execute("CREATE TABLE t (a UInt64, s String) ENGINE = MergeTree ORDER BY a")
    (database,) = client.execute("SELECT currentDatabase()")[0]
    done: list[int] = []

    def work(number: int) -> None:
        mine = server.client(database=database)
        for _ in range(3):
            mine.execute("INSERT INTO t VALUES", [(number, BLANK_LINES)] * 100)
        (rows,) = mine.execute("SELECT count() FROM t WHERE a = %(a)s", {"a": number}, settings={"max_threads": 1})[0]
        done.append(rows)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert done == [300] * 40


def test_the_log_tells_no_values(client: Client, server: ServerProcess) -> None:
    client.execute("CREATE TABLE t (a String, CONSTRAINT short CHECK length(a) < 3) ENGINE = Memory")
    with pytest.raises(ServerException):
        client.execute("INSERT INTO t VALUES", [("very secret",)])
    with pytest.raises(ServerException):
        client.execute("SELECT 'very secret' AS a FROM nowhere")
    assert "469 VIOLATED_CONSTRAINT" in server.log.read_text()
    assert "secret" not in server.log.read_text()


def start_endless_statement(client: Client) -> None:
    client.execute("SELECT 1")
    client.connection.send_query("SELECT count() FROM numbers(1000000000000) WHERE sipHash64(number) = 1")
    client.connection.send_external_tables(None)


def endless_statements(server: ServerProcess) -> int:
    asking = server.client()
    (count,) = asking.execute("SELECT count() FROM system.processes WHERE query LIKE '%%sipHash64(number) = 1'")[0]
    return int(count)
