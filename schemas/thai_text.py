"""Repairs of Thai text as schools type it (domain 7). NFC mends none of these, and NFKC would take U+0E33 apart."""

import re
from typing import Final

from schemas.thai_dates import fold_thai_digits

_INVISIBLE: Final = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad]")
_SPACE: Final = re.compile(r"\s+")
_SPLIT_AM: Final = re.compile("\u0e4d([\u0e48-\u0e4b]?)\u0e32")
_TONE_AFTER_AM: Final = re.compile("\u0e33([\u0e48-\u0e4b])")
_DOUBLED: Final = re.compile("([\u0e31\u0e34-\u0e3a\u0e47-\u0e4e])\\1+")


def repair(text: str) -> str:
    """The text in its one spelling: no zero-width characters, single spaces, U+0E33 whole, no mark twice."""
    seen = _SPACE.sub(" ", _INVISIBLE.sub("", text)).strip()
    whole = _SPLIT_AM.sub("\\1\u0e33", seen)
    return _DOUBLED.sub(r"\1", _TONE_AFTER_AM.sub("\\1\u0e33", whole))


def key(text: str) -> str:
    """What two labels that mean the same have in common: repaired, digits folded, without spaces, dots and case."""
    return fold_thai_digits(repair(text)).replace(" ", "").replace(".", "").casefold()
