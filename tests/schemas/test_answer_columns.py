"""Answers written from columns against the same written record by record: byte for byte."""

from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas import answers
from schemas.answers import columns

LONG = st.one_of(st.integers(-(2**63), 2**63 - 1), st.integers(0, 300))
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)


def fields(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = answers.definition(name)["fields"][0]["type"]["items"]["fields"]
    return found


def values(avro: Any) -> st.SearchStrategy[Any]:
    plain = avro["type"] if isinstance(avro, dict) else avro
    if plain == "enum":
        return st.sampled_from(avro["symbols"])
    return {
        "boolean": st.booleans(),
        "long": LONG,
        "int": st.integers(-(2**31), 2**31 - 1),
        "string": TEXT,
        "array": st.lists(TEXT, max_size=3),
        "fixed": st.binary(min_size=16, max_size=16),
        "Bytes16": st.binary(min_size=16, max_size=16),
    }[plain]


def frame(name: str, rows: list[dict[str, Any]]) -> pl.DataFrame:
    kinds = {
        "boolean": pl.Boolean,
        "long": pl.Int64,
        "int": pl.Int32,
        "string": pl.String,
        "array": pl.List(pl.String),
        "enum": pl.String,
    }
    given = {
        f["name"]: kinds.get(f["type"]["type"] if isinstance(f["type"], dict) else f["type"], pl.Binary)
        for f in fields(name)
    }
    return pl.DataFrame(rows, schema=given, orient="row")


MARKS = st.lists(
    st.fixed_dictionaries({"topic": TEXT, "partition": st.integers(0, 99), "answered_below": LONG}), max_size=3
)
REST = {"AcceptedChanges": st.fixed_dictionaries({"watermarks": MARKS}), "Receipts": st.just({})}


@pytest.mark.parametrize("name", ["AcceptedChanges", "Receipts"])
def test_as_record_by_record(name: str) -> None:
    array = answers.definition(name)["fields"][0]["name"]
    row = st.fixed_dictionaries({field["name"]: values(field["type"]) for field in fields(name)})

    @given(st.lists(st.tuples(st.integers(0, 3), row), max_size=30), REST[name])
    def check(placed: list[tuple[int, dict[str, Any]]], rest: dict[str, Any]) -> None:
        places = np.array([place for place, _ in placed], dtype=np.int64)
        made = dict(columns.messages(name, frame(name, [row for _, row in placed]), places, rest))
        parts = sorted({place for place, _ in placed})
        expected = {
            part: answers.encode(name, {array: [row for place, row in placed if place == part], **rest})
            for part in parts
        }
        assert made == expected
        assert list(made) == parts

    check()


def receipt(offset: int, code: str = "") -> dict[str, Any]:
    where = {"topic": "student-changes.t", "partition": 0, "offset": offset, "school_code": 1020080005}
    return {**where, "outcome": "REJECTED", "codes": [code], "event_id": bytes(16)}


def test_no_message_outgrows_what_a_broker_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tens of thousands of events of one school, all in one partition: several messages, in order, nothing left out."""
    monkeypatch.setattr(columns, "LARGEST_BYTES", 1_000)
    rows = [receipt(at, "X" * 1_500 if at == 17 else "") for at in range(200)]
    made = list(columns.messages("Receipts", frame("Receipts", rows), np.zeros(200, dtype=np.int64), {}))
    read = [answers.decode("Receipts", message)["receipts"] for _, message in made]
    assert [row["offset"] for part in read for row in part] == list(range(200))
    assert [part[0]["offset"] for part in read if len(part) == 1] == [17], "one that is too long on its own goes alone"
    assert all(len(message) < 1_100 for (_, message), part in zip(made, read, strict=True) if len(part) > 1)


@pytest.mark.parametrize("column", ["offset", "topic", "event_id"])
def test_a_null_is_refused(column: str) -> None:
    with pytest.raises(ValueError, match=column):
        list(columns.messages("Receipts", frame("Receipts", [receipt(0) | {column: None}]), np.zeros(1, np.int64), {}))


def test_bytes_of_another_length_are_refused() -> None:
    rows = [receipt(0) | {"event_id": bytes(15)}]
    with pytest.raises(ValueError, match="event_id"):
        list(columns.messages("Receipts", frame("Receipts", rows), np.zeros(1, np.int64), {}))
