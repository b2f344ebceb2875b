"""What the register can hold: intake rejects beyond it, so a publisher names the row instead of sending it."""

from datetime import date
from typing import Final

LONGEST_TEXT: Final = 500
"""Bytes of UTF-8. No name, address part or label comes near it."""
FIRST_DAY: Final = date(1970, 1, 1)
LAST_DAY: Final = date(2148, 12, 31)
"""Of effective_date and recorded_at."""
FIRST_BIRTH: Final = date(1900, 1, 1)
FIRST_YEAR: Final = 2401
LAST_YEAR: Final = 2691
"""Academic years, B.E.: the last whose days the register can hold."""


def is_too_long(text: str) -> bool:
    """Whether a text is longer than any real value."""
    return len(text) > LONGEST_TEXT or len(text.encode("utf-8", "surrogatepass")) > LONGEST_TEXT
