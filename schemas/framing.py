"""What stands before an Avro body on the wire: two framings, told apart by their first bytes (design 3)."""

import io
from collections.abc import Mapping
from typing import Any, Final, Literal

import fastavro

from schemas import catalogue
from schemas.catalogue import Schema

Framing = Literal["single-object", "confluent"]

SINGLE_OBJECT_MARK: Final = b"\xc3\x01"
SINGLE_OBJECT_LENGTH: Final = 10
"""Mark and 8 bytes of fingerprint (Avro specification, "Single-object encoding")."""
CONFLUENT_MARK: Final = b"\x00"
CONFLUENT_LENGTH: Final = 5
"""Mark and 4 bytes of schema id, big-endian (Confluent wire format)."""


class UnframedError(Exception):
    """A message that cannot be given a writer schema; `code` is one of `schemas.codes.MESSAGES`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def prefix(schema: Schema, framing: Framing = "single-object") -> bytes:
    """The bytes that stand before a body written with this schema."""
    if framing == "single-object":
        return SINGLE_OBJECT_MARK + schema.fingerprint
    return CONFLUENT_MARK + schema.registry_id.to_bytes(4, "big")


def writer(message: bytes) -> tuple[Schema, int]:
    """The writer schema of a message and where its body begins."""
    if message[:2] == SINGLE_OBJECT_MARK:
        found, length = catalogue.by_fingerprint().get(message[2:SINGLE_OBJECT_LENGTH]), SINGLE_OBJECT_LENGTH
    elif message[:1] == CONFLUENT_MARK and len(message) >= CONFLUENT_LENGTH:
        found = catalogue.by_registry_id().get(int.from_bytes(message[1:CONFLUENT_LENGTH], "big"))
        length = CONFLUENT_LENGTH
    else:
        raise UnframedError("FRAMING_UNKNOWN")
    if found is None:
        raise UnframedError("SCHEMA_UNKNOWN")
    return found, length


def encode(kind: str, event: Mapping[str, Any], framing: Framing = "single-object") -> bytes:
    """An event as a message, written with the newest schema of its kind.

    Values are plain: text, int, `datetime.date`, aware `datetime.datetime`; a missing optional field is null. Raises
    ValueError or TypeError when a value does not fit its field.
    """
    schema = catalogue.current(kind)
    unknown = event.keys() - set(schema.fields)
    if unknown:
        raise ValueError(f"unknown field: {min(unknown)}")
    body = io.BytesIO()
    body.write(prefix(schema, framing))
    fastavro.schemaless_writer(body, schema.parsed, dict(event))
    return body.getvalue()


def decode(message: bytes) -> tuple[str, dict[str, Any]]:
    """(kind, event) of one message, read as the newest schema of its kind; for tools and tests, one at a time.

    Raises UnframedError, with code BODY_UNREADABLE when the body does not fit or bytes are left over.
    """
    schema, start = writer(message)
    body = io.BytesIO(message[start:])
    try:
        event = fastavro.schemaless_reader(body, schema.parsed, catalogue.current(schema.kind).parsed)
    except Exception as error:  # the reader raises whatever broken bytes make it raise
        raise UnframedError("BODY_UNREADABLE") from error
    if body.read(1) or not isinstance(event, dict):
        raise UnframedError("BODY_UNREADABLE")
    return schema.kind, event
