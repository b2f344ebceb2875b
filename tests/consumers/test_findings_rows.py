"""Messages of register.findings as rows: all of them, or a clear no."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumers.findings_rows import rows_of
from consumers.messages import Batch, batch_of
from schemas import answers
from schemas.errors import ThabianError
from tests.consumers.findings import EPOCH, TOLD, finding


def batch(*values: bytes | None, first: int = 0) -> Batch:
    records: list[Any] = [
        SimpleNamespace(topic="f", partition=3, offset=at, timestamp=at, value=value, key=b"", headers=())
        for at, value in enumerate(values, start=first)
    ]
    return batch_of({"f": records})


def message(number: int, **more: Any) -> bytes:
    return answers.encode("Finding", finding(number, **more))


def test_a_row_says_what_the_message_said_and_where_it_stood() -> None:
    caused = EPOCH + timedelta(milliseconds=TOLD - 5)
    rows = rows_of(batch(message(1, caused_at=caused), None, message(2, state="RESOLVED")))
    columns = rows.columns
    assert columns["offset"] == [0, 2], "a tombstone is no row"
    assert columns["state"] == [1, 2]
    assert columns["told_at"] == [TOLD, TOLD]
    assert columns["caused_at"] == [TOLD - 5, 0]
    assert columns["evidence"] == [[(1).to_bytes(16, "big")], [(2).to_bytes(16, "big")]]
    assert rows.told == {("ACTIVE_AT_TWO_SCHOOLS", "OPEN"): 1, ("ACTIVE_AT_TWO_SCHOOLS", "RESOLVED"): 1}


@given(st.binary(max_size=80))
def test_what_cannot_be_read_stops_with_its_place(broken: bytes) -> None:
    with pytest.raises(ThabianError, match=r"FINDING_UNREADABLE.*f\[3\]@8"):
        rows_of(batch(message(1), broken, first=7))


def test_a_state_of_tomorrow_is_not_stored_as_another() -> None:
    with pytest.raises(ThabianError, match="newer"):
        rows_of(batch(message(1, state="UNKNOWN")))


def test_equal_tokens_mean_equal_rows() -> None:
    one, two = message(1), message(2)
    assert rows_of(batch(one, two)).token == rows_of(batch(one, two)).token
    assert (
        len({rows_of(each).token for each in (batch(one, two), batch(two, one), batch(one), batch(one, first=1))}) == 4
    )
