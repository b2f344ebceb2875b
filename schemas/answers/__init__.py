"""What intake answers with: arrays of accepted changes and of receipts, framed like events (single-object encoding)."""

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
def schema(name: str) -> tuple[Any, bytes]:
    """(parsed schema, message prefix) of AcceptedChanges or Receipts."""
    text = json.loads((resources.files("schemas.answers") / f"{name}.avsc").read_text(encoding="utf-8"))
    return fastavro.parse_schema(text), SINGLE_OBJECT_MARK + fingerprint(text)


def encode(name: str, answer: Mapping[str, Any]) -> bytes:
    """One message."""
    parsed, prefix = schema(name)
    body = io.BytesIO()
    body.write(prefix)
    fastavro.schemaless_writer(body, parsed, dict(answer))
    return body.getvalue()


def decode(name: str, message: bytes) -> dict[str, Any]:
    """What `encode` was given. Raises ValueError for a message of another schema."""
    parsed, prefix = schema(name)
    if message[:SINGLE_OBJECT_LENGTH] != prefix:
        raise ValueError(f"not a message of {name}")
    read = fastavro.schemaless_reader(io.BytesIO(message[SINGLE_OBJECT_LENGTH:]), parsed, None)
    if not isinstance(read, dict):
        raise TypeError(name)
    return read
