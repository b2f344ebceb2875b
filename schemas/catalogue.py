"""Every published version of every event's schema, and how to find one by what stands before a message.

`events/<Kind>/<version>.avsc` holds the texts, `catalogue.json` pins each one's fingerprint (CRC-64-AVRO of its parsing
canonical form), its digest, and its id in the Confluent wire format until a registry is configured. A published schema never
changes: a new version is a new file and a new line. Its documentation may be put better.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any, Final

import fastavro.schema

from schemas.errors import ThabianError

NAMESPACE: Final = "th.thabian.events"

KINDS: Final = (
    "StudentEnrolled",
    "StudentTransferredIn",
    "StudentTransferredOut",
    "StudentDroppedOut",
    "StudentDied",
    "StudentGraduated",
    "YearEndDecided",
    "DischargeDeferred",
    "ProfileCorrected",
    "IdentityReplaced",
    "EventVoided",
)
"""The eleven kinds of change (design 3)."""


@dataclass(frozen=True, slots=True)
class Schema:
    """One published version of one kind's schema."""

    kind: str
    version: int
    fingerprint: bytes
    """8 bytes, little-endian, as the single-object encoding carries it."""
    registry_id: int
    definition: Mapping[str, Any] = field(repr=False, hash=False, compare=False)
    """The .avsc, as JSON."""
    parsed: Any = field(repr=False, hash=False, compare=False)
    """The same for fastavro."""

    @property
    def fields(self) -> tuple[str, ...]:
        """Field names in the order they are written."""
        return tuple(item["name"] for item in self.definition["fields"])


def definition(kind: str, version: int) -> dict[str, Any]:
    """The .avsc of one version."""
    text = (resources.files("schemas") / "events" / kind / f"{version}.avsc").read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


def fingerprint(schema: Mapping[str, Any]) -> bytes:
    """CRC-64-AVRO of the parsing canonical form, 8 bytes little-endian (Avro specification, "Schema Fingerprints")."""
    canonical = fastavro.schema.to_parsing_canonical_form(dict(schema))
    return bytes.fromhex(fastavro.schema.fingerprint(canonical, "CRC-64-AVRO"))


def digest(schema: Mapping[str, Any]) -> str:
    """SHA-256, hex, of all a schema says but its documentation.

    The parsing canonical form leaves out defaults and logical types: under one fingerprint a date could become a number.
    """
    return hashlib.sha256(json.dumps(_undocumented(schema), sort_keys=True).encode()).hexdigest()


def _undocumented(part: Any) -> Any:  # noqa: ANN401 - JSON
    if isinstance(part, Mapping):
        return {name: _undocumented(value) for name, value in part.items() if name != "doc"}
    return [_undocumented(item) for item in part] if isinstance(part, list) else part


@cache
def published() -> tuple[Schema, ...]:
    """All published versions, oldest first."""
    lines = json.loads((resources.files("schemas") / "catalogue.json").read_text(encoding="utf-8"))
    return tuple(_load(line) for line in lines)


def _load(line: Mapping[str, Any]) -> Schema:
    text = definition(line["kind"], line["version"])
    found = fingerprint(text)
    if found.hex() != line["fingerprint"] or digest(text) != line["digest"]:
        raise ThabianError(
            "CATALOGUE_CHANGED",
            f"schemas/events/{line['kind']}/{line['version']}.avsc is not the text that was published",
        )
    parsed = fastavro.schema.parse_schema(text)
    return Schema(line["kind"], line["version"], found, line["registry_id"], text, parsed)


@cache
def current(kind: str) -> Schema:
    """The newest version of a kind: what we write, and what every message is read as."""
    return max((schema for schema in published() if schema.kind == kind), key=lambda schema: schema.version)


@cache
def by_fingerprint() -> Mapping[bytes, Schema]:
    """Published versions by single-object fingerprint."""
    return {schema.fingerprint: schema for schema in published()}


@cache
def by_registry_id() -> Mapping[int, Schema]:
    """Published versions by Confluent id."""
    return {schema.registry_id: schema for schema in published()}
