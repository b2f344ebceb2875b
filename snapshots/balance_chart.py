"""A balance drawn: from one roll to the other by steps."""

from typing import Final

from snapshots.balance import SIGNS, Balance
from snapshots.table import Bar, Steps

_BARS: Final = {
    "new": "เข้าใหม่",
    "came_in": "ย้ายเข้า",
    "went_out": "ย้ายออก",
    "dropped": "ออกกลางคัน",
    "died": "เสียชีวิต",
    "graduated": "จบการศึกษา",
    "held_over": "ค้าง",
}


def steps(title: str, whole: Balance) -> Steps:
    """What a balance over all grades begins with, its terms, and what it ends with."""
    moves = (Bar(heading, SIGNS[term] * whole.total(term)) for term, heading in _BARS.items())
    return Steps(
        title,
        (
            Bar("ยกมา", whole.before, is_level=True),
            Bar("แก้ย้อนหลัง", whole.restated),
            *moves,
            Bar("คงเหลือ", whole.after, is_level=True),
        ),
    )
