"""Which events their publisher may send: a grant in force at the append time for the school and the kind (semantics 1.2)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import polars as pl

from consumers.columns import KIND, ROW
from consumers.normalise import SCHOOL
from schemas.topics import publisher_of

CODE: Final = "NOT_AUTHORISED"
ALL: Final = "all"
"""Every kind but those of NAMED, those of later releases included."""
NAMED: Final = frozenset({"IdentityReplaced"})
"""Kinds a grant must name: they act on other events' pupils."""
SCHOOLS_OF_AN_AFFILIATION: Final = 10**8
"""A school code's first two of ten digits are its affiliation (domain 1.5)."""

_SCHEMA: Final = {
    "publisher": pl.String,
    "scope": pl.UInt64,
    "granted": pl.String,
    "begins": pl.Int64,
    "ends": pl.Int64,
}


@dataclass(frozen=True, slots=True)
class Grants:
    """Grants as they stand at one moment, one row for each kind.

    `frame`: publisher, scope (a school code, or an affiliation's two digits), granted (a kind or ALL), begins (inclusive) and
    ends (exclusive, a revocation counted in), both ms since 1970 UTC in append time.
    """

    frame: pl.DataFrame

    @classmethod
    def of(cls, rows: Iterable[tuple[str, int, str, int, int]]) -> "Grants":
        """From rows in the order of the columns."""
        return cls(pl.DataFrame(list(rows), schema=_SCHEMA, orient="row"))


def unauthorised(events: pl.DataFrame, grants: Grants) -> list[int]:
    """Rows of events without a grant. `events`: ROW, topic, SCHOOL, KIND, append_time.

    An event whose school cannot be read is left to the rule that rejects it.
    """
    asked = events.filter(pl.col(SCHOOL).is_not_null()).select(ROW, "topic", SCHOOL, KIND, "append_time")
    if asked.is_empty():
        return []
    held = _wanted(asked.select("topic", SCHOOL, KIND).unique()).join(
        grants.frame, on=["publisher", "scope", "granted"], how="inner"
    )
    in_force = asked.join(held.select("topic", SCHOOL, KIND, "begins", "ends"), on=["topic", SCHOOL, KIND]).filter(
        (pl.col("append_time") >= pl.col("begins")) & (pl.col("append_time") < pl.col("ends"))
    )
    return asked.join(in_force.select(ROW).unique(), on=ROW, how="anti")[ROW].to_list()


def _wanted(cases: pl.DataFrame) -> pl.DataFrame:
    """Every (topic, school, kind) with the publisher, scopes and words that would grant it."""
    publishers = {topic: publisher_of(topic) for topic in cases["topic"].unique()}
    words = (
        pl.when(pl.col(KIND).is_in(list(NAMED))).then(pl.concat_list(KIND)).otherwise(pl.concat_list(KIND, pl.lit(ALL)))
    )
    return (
        cases.with_columns(
            pl.col("topic").replace_strict(publishers, return_dtype=pl.String).alias("publisher"),
            pl.concat_list(SCHOOL, pl.col(SCHOOL) // SCHOOLS_OF_AN_AFFILIATION).alias("scope"),
            words.alias("granted"),
        )
        .explode("scope")
        .explode("granted")
    )
