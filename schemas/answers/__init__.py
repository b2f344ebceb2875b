"""What the register tells: arrays of accepted changes and of receipts, acts in rounds, findings, headcounts.

Framed like events (single-object encoding). Topics that are kept whole hold messages of older versions too: those are read as
well.
"""

import io
import json
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

import fastavro

from schemas.catalogue import fingerprint
from schemas.framing import SINGLE_OBJECT_LENGTH, SINGLE_OBJECT_MARK


@cache
def definition(name: str) -> Any:  # noqa: ANN401 - JSON
    """The text of a schema: AcceptedChanges, Receipts, RoundActed, Finding or Headcount."""
    return json.loads((resources.files("schemas.answers") / f"{name}.avsc").read_text(encoding="utf-8"))


@cache
def schema(name: str) -> tuple[Any, bytes]:
    """(parsed schema, message prefix) of one of them."""
    text = definition(name)
    return fastavro.parse_schema(text), SINGLE_OBJECT_MARK + fingerprint(text)


def texts(name: str) -> Mapping[bytes, Any]:
    """Every schema that messages of this name were ever written with, as JSON, by message prefix."""
    folder = resources.files("schemas.answers") / "older"
    older = [
        json.loads(file.read_text(encoding="utf-8")) for file in folder.iterdir() if file.name.startswith(f"{name}-")
    ]
    return {SINGLE_OBJECT_MARK + fingerprint(text): text for text in (*older, definition(name))}


@cache
def _writers(name: str) -> Mapping[bytes, Any]:
    return {prefix: fastavro.parse_schema(text) for prefix, text in texts(name).items()}


def encode(name: str, answer: Mapping[str, Any]) -> bytes:
    """One message."""
    parsed, prefix = schema(name)
    body = io.BytesIO()
    body.write(prefix)
    fastavro.schemaless_writer(body, parsed, dict(answer))
    return body.getvalue()


def decode(name: str, message: bytes) -> dict[str, Any]:
    """What `encode` was given, dates and times as such. Raises ValueError for a broken message, or one of another schema."""
    writer = _writers(name).get(message[:SINGLE_OBJECT_LENGTH])
    if writer is None:
        raise ValueError(f"not a message of {name}")
    parsed, prefix = schema(name)
    body = io.BytesIO(message[SINGLE_OBJECT_LENGTH:])
    try:
        read = fastavro.schemaless_reader(body, writer, None if message.startswith(prefix) else parsed)
    except Exception as error:  # the reader raises whatever broken bytes make it raise
        raise ValueError(f"a broken message of {name}") from error
    if body.read(1) or not isinstance(read, dict):
        raise ValueError(f"a broken message of {name}")
    return read
