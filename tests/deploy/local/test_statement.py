"""What the server has to know of a statement before the engine parses it."""

import pytest

from deploy.local.clickhouse.statement import Insert, as_subquery, first_word, insert_of, reads_rows, without_format

INSERTS = {
    "INSERT INTO t VALUES": Insert("t", "", ""),
    'insert into table `my db`."t" (a, `b c`) values ;': Insert('`my db`."t"', "( a , `b c` )", ""),
    "/* x */ INSERT INTO t (a) -- why\n FORMAT Native": Insert("t", "( a )", ""),
    "INSERT INTO t SETTINGS insert_deduplication_token = 'VALUES', max_threads=1 VALUES": Insert(
        "t", "", "SETTINGS insert_deduplication_token = 'VALUES' , max_threads = 1"
    ),
    "INSERT INTO t (* EXCEPT(a)) VALUES": Insert("t", "( * EXCEPT ( a ) )", ""),
}
OTHERS = [
    "INSERT INTO t SELECT 1",
    "INSERT INTO t VALUES (1)",
    "INSERT INTO t FORMAT CSV 1,2",
    "INSERT INTO FUNCTION file('x') SELECT 1",
    "INSERT INTO t (a) WITH x AS (SELECT 1) SELECT * FROM x",
    "SELECT 'INSERT INTO t VALUES'",
    "INSERT",
    "",
]


@pytest.mark.parametrize("sql", INSERTS)
def test_an_insert_that_waits_for_rows(sql: str) -> None:
    assert insert_of(sql) == INSERTS[sql]


@pytest.mark.parametrize("sql", OTHERS)
def test_what_the_engine_does_alone(sql: str) -> None:
    assert insert_of(sql) is None


@pytest.mark.parametrize("sql", ["select 1", "((SELECT 1) UNION ALL SELECT 2)", "-- x\nWITH 1 AS a SELECT a", "FROM t"])
def test_statements_that_read_rows(sql: str) -> None:
    assert reads_rows(sql)


@pytest.mark.parametrize("sql", ["SHOW TABLES", "CREATE TABLE t AS SELECT 1", "DESCRIBE (SELECT 1)", "", "'SELECT'"])
def test_statements_that_do_not(sql: str) -> None:
    assert not reads_rows(sql)


@pytest.mark.parametrize(
    ("sql", "left"),
    [
        ("SELECT 1 FORMAT Native", "SELECT 1"),
        ("SELECT 1 format TSV ;", "SELECT 1 ;"),
        ("SELECT 1 FORMAT TSV SETTINGS max_threads = 1", "SELECT 1 SETTINGS max_threads = 1"),
        ("SELECT ' FORMAT x'", "SELECT ' FORMAT x'"),
        ("SELECT format FROM t", "SELECT format FROM t"),
    ],
)
def test_a_format_at_the_end_is_left_out(sql: str, left: str) -> None:
    assert without_format(sql) == left


def test_a_subquery_ends_before_semicolon_and_comment() -> None:
    assert as_subquery("SELECT ';' -- a\n; -- b") == "(SELECT ';')"


def test_the_log_tells_the_first_word_only() -> None:
    assert first_word("/* secret */ select 'secret'") == "SELECT"
    assert first_word("") == "nothing"
