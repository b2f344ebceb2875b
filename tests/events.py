"""Generated events for tests: plain dicts that fit the contract, of people who do not exist."""

import random
import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st
from stdnum.th import pin

from schemas import catalogue
from schemas.framing import encode

SCHOOL = "1020080005"


def person_id(number: int) -> str:
    """A valid national number, one for each `number`."""
    first = f"1{number:011d}"
    return first + pin.calc_check_digit(first + "0")


def event(number: int = 1, **fields: Any) -> dict[str, Any]:
    """The header of an event about pupil `number`; its id is random unless given."""
    return {
        "event_id": str(uuid.UUID(int=random.Random(number).getrandbits(128), version=4)),
        "school_code": SCHOOL,
        "person_id": person_id(number),
        "academic_year": 2565,
        "effective_date": date(2022, 5, 16),
        "recorded_at": datetime(2022, 6, 1, 8, tzinfo=UTC),
        "source": "test/1",
        **fields,
    }


def enrolled(number: int = 1, **fields: Any) -> dict[str, Any]:
    """A StudentEnrolled."""
    made = {
        "entry_reason": "OPENING",
        "grade": "04",
        "room": "1",
        "sex": "M",
        "first_name": "ทดสอบ",
        "last_name": "ไม่มีจริง",
    }
    return event(number, **(made | {"birth_date": date(2015, 7, 1)} | fields))


def message(kind: str = "StudentEnrolled", **fields: Any) -> bytes:
    """A framed event."""
    return encode(kind, enrolled(**fields) if kind == "StudentEnrolled" else event(**fields))


def any_event(kind: str) -> st.SearchStrategy[dict[str, Any]]:
    """Every value the schema of a kind admits, sense or nonsense."""
    fields = catalogue.current(kind).definition["fields"]
    return st.fixed_dictionaries({field["name"]: _any(field["type"]) for field in fields})


def _any(avro: Any) -> st.SearchStrategy[Any]:
    if isinstance(avro, list):
        return st.one_of(*(_any(part) for part in avro))
    if isinstance(avro, dict) and avro["type"] == "enum":
        return st.sampled_from(avro["symbols"])
    name = avro.get("logicalType", avro["type"]) if isinstance(avro, dict) else avro
    return {
        "null": st.none(),
        "string": st.text(max_size=20),
        "uuid": st.uuids().map(str),
        "int": st.integers(-(2**31), 2**31 - 1),
        "date": st.dates(date(1900, 1, 1), date(2600, 1, 1)),
        "timestamp-millis": st.datetimes(datetime(1950, 1, 1), datetime(2600, 1, 1), timezones=st.just(UTC)),
    }[name]


def plain_values(event: dict[str, Any]) -> dict[str, Any]:
    """An event's values as the register's columns hold them: days and milliseconds since 1970, text."""

    def one(value: Any) -> Any:
        if isinstance(value, datetime):
            return (value - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)
        if isinstance(value, date):
            return (value - date(1970, 1, 1)).days
        return str(value) if isinstance(value, uuid.UUID) else value

    return {name: one(value) for name, value in event.items()}
