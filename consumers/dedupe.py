"""Which copy of an identity counts: the first in the log, however often and in whatever order copies arrive (semantics 2)."""

from dataclasses import dataclass
from typing import Final

import polars as pl

from consumers.columns import ROW
from consumers.messages import LOG_ORDER
from consumers.normalise import EVENT_ID, SCHOOL
from consumers.outcomes import Outcome

IDENTITY: Final = (SCHOOL, EVENT_ID)
CONTENT: Final = "content_hash"
_PLACE: Final = ("topic", "partition", "offset")


@dataclass(frozen=True, slots=True)
class Verdicts:
    """Per row: `row`, `outcome` (ACCEPTED, DUPLICATE or CONFLICT) and `stored`, whether this copy belongs in the log."""

    frame: pl.DataFrame


def judge(candidates: pl.DataFrame, copies: pl.DataFrame) -> Verdicts:
    """Tell first copies from later ones.

    `candidates`: valid events of a batch with identity, place (LOG_ORDER columns) and content_hash. `copies`: what the
    register holds of their identities. A redelivered message meets its own stored copy: that is no duplicate. A message
    that stands before the stored copy is stored as well (semantics 2.4): the census then counts it instead.
    """
    # Copies the register holds weigh before any of the batch, but for the place in the log they are equals.
    known = pl.concat(
        [
            copies.select(*IDENTITY, *LOG_ORDER, CONTENT, pl.lit(0).alias("arrival")),
            candidates.select(*IDENTITY, *LOG_ORDER, CONTENT, pl.lit(1).alias("arrival")),
        ],
        how="vertical_relaxed",
    )
    # The copy that answers are given against: the first stored one, or else the first of the batch.
    reference = known.sort("arrival", *LOG_ORDER).unique(IDENTITY, keep="first", maintain_order=True)
    reference = reference.select(
        *IDENTITY,
        pl.struct(LOG_ORDER).alias("first_place"),
        pl.col(CONTENT).alias("first_content"),
    )
    own = copies.select(*_PLACE, pl.lit(value=True).alias("held")).unique(_PLACE)
    judged = candidates.join(reference, on=IDENTITY, how="left").join(own, on=_PLACE, how="left")
    place = pl.struct(LOG_ORDER)
    first = place == pl.col("first_place")
    held = pl.col("held").fill_null(value=False)
    label = (
        pl.when(first | held)
        .then(Outcome.ACCEPTED.value)
        .when(pl.col(CONTENT) == pl.col("first_content"))
        .then(Outcome.DUPLICATE.value)
        .otherwise(Outcome.CONFLICT.value)
    )
    return Verdicts(judged.select(ROW, label.alias("outcome"), (first | held | _before()).alias("stored")))


def _before() -> pl.Expr:
    """Whether a copy stands before the one answers are given against: column by column of LOG_ORDER."""
    earlier = pl.lit(value=False)
    for name in reversed(LOG_ORDER):
        first = pl.col("first_place").struct.field(name)
        earlier = (pl.col(name) < first) | ((pl.col(name) == first) & earlier)
    return earlier
