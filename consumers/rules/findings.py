"""What a single accepted event shows about itself. The event counts; someone should look."""

from datetime import date
from typing import Final

import polars as pl

from consumers.columns import KIND
from consumers.normalise import NEW_PERSON, OTHER_SCHOOL, PERSON
from consumers.rules.registry import applies
from schemas import code_lists

BUDDHIST_ERA: Final = 543
YEAR_BEGINS: Final = (5, 16)
"""16 May to 15 May: the academic year of the ministry's regulation on its opening and closing."""

_LISTS: Final = {
    "disadvantage": "disadvantages",
    "disability": "disabilities",
    "boarding": "boardings",
    "destination": "graduate_destinations",
}


def _not_in(column: str, list_name: str) -> pl.Expr:
    value = pl.col(column)
    return (value != "") & ~value.is_in(code_lists.load(list_name).codes)


def _check_digit_wrong(person: str) -> pl.Expr:
    """(11 − Σ dᵢ·(13−i) mod 11) mod 10 over the first twelve digits (domain 2.1); G codes and the 0 series have none."""
    national = pl.col(person).str.contains("^[1-9]")
    number = pl.when(national).then(pl.col(person)).cast(pl.Int64)
    weighed = sum((number // 10 ** (12 - place) % 10 * (13 - place) for place in range(12)), pl.lit(0))
    return (11 - weighed % 11) % 10 != number % 10


@applies("CHECK_DIGIT_WRONG")
def check_digit_is_wrong() -> pl.Expr:
    """A finding, never a rejection: the pupil is there, the number is mistyped (semantics 1.4)."""
    return _check_digit_wrong(PERSON).fill_null(value=False) | _check_digit_wrong(NEW_PERSON).fill_null(value=False)


@applies("ID_NOT_NATIONAL")
def pupil_has_no_national_number() -> pl.Expr:
    """The list ติด G that a director signs (seed B step 4)."""
    return pl.col(PERSON).str.contains("^[G0]")


@applies("YEAR_DATE_MISMATCH")
def academic_year_does_not_contain_the_date() -> pl.Expr:
    """Likely a date or a year of the wrong school year."""
    month, day = YEAR_BEGINS
    year = pl.col("academic_year") - BUDDHIST_ERA
    first = (pl.date(year, month, day) - pl.lit(date(1970, 1, 1))).dt.total_days()
    after = (pl.date(year + 1, month, day) - pl.lit(date(1970, 1, 1))).dt.total_days()
    effective = pl.col("effective_date")
    return (effective < first) | (effective >= after)


@applies("GRADE_UNKNOWN")
def grade_is_not_in_the_list() -> pl.Expr:
    """Kept as sent and counted in its own row, so that every total still adds up (semantics 5.6)."""
    return _not_in("grade", "grades").fill_null(value=False) | _not_in("next_grade", "grades").fill_null(value=False)


@applies("SEX_UNKNOWN")
def sex_is_not_in_the_list() -> pl.Expr:
    """Kept as sent and counted in its own column (semantics 5.6)."""
    return _not_in("sex", "sexes")


@applies("CODE_UNKNOWN")
def code_is_not_in_its_list() -> pl.Expr:
    """Lists grow: the code is kept as sent."""
    listed = [_not_in(column, name).fill_null(value=False) for column, name in _LISTS.items()]
    dropped = (pl.col(KIND) == "StudentDroppedOut") & _not_in("reason", "dropout_reasons")
    other = pl.coalesce("from_school", "to_school").is_not_null() & pl.col(OTHER_SCHOOL).is_null()
    return pl.any_horizontal(*listed, dropped.fill_null(value=False), other)


@applies("DECISION_UNKNOWN")
def decision_is_newer_than_this_reader() -> pl.Expr:
    """The pupil is held over until someone decides in words this reader knows."""
    return pl.col("decision") == "UNKNOWN"
