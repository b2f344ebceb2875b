"""A processed batch as the rows of the warehouse's tables: columns of plain types, made without a look at single events."""

import hashlib
from collections.abc import Sequence
from typing import Final

import numpy as np
import polars as pl

from consumers.columns import KIND, ROW
from consumers.content import CONTENT_VERSION
from consumers.dedupe import CONTENT
from consumers.normalise import EVENT_ID, NEW_PERSON, OTHER_SCHOOL, PERSON, REPLACES, SCHOOL, VOIDS
from consumers.ports import Stored
from consumers.process import Processed
from consumers.pseudonyms import NO_KEY, Pseudonyms
from schemas import attributes
from schemas.identity import NORMALISATION_VERSION

_ACTS: Final = {
    "StudentEnrolled": 1,
    "StudentTransferredIn": 2,
    "StudentTransferredOut": 3,
    "StudentDroppedOut": 4,
    "StudentDied": 5,
    "StudentGraduated": 6,
    "DischargeDeferred": 9,
    "IdentityReplaced": 13,
    "EventVoided": 14,
}
"""Numbers of change_log.act by kind; decisions and corrections split further."""
_DECISIONS: Final = {"PROMOTED": 7, "REPEATS": 8, "UNKNOWN": 10}
_SINCE: Final = {"ENTRY": 11, "EFFECTIVE_DATE": 12}

_PLACE: Final = ("topic", "partition", "offset")

ROWS_VERSION: Final = 1
"""Part of every token. A change here in how rows are made from an event is a new version."""


def act() -> pl.Expr:
    """change_log.act of an event."""
    by_kind = pl.col(KIND).replace_strict(_ACTS, default=None, return_dtype=pl.UInt8)
    decided = pl.col("decision").replace_strict(_DECISIONS, default=None, return_dtype=pl.UInt8)
    since = pl.col("since").replace_strict(_SINCE, default=None, return_dtype=pl.UInt8)
    return pl.coalesce(by_kind, decided, since)


def given(columns: Sequence[str]) -> pl.Expr:
    """Bit i set: the event gives column i."""
    bits = [pl.col(name).is_not_null().cast(pl.UInt32) * 2**bit for bit, name in enumerate(columns)]
    return pl.sum_horizontal(bits)


def stored(processed: Processed, pseudonyms: Pseudonyms, keyed: pl.DataFrame | None = None) -> Stored:
    """Every row of a batch. Equal batches and decisions give equal rows and an equal token (semantics 3.2).

    `keyed`: what `keyed_changes` made of this batch, if it is needed elsewhere too.
    """
    keyed = keyed_changes(processed.changes, pseudonyms) if keyed is None else keyed
    tables = {
        # First: whoever meets a batch stored in part sees by them what was decided (docs/delivery.md).
        "event_identities": _identities(keyed),
        "change_log": _change_log(keyed, pseudonyms.key_version),
        "persons": _persons(keyed),
        "receipts": _receipts(processed.outcomes),
    }
    return Stored(tables, _token(processed, pseudonyms.key_version))


def keyed_changes(changes: pl.DataFrame, pseudonyms: Pseudonyms) -> pl.DataFrame:
    """The changes with every key and derived column that is stored or answered."""
    keys = [
        pseudonyms.person_keys(changes[PERSON]).alias("person_key"),
        pseudonyms.person_keys(changes[NEW_PERSON]).alias("new_person_key"),
        pseudonyms.match_keys(changes).alias("match_key"),
        pseudonyms.birth_keys(changes["birth_date"]).alias("birth_key"),
    ]
    census = ["birth_date" if name == "birth_key" else name for name in attributes.CENSUS]
    level = pl.coalesce("grade", "next_grade")
    return changes.with_columns(*keys, act().alias("act"), level.alias("grade")).with_columns(
        given(census).cast(pl.UInt16).alias("given"),
        given(attributes.PERSONAL).alias("given_personal"),
        pl.coalesce("entry_reason", "reason", "destination").alias("reason"),
        _id_kind().alias("id_kind"),
        pl.from_epoch("effective_date", time_unit="d").alias("effective_day"),
        pl.from_epoch(pl.col("birth_date").fill_null(0), time_unit="d").alias("birth_day"),
    )


def _id_kind() -> pl.Expr:
    """As schemas.identity.id_kind, over a column."""
    first = pl.col(PERSON).str.slice(0, 1)
    return (
        pl.when(first == "G")
        .then(pl.lit("G"))
        .when(first == "0")
        .then(pl.lit("ZERO_SERIES"))
        .otherwise(pl.lit("NATIONAL"))
    )


def _texts(*names: str) -> pl.Expr:
    return pl.col(*names).fill_null("")


def _bytes(*names: str) -> pl.Expr:
    return pl.col(*names).fill_null(pl.lit(NO_KEY))


def _change_log(keyed: pl.DataFrame, key_version: int) -> pl.DataFrame:
    return keyed.select(
        pl.col(SCHOOL).alias("school_code"),
        *("person_key", "academic_year"),
        pl.col("effective_day").alias("effective_date"),
        *("recorded_at", "act"),
        pl.col(EVENT_ID).alias("event_id"),
        _bytes(REPLACES).alias("replaces"),
        _bytes(VOIDS).alias("voids"),
        *("new_person_key", "given"),
        _texts("grade", "room", "student_number", "sex"),
        "birth_key",
        _texts("disadvantage", "disability", "boarding", "reason"),
        pl.col(OTHER_SCHOOL).fill_null(0).alias("other_school"),
        "id_kind",
        _texts("source"),
        CONTENT,
        pl.lit(CONTENT_VERSION, pl.UInt8).alias("rules_version"),
        pl.lit(key_version, pl.UInt8).alias("key_version"),
        *(*_PLACE, "append_time", "first_received"),
    )


def _persons(keyed: pl.DataFrame) -> pl.DataFrame:
    return keyed.select(
        pl.col(SCHOOL).alias("school_code"),
        pl.col(EVENT_ID).alias("event_id"),
        "person_key",
        pl.col(PERSON).alias("person_id"),
        _texts(NEW_PERSON).alias("new_person_id"),
        "match_key",
        pl.col("given_personal").alias("given"),
        _texts(*(name for name in attributes.PERSONAL if name != "birth_date")),
        pl.col("birth_day").alias("birth_date"),
        *("birth_key", *_PLACE),
    )


def _identities(keyed: pl.DataFrame) -> pl.DataFrame:
    return keyed.select(
        pl.col(EVENT_ID).alias("event_id"),
        pl.col(SCHOOL).alias("school_code"),
        *("append_time", *_PLACE, CONTENT),
    )


def _receipts(outcomes: pl.DataFrame) -> pl.DataFrame:
    return outcomes.select(
        *(*_PLACE, "append_time", "first_received", "outcome", "codes"),
        pl.col("stored").cast(pl.UInt8),
        _texts(KIND),
        pl.col(SCHOOL).fill_null(0).alias("school_code"),
        _bytes(EVENT_ID).alias("event_id"),
    )


def _token(processed: Processed, key_version: int) -> str:
    """A hash of all the rows are made from, at a fraction of the cost of the rows: equal tokens, equal rows (semantics 3.2).

    Bytes and places say what the log holds, decisions what was made of it. Lengths stand apart from what they measure, so
    that no two batches lay their bytes out alike.
    """
    outcomes = processed.outcomes.sort(ROW)
    versions = (ROWS_VERSION, CONTENT_VERSION, NORMALISATION_VERSION, key_version)
    digest = hashlib.sha256(repr((versions, sorted(processed.batch.ranges().items()))).encode())
    lengths, data = processed.batch.content()
    digest.update(lengths)
    digest.update(data)
    for name in ("partition", "offset", "append_time", "first_received", "outcome", "stored"):
        digest.update(outcomes[name].fill_null(0).to_numpy().astype(np.int64).tobytes())
    texts = outcomes.select("topic", pl.col("codes").list.join(",").alias("codes"))
    for name in texts.columns:
        digest.update(("\x1f".join(texts[name].to_list()) + "\x1e").encode())
    return digest.hexdigest()
