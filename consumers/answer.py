"""A processed batch as messages: accepted changes by pupil, receipts by school, dead letters one by one (design 4)."""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import polars as pl

from consumers import replay
from consumers.normalise import EVENT_ID, OTHER_SCHOOL, REPLACES, SCHOOL, VOIDS
from consumers.outcomes import Outcome
from consumers.ports import Outgoing, Position
from consumers.process import Processed
from consumers.pseudonyms import KEY_BYTES, NO_KEY
from consumers.rules.findings import YEAR_BEGINS
from schemas import topics
from schemas.answers.columns import messages
from schemas.segments import matrix_of

_TEXTS: Final = ("grade", "room", "student_number", "sex", "disadvantage", "disability", "boarding", "reason")
_PLACE: Final = ("topic", "partition", "offset")
_KEPT: Final = ("person_key", "new_person_key", "academic_year", "effective_date", "recorded_at", "act", "given")
ANSWERED: Final = (
    *(SCHOOL, *_KEPT, EVENT_ID, REPLACES, VOIDS, *_TEXTS, "birth_key", "birth_day", OTHER_SCHOOL),
    *(*_PLACE, "append_time", "outcome"),
)
"""What `accepted` reads of the keyed changes."""


def accepted(keyed: pl.DataFrame, partitions: int, prefix: str, watermarks: Mapping[Position, int]) -> list[Outgoing]:
    """What is stored as arrays, one message for each partition that gets any.

    Of copies of one identity the first in the log counts, in the stream as in the fold (semantics 2.4): one that came late
    is sent as well, with its place.
    """
    columns = keyed.select(
        pl.col(SCHOOL).alias("school_code"),
        *_KEPT,
        pl.col(EVENT_ID).alias("event_id"),
        pl.col(REPLACES).fill_null(NO_KEY).alias("replaces"),
        pl.col(VOIDS).fill_null(NO_KEY).alias("voids"),
        *(pl.col(name).fill_null("") for name in _TEXTS),
        pl.col("birth_key").reinterpret(signed=True),
        birth_cohort().alias("birth_cohort"),
        pl.col(OTHER_SCHOOL).fill_null(0).alias("other_school"),
        *(*_PLACE, "append_time"),
        (pl.col("outcome") != Outcome.ACCEPTED.value).alias("stands_before"),
    )
    marks = [{"topic": topic, "partition": part, "answered_below": at} for (topic, part), at in watermarks.items()]
    first_bytes = matrix_of(columns["person_key"], KEY_BYTES)[:, :4].copy().view(">u4").ravel()
    places = first_bytes.astype(np.int64) % partitions
    made = messages("AcceptedChanges", columns, places, {"watermarks": marks})
    return [Outgoing(prefix + topics.ACCEPTED.name, part, None, message) for part, message in made]


def birth_cohort() -> pl.Expr:
    """C.E. year of the first 16 May on or after the birth date; 0: none is given.

    It is as much of the date as an age at the beginning of a school year takes, and no more.
    """
    month, day = YEAR_BEGINS
    born = pl.col("birth_day")
    is_after = (born.dt.month() > month) | ((born.dt.month() == month) & (born.dt.day() > day))
    return pl.when(pl.col("birth_key") == 0).then(0).otherwise(born.dt.year() + is_after.cast(pl.Int32))


def receipts(outcomes: pl.DataFrame, partitions: int, prefix: str) -> list[Outgoing]:
    """Outcomes as arrays, one message for each partition that gets any."""
    columns = outcomes.select(
        *_PLACE,
        pl.col("outcome").replace_strict({item.value: item.name for item in Outcome}, return_dtype=pl.String),
        "codes",
        pl.col(SCHOOL).fill_null(0).alias("school_code"),
        pl.col(EVENT_ID).fill_null(NO_KEY).alias("event_id"),
    )
    places = (columns["school_code"] % partitions).cast(pl.Int64).to_numpy()
    made = messages("Receipts", columns, places, {})
    return [Outgoing(prefix + topics.RECEIPTS.name, part, None, message) for part, message in made]


def dead_letters(processed: Processed, prefix: str) -> list[Outgoing]:
    """The original bytes of what could not be read, with where and why as headers; never a value."""
    dead = processed.outcomes.filter(pl.col("outcome") == Outcome.DEAD_LETTER.value)
    columns = ("row", *_PLACE, "codes", "first_received")
    return [_dead_letter(processed, row, prefix) for row in dead.select(columns).iter_rows(named=True)]


def _dead_letter(processed: Processed, row: dict[str, Any], prefix: str) -> Outgoing:
    batch, replayed = processed.batch, processed.replays.get(row["row"])
    facts = {
        "topic": row["topic"],
        "partition": row["partition"],
        "offset": row["offset"],
        "code": row["codes"][0],
        "attempt": 1 if replayed is None else replayed.attempt,
        "first_seen": row["first_received"],
    }
    named = [(f"thabian.{name}", str(value).encode()) for name, value in facts.items()]
    if replayed is not None:
        named.append((replay.REPLAY_OF, replayed.place.encode()))
    ours = frozenset() if replayed is None else replay.NAMES
    index = row["row"]
    original = [_original(name, value) for name, value in batch.headers[index] if name not in ours]
    key, value = batch.keys[index], batch.values[index]
    if key is None and value is None:  # a lawful record that kafka-python does not send: put aside as an empty one
        value = b""
        named.append(("thabian.null", b"key, value"))
    return Outgoing(prefix + topics.DEAD_LETTERS.name, None, key, value, named + original)


def _original(name: str, value: bytes | None) -> tuple[str, bytes]:
    """A header as it came; one without a value, which kafka-python does not send either, under a name that says so."""
    return (f"original.{name}", value) if value is not None else (f"original-null.{name}", b"")
