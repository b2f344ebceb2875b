"""The columns an event of any kind is decoded into: the union of all current schemas, in plain types."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import polars as pl

from schemas import catalogue

ROW = "row"
"""Index of the message in its batch."""
KIND = "kind"


def avro_type(field: Mapping[str, Any]) -> Any:  # noqa: ANN401 - JSON
    """A field's type without the null of its union."""
    given = field["type"]
    if isinstance(given, list):
        return next(part for part in given if part != "null")
    return given


def plain_name(avro: Any) -> str:  # noqa: ANN401 - JSON
    """Name of the plain type: string, int, long, enum …"""
    return avro["type"] if isinstance(avro, dict) else str(avro)


_POLARS = {"string": pl.String, "int": pl.Int32, "long": pl.Int64, "enum": pl.String}


@cache
def event_columns() -> Mapping[str, Any]:
    """Name → polars type of every field of every current schema. Dates are days, times milliseconds since 1970 UTC."""
    found: dict[str, Any] = {}
    for kind in catalogue.KINDS:
        for field in catalogue.current(kind).definition["fields"]:
            found.setdefault(field["name"], _POLARS[plain_name(avro_type(field))])
    return found


def frame_schema() -> dict[str, Any]:
    """Row index, kind and every field."""
    return {ROW: pl.UInt32, KIND: pl.String, **event_columns()}
