"""The decisions that last (semantics 5.5): for each school and year the last recorded one, whatever day it is of."""

from collections.abc import Iterable

from streams.event import DECISIONS, Event


def lasting(events: Iterable[Event]) -> dict[tuple[int, int], Event]:
    """By (school, year)."""
    last: dict[tuple[int, int], Event] = {}
    for event in events:
        if event.act in DECISIONS:
            held = last.get((event.school, event.year))
            if held is None or (held.recorded_at, held.event_id) < (event.recorded_at, event.event_id):
                last[event.school, event.year] = event
    return last
