"""docs/events.md: the contract, for whoever publishes."""

from collections.abc import Mapping
from typing import Any

from schemas import catalogue
from schemas.catalogue import Schema
from thabian.reference.markdown import document, table

_HEADER_FIELDS = 8
"""What every event begins with (design 3)."""


def page() -> str:
    """The page."""
    first = catalogue.current(catalogue.KINDS[0])
    shared = first.definition["fields"][:_HEADER_FIELDS]
    return document(
        "Events",
        _INTRODUCTION,
        "## What every event begins with\n",
        _fields(shared),
        *(_section(catalogue.current(kind)) for kind in catalogue.KINDS),
        "## Published versions\n",
        table(
            ("kind", "version", "fingerprint (CRC-64-AVRO, as on the wire)", "Confluent id"),
            ((s.kind, str(s.version), s.fingerprint.hex(), str(s.registry_id)) for s in catalogue.published()),
        ),
    )


_INTRODUCTION = """One Avro record per kind of change, sent to the publisher's own topic `student-changes.<publisher>`, keyed
by `school_code`. Two framings are accepted, told apart by their first bytes: Avro single-object encoding (`C3 01`, 8 bytes of
fingerprint, body), which needs no registry, and the Confluent wire format (`00`, 4 bytes of id, body) with the ids below
until a registry is configured. Any compatible older or newer version of a schema is read.

A field with default null may be left out. In `ProfileCorrected` null means unchanged and the empty string clears.
The `.avsc` files are in `schemas/events/`.
"""


def _section(schema: Schema) -> str:
    own = schema.definition["fields"][_HEADER_FIELDS:]
    fields = _fields(own) if own else "No fields of its own.\n"
    return f"## {schema.kind}\n\n{schema.definition['doc']}\n\n{fields}"


def _fields(fields: list[Mapping[str, Any]]) -> str:
    rows = ((f"`{field['name']}`", _type(field["type"]), _required(field), field["doc"]) for field in fields)
    return table(("field", "type", "required", "meaning"), rows)


def _required(field: Mapping[str, Any]) -> str:
    if "default" not in field:
        return "yes"
    return "" if field["default"] is None else f"default {field['default']}"


def _type(avro: Any) -> str:  # noqa: ANN401 - JSON
    if isinstance(avro, list):
        return " or ".join(_type(part) for part in avro)
    if not isinstance(avro, dict):
        return str(avro)
    if avro["type"] == "enum":
        return "enum: " + ", ".join(avro["symbols"])
    return f"{avro['type']} ({avro['logicalType']})"
