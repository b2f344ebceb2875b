"""What identifies a pupil on paper: one versioned rule for everyone who reads or writes a person_id (semantics 1.4)."""

import re
from typing import Final

from stdnum.th import pin

NORMALISATION_VERSION: Final = 1
"""Stored with every event. A change of any rule here is a new version."""

_DIGITS: Final = {ord("๐") + value: str(value) for value in range(10)} | {
    0xFF10 + value: str(value) for value in range(10)
}
_REMOVED: Final = re.compile(r"[\s\u200b-\u200f\u2060\ufeff\u00ad\-\u2010-\u2015\u2212]")
_VALID: Final = re.compile(r"[0-9]{13}|G[0-9]{12}")
_ASCENDING: Final = ("012345678901", "123456789012")

PLACEHOLDERS: Final = frozenset(
    [digit * 13 for digit in "0123456789"]
    + ["G" + digit * 12 for digit in "0123456789"]
    + [first + last for first in _ASCENDING for last in "0123456789"]
    + ["G" + first for first in _ASCENDING]
)
"""Normalised ids that people type to get past a form: all digits equal, or counting up."""


def normalise_person_id(text: str) -> str | None:
    """The 13 characters of a national number or a G code, or None.

    Thai and full-width digits are folded; spaces, hyphens and zero-width characters removed; letters put in upper case.
    Nothing is guessed: 12 digits stay invalid, whatever zero or G they may have lost (semantics 8.1).
    """
    bare = _REMOVED.sub("", text.translate(_DIGITS)).upper()
    return bare if _VALID.fullmatch(bare) else None


def is_placeholder(person_id: str) -> bool:
    """Whether a normalised id is one typed to get past a form: it would merge strangers (semantics 1.4)."""
    return person_id in PLACEHOLDERS


def id_kind(person_id: str) -> str:
    """NATIONAL, ZERO_SERIES or G of a normalised id: see the code list id_kinds."""
    if person_id.startswith("G"):
        return "G"
    return "ZERO_SERIES" if person_id.startswith("0") else "NATIONAL"


def check_digit_is_right(person_id: str) -> bool | None:
    """Whether the 13th digit fits; None where a number carries none: G codes and the 0 series (semantics 8.1)."""
    if id_kind(person_id) != "NATIONAL":
        return None
    return bool(pin.calc_check_digit(person_id) == person_id[12])
