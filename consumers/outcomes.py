"""What became of each message: exactly one outcome an offset (design 4)."""

from enum import IntEnum


class Outcome(IntEnum):
    """Numbers as in the warehouse's receipts.outcome."""

    ACCEPTED = 1
    DUPLICATE = 2
    CONFLICT = 3
    REJECTED = 4
    DEAD_LETTER = 5
    LOST = 6
