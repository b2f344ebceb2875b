"""One value of a JSON event to what the contract's field holds, or the code of what is wrong with it."""

import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache, partial
from typing import Any, Final

from schemas import catalogue, identity, limits
from schemas.thai_dates import LAST_CE_YEAR

_UUID: Final = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_SCHOOL: Final = re.compile(r"[0-9]{10}")
_NO_SYMBOL: Final = "UNKNOWN"
"""Stands for a symbol newer than a reader: no sender means it."""

Read = Callable[[object], object]


class FieldError(Exception):
    """A value that does not fit; `code` is one of `schemas.codes.EVENT_LINES`. Holds no value."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Field:
    """How one field of a kind is read."""

    required: bool
    nullable: bool
    read: Read


@cache
def fields_of(kind: str) -> Mapping[str, Field]:
    """The fields of a kind's current schema, in order."""
    return {item["name"]: _field(item) for item in catalogue.current(kind).definition["fields"]}


def _field(item: Mapping[str, Any]) -> Field:
    kind = item["type"]
    nullable = isinstance(kind, list)
    inner = next(part for part in kind if part != "null") if isinstance(kind, list) else kind
    required = "default" not in item
    return Field(required, nullable, _BY_NAME.get(item["name"]) or _reader(inner, required=required))


def _reader(kind: object, *, required: bool) -> Read:
    if isinstance(kind, dict):
        if kind["type"] == "enum":
            return partial(_symbol, frozenset(kind["symbols"]) - {_NO_SYMBOL})
        return _BY_LOGICAL_TYPE[kind["logicalType"]]
    return _filled_text if required else _text


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise FieldError("FIELD_OF_WRONG_TYPE")
    if limits.is_too_long(value):
        raise FieldError("FIELD_TOO_LONG")
    if not value.isascii() and any("\ud800" <= character <= "\udfff" for character in value):
        raise FieldError("FIELD_OF_WRONG_TYPE")  # half a character: JSON can write it, UTF-8 cannot
    return value


def _filled_text(value: object) -> str:
    text = _text(value)
    if not text.strip():
        raise FieldError("FIELD_REQUIRED")
    return text


def _symbol(symbols: frozenset[str], value: object) -> str:
    text = _text(value)
    if text not in symbols:
        raise FieldError("FIELD_SYMBOL_NOT_KNOWN")
    return text


def _uuid(value: object) -> str:
    text = _text(value)
    if not _UUID.fullmatch(text) or uuid.UUID(text).int == 0:
        raise FieldError("FIELD_NOT_A_UUID")
    return text.lower()


def _any_day(value: object) -> date:
    text = _text(value)
    if not _DAY.fullmatch(text):
        raise FieldError("FIELD_NOT_A_DATE")
    if int(text[:4]) > LAST_CE_YEAR:
        raise FieldError("FIELD_IN_BE")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise FieldError("FIELD_NOT_A_DATE") from None


def _between(first: date, value: object) -> date:
    day = _any_day(value)
    if not first <= day <= limits.LAST_DAY:
        raise FieldError("FIELD_OUT_OF_RANGE")
    return day


def _time(value: object) -> datetime:
    try:
        when = datetime.fromisoformat(_text(value))
    except ValueError:
        raise FieldError("FIELD_NOT_A_TIME") from None
    if when.tzinfo is None:
        raise FieldError("FIELD_NOT_A_TIME")
    if when.year > LAST_CE_YEAR:
        raise FieldError("FIELD_IN_BE")
    if not limits.FIRST_DAY.year < when.year < limits.LAST_DAY.year:
        raise FieldError("FIELD_OUT_OF_RANGE")
    return when.astimezone(UTC)


def _academic_year(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise FieldError("FIELD_OF_WRONG_TYPE")
    if not limits.FIRST_YEAR <= value <= limits.LAST_YEAR:
        raise FieldError("YEAR_NOT_IN_BE")
    return value


def _school(value: object) -> str:
    text = _filled_text(value)
    if not _SCHOOL.fullmatch(text) or int(text) == 0:
        raise FieldError("SCHOOL_CODE_NOT_TEN_DIGITS")
    return text


def _person(value: object) -> str:
    found = identity.normalise_person_id(_filled_text(value))
    if found is None:
        raise FieldError("PERSON_ID_NOT_VALID")
    if identity.is_placeholder(found):
        raise FieldError("PERSON_ID_IS_PLACEHOLDER")
    return found


_BY_LOGICAL_TYPE: Final[Mapping[str, Read]] = {
    "uuid": _uuid,
    "date": partial(_between, limits.FIRST_DAY),
    "timestamp-millis": _time,
}
_BY_NAME: Final[Mapping[str, Read]] = {
    "school_code": _school,
    "person_id": _person,
    "new_person_id": _person,
    "academic_year": _academic_year,
    "birth_date": partial(_between, limits.FIRST_BIRTH),
}
"""Fields that mean more than their type. academic_year is the contract's only number."""
