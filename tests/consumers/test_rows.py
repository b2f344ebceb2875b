"""Tokens: equal ones mean equal rows (semantics 3.2); the same offsets under the same decisions have the same one."""

from dataclasses import replace
from typing import Any

import polars as pl
import pytest

from consumers import rows
from consumers.messages import Batch, batch_of
from consumers.process import Processed, process
from consumers.pseudonyms import Pseudonyms, pseudonyms
from consumers.read import read
from tests.consumers.memory import MemoryRegister, Record
from tests.events import message

KEYS = pseudonyms("p" * 32, "m" * 32, 1)
TOPIC = "student-changes.t"
VALUES = (message(number=1), message(number=2, person_id="12"), b"garbage", None, b"")


def batch(
    values: Any = VALUES, *, topic: str = TOPIC, partition: int = 3, first: int = 10, time: int = 10**12
) -> Batch:
    records = [Record(topic, partition, first + at, time + at, value) for at, value in enumerate(values)]
    return batch_of({"all": records})


def processed(one: Batch | None = None) -> Processed:
    return process(read(one or batch(), KEYS, 10**6), MemoryRegister(), KEYS)


def token(one: Processed, keys: Pseudonyms = KEYS) -> str:
    return rows.stored(one, keys).token


def test_a_redelivery_has_the_same_token() -> None:
    assert token(processed()) == token(processed())


@pytest.mark.parametrize(
    "other",
    [
        batch((message(number=1, room="2"), *VALUES[1:])),
        batch((*VALUES[:3], b"", b"")),
        batch((*VALUES[:3], None, None)),
        batch((*VALUES[:2], b"garbag", b"e", b"")),
        batch(VALUES[:4]),
        batch(topic="student-changes.u"),
        batch(partition=4),
        batch(first=11),
        batch(time=10**12 + 1),
    ],
)
def test_another_log_has_another(other: Batch) -> None:
    assert token(processed(other)) != token(processed())


@pytest.mark.parametrize(
    "decided",
    [
        pl.lit(2, pl.Int32).alias("outcome"),
        pl.lit(5, pl.Int64).alias("first_received"),
        pl.col("stored").not_().alias("stored"),
        pl.lit(["IDENTITY_REUSED"]).alias("codes"),
    ],
)
def test_another_decision_has_another(decided: pl.Expr) -> None:
    one = processed()
    assert token(replace(one, outcomes=one.outcomes.with_columns(decided))) != token(one)


def test_another_version_of_secrets_or_rows_has_another(monkeypatch: pytest.MonkeyPatch) -> None:
    one = processed()
    before = token(one)
    assert token(one, pseudonyms("p" * 32, "m" * 32, 2)) != before
    monkeypatch.setattr(rows, "ROWS_VERSION", rows.ROWS_VERSION + 1)
    assert token(one) != before
