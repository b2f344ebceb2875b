"""What (b) and (c) do with an event: read it with fastavro, check five things, drop ids seen before. No database."""

import io
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import fastavro

SCHEMA = Path(__file__).parent.parent / "schemas" / "events" / "StudentEnrolled" / "1.avsc"
PARSED = fastavro.parse_schema(json.loads(SCHEMA.read_text(encoding="utf-8")))
PREFIX = 10
_SCHOOL = re.compile(r"[0-9]{10}")
_PERSON = re.compile(r"[0-9]{13}|G[0-9]{12}")


def read(message: bytes) -> Mapping[str, Any]:
    event = fastavro.schemaless_reader(io.BytesIO(message[PREFIX:]), PARSED, None)
    assert isinstance(event, dict)
    return event


def is_valid(event: Mapping[str, Any]) -> bool:
    return bool(
        _SCHOOL.fullmatch(event["school_code"])
        and _PERSON.fullmatch(event["person_id"])
        and 2401 <= event["academic_year"] <= 2691
        and event["effective_date"].year <= 2400
        and event["sex"] in ("M", "F")
    )
