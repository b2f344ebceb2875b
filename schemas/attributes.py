"""The attributes an event can give, and their bits in the `given` columns of the warehouse.

A bit that is set means the event gives the attribute, and an empty value then clears it; a bit that is not set means
null: unchanged (semantics 5.6). Bits are part of the stored data: append, never reorder.
"""

from typing import Final

CENSUS: Final = (
    "grade",
    "room",
    "student_number",
    "sex",
    "birth_key",
    "disadvantage",
    "disability",
    "boarding",
)
"""Attributes of a pupil in the census, in bit order of change_log.given. birth_key stands for birth_date."""

PERSONAL: Final = (
    "title",
    "first_name",
    "middle_name",
    "last_name",
    "birth_date",
    "nationality",
    "house_number",
    "village_number",
    "street",
    "subdistrict",
    "district",
    "province",
)
"""Attributes that name a pupil, in bit order of persons.given: stored in persons alone."""


def census_bit(attribute: str) -> int:
    """Position of a census attribute's bit in change_log.given."""
    return CENSUS.index(attribute)


def personal_bit(attribute: str) -> int:
    """Position of a personal attribute's bit in persons.given."""
    return PERSONAL.index(attribute)
