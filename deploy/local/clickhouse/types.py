"""How many bytes a column of a type takes in a Native block, found by walking over it without decoding anything.

The native protocol gives no lengths for blocks. Whoever passes blocks on as they are has to know where each one ends.
"""

import re
from collections.abc import Callable
from functools import cache
from typing import NamedTuple

from deploy.local.clickhouse.buffer import Buffer
from deploy.local.clickhouse.errors import UNKNOWN_TYPE, ServerError

BITS = {"8": 1, "16": 2, "32": 4, "64": 8, "128": 16, "256": 32}
FIXED = {f"{sign}Int{bits}": size for sign in ("", "U") for bits, size in BITS.items()}
FIXED |= {f"Decimal{bits}": BITS[bits] for bits in ("32", "64", "128", "256")}
FIXED |= {"Float32": 4, "Float64": 8, "BFloat16": 2, "Bool": 1, "Enum8": 1, "Enum16": 2, "Nothing": 1}
FIXED |= {"Date": 2, "Date32": 4, "DateTime": 4, "DateTime64": 8, "Time": 4, "Time64": 8}
FIXED |= {"UUID": 16, "IPv4": 4, "IPv6": 16}
DECIMAL_DIGITS = ((9, 4), (18, 8), (38, 16), (76, 32))  # up to so many digits: so many bytes
ALIASES = {"Point": "Tuple(Float64, Float64)", "Ring": "Array(Point)", "LineString": "Array(Point)"}
ALIASES |= {"Polygon": "Array(Ring)", "MultiLineString": "Array(LineString)", "MultiPolygon": "Array(Polygon)"}
NAMED = re.compile(r"(?:`(?:[^`\\]|\\.)*`|\w+)\s+(\S.*)", re.DOTALL)
HAS_DICTIONARY = 0x200
INDEX_SIZE = 0xFF


class Walker(NamedTuple):
    """Passes over a column: first what stands before all data, then the data of so many rows."""

    prefix: Callable[[Buffer], None]
    data: Callable[[Buffer, int], None]


@cache
def walker(name: str) -> Walker:
    """The walker of a type by its name. Raises `ServerError` for types that cannot be walked over (JSON, Variant)."""
    name = ALIASES.get(name, name)
    base, size = name.partition("(")[0], _fixed_size(name)
    if size:
        return _fixed(size)
    if base == "String":
        return Walker(_nothing, Buffer.skip_strings)
    try:
        make = COMPOSITES[base]
    except KeyError:
        raise ServerError(UNKNOWN_TYPE, f"The local server cannot pass on the type {base} (UNKNOWN_TYPE)") from None
    return make(arguments(name))


def arguments(name: str) -> list[str]:
    """The outermost arguments of `Type(a, b, …)`: commas in quotes and inner brackets do not part them."""
    inner = name[name.index("(") + 1 : name.rindex(")")]
    parts, depth, quote, start, escaped = [], 0, "", 0, False
    for position, letter in enumerate(inner):
        if escaped:
            escaped = False
        elif quote:
            escaped = letter == "\\"
            quote = "" if letter == quote else quote
        elif letter in "'`":
            quote = letter
        elif letter == "," and not depth:
            parts.append(inner[start:position].strip())
            start = position + 1
        else:
            depth += {"(": 1, ")": -1}.get(letter, 0)
    return [*parts, inner[start:].strip()]


def _fixed_size(name: str) -> int:
    base = name.partition("(")[0]
    if base == "FixedString":
        return int(arguments(name)[0])
    if base == "Decimal":
        digits = int(arguments(name)[0])
        return next(size for most, size in DECIMAL_DIGITS if digits <= most)
    if base.startswith("Interval"):
        return 8
    return FIXED.get(base, 0)


def _nothing(_: Buffer) -> None:
    """No prefix."""


def _fixed(size: int) -> Walker:
    return Walker(_nothing, lambda buffer, rows: buffer.skip(size * rows))


def _nullable(inner: list[str]) -> Walker:
    prefix, values = walker(inner[0])

    def data(buffer: Buffer, rows: int) -> None:
        buffer.skip(rows)
        values(buffer, rows)

    return Walker(prefix, data)


def _array(inner: list[str]) -> Walker:
    prefix, values = walker(inner[0])

    def data(buffer: Buffer, rows: int) -> None:
        if rows:
            buffer.skip(8 * (rows - 1))
            values(buffer, buffer.u64())  # the last offset is the number of values

    return Walker(prefix, data)


def _tuple(inner: list[str]) -> Walker:
    if inner == [""]:
        raise ServerError(UNKNOWN_TYPE, "The local server cannot pass on empty tuples (UNKNOWN_TYPE)")
    parts = [walker(_without_name(each)) for each in inner]

    def prefix(buffer: Buffer) -> None:
        for part in parts:
            part.prefix(buffer)

    def data(buffer: Buffer, rows: int) -> None:
        for part in parts:
            part.data(buffer, rows)

    return Walker(prefix, data)


def _without_name(element: str) -> str:
    found = NAMED.fullmatch(element)
    return found[1] if found else element


def _map(inner: list[str]) -> Walker:
    return _array([f"Tuple({', '.join(inner)})"])


def _low_cardinality(inner: list[str]) -> Walker:
    dictionary = walker(arguments(inner[0])[0] if inner[0].startswith("Nullable(") else inner[0]).data

    def data(buffer: Buffer, rows: int) -> None:
        if rows:
            flags = buffer.u64()
            if flags & HAS_DICTIONARY:
                dictionary(buffer, buffer.u64())
            buffer.skip(buffer.u64() << (flags & INDEX_SIZE))

    return Walker(lambda buffer: buffer.skip(8), data)


COMPOSITES: dict[str, Callable[[list[str]], Walker]] = {
    "Nullable": _nullable,
    "Array": _array,
    "Tuple": _tuple,
    "Map": _map,
    "Nested": _map,
    "LowCardinality": _low_cardinality,
    "SimpleAggregateFunction": lambda inner: walker(inner[1]),
}
