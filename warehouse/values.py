"""Between Python's values and what clickhouse-driver reads and writes when strings travel as bytes.

The driver cannot tell text from FixedString bytes by itself; the column's type can.
"""

from collections.abc import Callable, Sequence
from typing import Any


def encoded(values: Sequence[Any]) -> list[Any]:
    """A column for the driver: text becomes UTF-8 bytes, anything else is left as it is. Columns are of one kind."""
    probe = next((value for value in values if value is not None), None)
    if isinstance(probe, str):
        return [None if value is None else value.encode() for value in values]
    if isinstance(probe, list | tuple):
        return [encoded(value) if value else [] for value in values]
    return list(values)


def decoder(type_name: str) -> Callable[[Sequence[Any]], Sequence[Any]]:
    """How to turn a column of this ClickHouse type into Python values.

    FixedString stays bytes at the top level only: nested in an array or a tuple, hex() it in SQL.
    """
    if "String" not in type_name or type_name.startswith(
        ("FixedString", "Nullable(FixedString", "LowCardinality(Fixed")
    ):
        return lambda values: values
    return lambda values: [_text(value) for value in values]


def _text(value: Any) -> Any:  # noqa: ANN401 - whatever the warehouse holds
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, tuple):
        return tuple(_text(part) for part in value)
    if isinstance(value, list):
        return [_text(part) for part in value]
    if isinstance(value, dict):
        return {_text(key): _text(part) for key, part in value.items()}
    return value
