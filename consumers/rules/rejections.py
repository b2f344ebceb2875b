"""What rejects an event: its own content, and nothing else (semantics 1.3)."""

from datetime import date
from typing import Final

import polars as pl

from consumers.columns import KIND, event_columns
from consumers.normalise import EVENT_ID, NEW_PERSON, PERSON, REPLACES, SCHOOL, VOIDS
from consumers.rules.registry import applies
from schemas import limits
from schemas.identity import PLACEHOLDERS

ENTRIES: Final = ("StudentEnrolled", "StudentTransferredIn")
_DAY_MS: Final = 86_400_000


def _days(day: date) -> int:
    return (day - date(1970, 1, 1)).days


def _missing(column: str) -> pl.Expr:
    return pl.col(column).fill_null("") == ""


@applies("EVENT_ID_INVALID")
def event_id_is_no_uuid() -> pl.Expr:
    """An event without an identity can be neither resent nor corrected."""
    return pl.col(EVENT_ID).is_null()


@applies("REFERENCE_INVALID")
def reference_is_no_uuid() -> pl.Expr:
    """A reference that names nothing would correct nothing, in silence."""
    replaces = pl.col("replaces").is_not_null() & pl.col(REPLACES).is_null()
    voids = (pl.col(KIND) == "EventVoided") & pl.col(VOIDS).is_null()
    return replaces | voids


@applies("SCHOOL_CODE_INVALID")
def school_code_is_no_ministry_code() -> pl.Expr:
    """Only the 10-digit code is known for every school of every affiliation."""
    return pl.col(SCHOOL).is_null()


@applies("PERSON_ID_INVALID")
def person_id_has_no_13_characters() -> pl.Expr:
    """Nothing is guessed: a lost zero and a lost G look the same."""
    return pl.col(PERSON).is_null()


@applies("PERSON_ID_PLACEHOLDER")
def person_id_is_a_placeholder() -> pl.Expr:
    """It would merge strangers."""
    return pl.col(PERSON).is_in(PLACEHOLDERS) | pl.col(NEW_PERSON).is_in(PLACEHOLDERS)


@applies("NEW_PERSON_ID_INVALID")
def new_person_id_is_none() -> pl.Expr:
    """A replacement leads from one number to another one."""
    replaced = pl.col(KIND) == "IdentityReplaced"
    return replaced & (pl.col(NEW_PERSON).is_null() | (pl.col(NEW_PERSON) == pl.col(PERSON)))


@applies("ACADEMIC_YEAR_INVALID")
def academic_year_is_not_buddhist_era() -> pl.Expr:
    """A Common Era year would put the event five centuries before all others."""
    return ~pl.col("academic_year").is_between(limits.FIRST_YEAR, limits.LAST_YEAR)


@applies("EFFECTIVE_DATE_INVALID")
def effective_date_is_out_of_range() -> pl.Expr:
    """A year above 2400 is a Buddhist Era year in the wrong field: it would win every tie (semantics 1.5)."""
    return ~pl.col("effective_date").is_between(_days(limits.FIRST_DAY), _days(limits.LAST_DAY))


@applies("RECORDED_AT_INVALID")
def recorded_at_is_out_of_range() -> pl.Expr:
    """A Buddhist Era year here would win every tie."""
    return ~pl.col("recorded_at").is_between(
        _days(limits.FIRST_DAY) * _DAY_MS, (_days(limits.LAST_DAY) + 1) * _DAY_MS - 1
    )


@applies("BIRTH_DATE_INVALID")
def birth_date_is_out_of_range() -> pl.Expr:
    """Pupils of evening schools included, nobody on a roll was born before 1900."""
    return ~pl.col("birth_date").is_between(_days(limits.FIRST_BIRTH), _days(limits.LAST_DAY))


@applies("GRADE_MISSING")
def entry_has_no_grade() -> pl.Expr:
    """Required on entries (semantics 5.6)."""
    return pl.col(KIND).is_in(ENTRIES) & _missing("grade")


@applies("SEX_MISSING")
def entry_has_no_sex() -> pl.Expr:
    """Required on entries (semantics 5.6)."""
    return pl.col(KIND).is_in(ENTRIES) & _missing("sex")


@applies("NEXT_GRADE_MISSING")
def promotion_has_no_next_grade() -> pl.Expr:
    """Where the pupil goes on to is not guessed (semantics 5.5)."""
    return (pl.col("decision") == "PROMOTED") & _missing("next_grade")


@applies("SINCE_UNKNOWN")
def correction_does_not_say_since_when() -> pl.Expr:
    """ENTRY and EFFECTIVE_DATE give different censuses: neither may be assumed."""
    return pl.col("since") == "UNKNOWN"


@applies("TEXT_TOO_LONG")
def text_is_too_long() -> pl.Expr:
    """Longer than any real value: a file in the wrong field."""
    texts = [name for name, kind in event_columns().items() if kind == pl.String]
    return pl.any_horizontal(pl.col(name).str.len_bytes() > limits.LONGEST_TEXT for name in texts)
