"""Raw columns against the driver's own way on the real engine: every type in use, the same rows, the same refusals.

`warehouse.block_stream` reaches into the driver: when its version changes this file decides whether the pin may follow.
"""

import io
import random
from datetime import date
from importlib.metadata import version
from types import SimpleNamespace

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from warehouse import block_stream, native
from warehouse.interface import WarehouseRefused

pytestmark = pytest.mark.real

SPAN = {name: (0, 2**bits - 1) for name, bits in (("UInt8", 8), ("UInt16", 16), ("UInt32", 32), ("UInt64", 64))}
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)
FEW = st.sampled_from(["", "ก", "04", "a\x00b"])
# ClickHouse type → (polars type, values, how the driver takes one of them)
TYPES = {
    **{name: ({"UInt8": pl.UInt8, "UInt16": pl.UInt16, "UInt32": pl.UInt32, "UInt64": pl.UInt64}[name],
              st.integers(*span)) for name, span in SPAN.items()},
    "Date": (pl.Date, st.dates(date(1970, 1, 1), date(2149, 6, 6))),
    "Date32": (pl.Date, st.dates(date(1900, 1, 1), date(2299, 12, 31))),
    "DateTime64(3, 'UTC')": (pl.Int64, st.integers(-2_208_988_800_000, 10_413_791_999_999)),
    "Enum8('in' = 1, 'out' = 2, 'odd' = -128)": (pl.Int8, st.sampled_from([1, 2, -128])),
    "FixedString(16)": (pl.Binary, st.binary(min_size=16, max_size=16)),
    "FixedString(32)": (pl.Binary, st.binary(min_size=32, max_size=32)),
    "String": (pl.String, TEXT),
    "LowCardinality(String)": (pl.String, FEW),
    "Array(String)": (pl.List(pl.String), st.lists(TEXT, max_size=3)),
    "Array(LowCardinality(String))": (pl.List(pl.String), st.lists(FEW, max_size=3)),
    "Array(UInt64)": (pl.List(pl.UInt64), st.lists(st.integers(*SPAN["UInt64"]), max_size=3)),
}  # fmt: skip
NAMES = {f"c{at}": type_name for at, type_name in enumerate(TYPES)}
ROW = st.fixed_dictionaries({name: TYPES[type_name][1] for name, type_name in NAMES.items()})


def frame(rows):
    return pl.DataFrame(rows, schema={name: TYPES[type_name][0] for name, type_name in NAMES.items()}, orient="row")


@pytest.fixture
def tables(warehouse):
    columns = ", ".join(f"{name} {type_name}" for name, type_name in NAMES.items())
    for table in ("ours", "theirs"):
        warehouse.execute(f"DROP TABLE IF EXISTS {table}")
        warehouse.execute(
            f"CREATE TABLE {table} (n UInt32, {columns}) ENGINE = MergeTree ORDER BY n"
            " SETTINGS non_replicated_deduplication_window = 100"
        )
    return warehouse


def numbered(rows):
    return frame(rows).with_row_index("n")


def both(warehouse, rows):
    """Store rows in both ways; what differs, each way."""
    made = numbered(rows)
    warehouse.insert_frame("ours", made)
    warehouse.insert("theirs", {name: made[name].to_list() for name in made.columns})
    ways = (("ours", "theirs"), ("theirs", "ours"))
    return [warehouse.rows(f"SELECT n FROM (SELECT * FROM {a} EXCEPT SELECT * FROM {b})") for a, b in ways]


def test_the_driver_is_the_one_this_was_written_against():
    assert version("clickhouse-driver") == block_stream.DRIVER_VERSION


BY_THE_DRIVER = {"Array(FixedString(16))"}
"""Types of tables that are never stored as frames: `findings` goes through `insert` (tests/warehouse/test_clickhouse.py)."""


def test_every_column_type_in_use_is_tried(warehouse):
    used = warehouse.rows("SELECT DISTINCT type FROM system.columns WHERE database = currentDatabase()")
    plain = {type_name.partition("(")[0] if type_name.startswith("Enum8") else type_name for (type_name,) in used}
    assert plain - {"Enum8" if type_name.startswith("Enum8") else type_name for type_name in TYPES} == BY_THE_DRIVER


def test_the_same_rows_as_the_driver_stores(tables):
    @settings(max_examples=25)
    @given(st.lists(ROW, min_size=1, max_size=40))
    def check(rows):
        for table in ("ours", "theirs"):
            tables.execute(f"TRUNCATE TABLE {table}")
        assert both(tables, rows) == [[], []]
        assert tables.rows("SELECT count() FROM ours") == [(len(rows),)]

    check()


@pytest.mark.parametrize("distinct", [1, 255, 256, 257, 65_536, 65_537])
def test_a_dictionary_of_every_width(warehouse, distinct):
    warehouse.execute("DROP TABLE IF EXISTS words")
    warehouse.execute("CREATE TABLE words (n UInt32, w LowCardinality(String), s String) ENGINE = MergeTree ORDER BY n")
    words = [f"w{at % distinct}" for at in range(distinct + 10)]
    random.Random(1).shuffle(words)
    warehouse.insert_frame("words", pl.DataFrame({"n": range(len(words)), "w": words, "s": words}))
    assert warehouse.rows("SELECT count(), countIf(w = s), uniqExact(w) FROM words") == [
        (len(words), len(words), distinct)
    ]
    assert [word for (word,) in warehouse.rows("SELECT s FROM words ORDER BY n")] == words


def test_a_large_block_is_one_part_and_comes_back(tables):
    chance = random.Random(2565)
    first = (1, 2, 3, 4, date(2022, 5, 16), date(1900, 1, 1), 5, 1, bytes(16), b"\xff" * 32, "", "", [], [], [])
    row = dict(zip(NAMES, first, strict=True))
    texts = [row | {"c10": "ก" * chance.randrange(400), "c11": str(chance.randrange(900))} for _ in range(50_000)]
    assert both(tables, texts) == [[], []]
    parts = (
        "SELECT table, count() FROM system.parts WHERE active AND database = currentDatabase() AND table = 'ours'"
        " GROUP BY 1"
    )
    assert tables.rows(parts) == [("ours", 1)]


def test_a_token_makes_a_repeat_nothing_whichever_way_it_comes(tables):
    one = numbered([dict.fromkeys(NAMES)]).select("n")
    for _ in range(2):
        tables.insert_frame("ours", one, token="a")
        tables.insert("ours", {"n": [0]}, token="a")
    assert tables.rows("SELECT count() FROM ours") == [(1,)]


def test_nothing_is_inserted_of_nothing(tables):
    tables.insert_frame("ours", numbered([]))
    assert tables.rows("SELECT count() FROM ours") == [(0,)]


@pytest.mark.parametrize(
    ("type_name", "values", "dtype"),
    [
        ("UInt8", [256], pl.Int64),
        ("UInt8", [-1], pl.Int64),
        ("Date", [-1], pl.Int32),
        ("UInt16", [None], pl.UInt16),
        ("String", [None], pl.String),
        ("FixedString(16)", [b"short"], pl.Binary),
        ("LowCardinality(String)", ["sort", None], pl.String),
    ],
)
def test_what_does_not_fit_is_refused_without_its_value_and_the_connection_lives(tables, type_name, values, dtype):
    column = next(name for name, known in NAMES.items() if known == type_name)
    with pytest.raises(ValueError, match=column) as refused:
        tables.insert_frame("ours", pl.DataFrame({column: pl.Series(values, dtype=dtype)}))
    assert not any(str(value) in str(refused.value).removeprefix(column) for value in values if value is not None)
    assert tables.rows("SELECT count() FROM ours") == [(0,)]


def test_a_type_without_a_writer_is_refused():
    with pytest.raises(TypeError, match="Float64"):
        native.column_bytes("Float64", pl.Series("x", [1.0]))


def test_an_external_table_of_columns_is_the_one_of_values(warehouse):
    number, keys = pl.Series(range(30_000), dtype=pl.UInt64), pl.Series([b"%016d" % at for at in range(30_000)])
    query = "SELECT count(), sum(n), groupBitXor(cityHash64(k)), any(%(a)s) FROM asked"
    ways = [
        warehouse.rows(
            query, {"a": "b"}, external={"asked": {"n": ("UInt64", numbers), "k": ("FixedString(16)", texts)}}
        )
        for numbers, texts in ((number, keys), (number.to_list(), keys.to_list()))
    ]
    assert ways[0] == ways[1]
    assert ways[0][0][:2] == (30_000, sum(range(30_000)))
    assert ways[0][0][3] == "b"


def test_a_table_handed_over_that_does_not_fit_leaves_the_connection_usable(warehouse):
    with pytest.raises(ValueError, match="n"):
        warehouse.rows("SELECT n FROM asked", external={"asked": {"n": ("UInt8", pl.Series([256]))}})
    empty = {"asked": {"n": ("UInt8", pl.Series([], dtype=pl.UInt8)), "w": ("String", [])}}
    assert warehouse.rows("SELECT count() FROM asked", external=empty) == [(0,)]


def test_the_server_says_what_it_does_not_take(tables):
    with pytest.raises(WarehouseRefused):
        tables.insert_frame("ours", pl.DataFrame({"unknown": [1]}))
    tables.execute("ALTER TABLE ours ADD CONSTRAINT small CHECK c0 < 100")
    with pytest.raises(WarehouseRefused) as refused:
        tables.insert_frame("ours", pl.DataFrame({"c0": [250]}))
    assert "250" not in str(refused.value)
    assert tables.rows("SELECT count() FROM ours") == [(0,)]


class Connection:
    """As much of the driver's as a block needs."""

    def __init__(self, revision):
        self.fout = io.BytesIO()
        self.server_info = SimpleNamespace(used_revision=revision)


def test_the_custom_serialization_byte_goes_to_servers_that_expect_it():
    older, newer = Connection(54_453), Connection(54_454)
    for connection in (older, newer):
        block_stream.send(connection, native.Block(1, [("a", "UInt8", b"\x07")]))
    assert older.fout.getvalue().endswith(b"\x01a\x05UInt8\x07")
    assert newer.fout.getvalue().endswith(b"\x01a\x05UInt8\x00\x07")
