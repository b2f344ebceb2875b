"""From text as sent to the forms that are compared, keyed and stored. What does not fit becomes null; the rules say why."""

from typing import Final

import polars as pl

from schemas.identity import normalise_person_id

EVENT_ID: Final = "event_uuid"
REPLACES: Final = "replaces_uuid"
VOIDS: Final = "voids_uuid"
SCHOOL: Final = "school"
OTHER_SCHOOL: Final = "other_school"
PERSON: Final = "person"
NEW_PERSON: Final = "new_person"

_UUID: Final = r"^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$"
_NIL: Final = bytes(16)
_SCHOOL_CODE: Final = r"^[0-9]{10}$"
_PERSON_ID: Final = r"^(?:[0-9]{13}|G[0-9]{12})$"


def normalise(events: pl.DataFrame) -> pl.DataFrame:
    """Add event_uuid, replaces_uuid, voids_uuid (16 bytes), school, other_school (numbers), person, new_person (text)."""
    other = pl.coalesce("from_school", "to_school")
    return events.with_columns(
        _uuid("event_id").alias(EVENT_ID),
        _uuid("replaces").alias(REPLACES),
        _uuid("voids").alias(VOIDS),
        _school(pl.col("school_code")).alias(SCHOOL),
        _school(other).alias(OTHER_SCHOOL),
        _person_ids(events["person_id"]).alias(PERSON),
        _person_ids(events["new_person_id"]).alias(NEW_PERSON),
    )


def _uuid(column: str) -> pl.Expr:
    text = pl.when(pl.col(column).str.contains(_UUID)).then(pl.col(column))
    read = text.str.replace_all("-", "", literal=True).str.decode("hex", strict=False)
    return pl.when(read != pl.lit(_NIL)).then(read)


def _school(column: pl.Expr) -> pl.Expr:
    number = pl.when(column.str.contains(_SCHOOL_CODE)).then(column).cast(pl.UInt64, strict=False)
    return pl.when(number > 0).then(number)


def _person_ids(sent: pl.Series) -> pl.Series:
    """The one scalar rule of the contract; ids that are normal already, nearly all, are not sent through it."""
    normal = sent.str.contains(_PERSON_ID).fill_null(value=True)
    if normal.all():
        return sent
    rest = sent.filter(~normal)
    mended = [normalise_person_id(text) for text in rest]
    return sent.scatter((~normal).arg_true(), pl.Series(mended, dtype=pl.String))
