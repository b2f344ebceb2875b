"""What an event says, as one canonical text: equal text, equal content (semantics 2.2)."""

from typing import Final

import polars as pl

from consumers.columns import KIND, event_columns
from consumers.normalise import NEW_PERSON, PERSON, REPLACES, VOIDS

CONTENT_VERSION: Final = 1
"""Stored with every event beside its hash. A change here, or of a normalisation, is a new version."""

_IDENTITY: Final = frozenset({"event_id", "school_code"})
_NOT_CONTENT: Final = frozenset({"source", "recorded_at"})
"""A resend may come through another system and be stamped anew: still the same content."""

_NORMALISED: Final = {"person_id": PERSON, "new_person_id": NEW_PERSON, "replaces": REPLACES, "voids": VOIDS}


def canonical(events: pl.DataFrame) -> pl.Series:
    """Non-null fields by name, each with the length of its value in bytes, so that no two contents share a text.

    A field that a newer schema added is null when not given, and so leaves the text as it was.
    """
    names = sorted(event_columns().keys() - _IDENTITY - _NOT_CONTENT)
    given = [name for name in names if events[name].null_count() < events.height]
    parts = [_part(name, events) for name in given]
    return events.select(pl.concat_str(KIND, *parts).alias("text"))["text"]


def _part(name: str, events: pl.DataFrame) -> pl.Expr:
    column = _NORMALISED.get(name, name)
    value = pl.col(column)
    text = value.bin.encode("hex") if events.schema[column] == pl.Binary else value.cast(pl.String)
    return pl.format("|{}={}:{}", pl.lit(name), text.str.len_bytes(), text).fill_null("")
