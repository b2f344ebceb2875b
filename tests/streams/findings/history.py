"""Small histories of one or two pupils, and what the stream finds in them, in whatever order they come."""

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import permutations
from typing import Any

from tests.snapshots.histories import identity
from tests.snapshots.oracle import Event
from tests.streams.network import Network, copies_marked

S, T, U, ELSEWHERE = 1020080005, 1020080006, 1020080007, 1120080007
P, Q, R = identity(0x01), identity((1 << 96) + 2), identity((2 << 96) + 3)
"""Numbers of three partitions."""
MAY, JUNE, JULY, TODAY = date(2022, 5, 16), date(2022, 6, 1), date(2022, 7, 1), date(2022, 8, 1)
GRACE = 30
EPOCH = date(1970, 1, 1)
EVERY_ORDER = 5
"""Of so many events and fewer every order is tried."""

Open = set[tuple[str, int, int]]
"""(code, school, other_school)."""


def days(day: date) -> int:
    """Since 1970."""
    return (day - EPOCH).days


def noon(day: date) -> int:
    """12:00 in Bangkok, ms since 1970 UTC."""
    return (days(day) * 24 + 5) * 3_600_000


def event(act: str, school: int = S, day: date = MAY, *, name: int = 0, **more: Any) -> Event:
    """`name`: its event id, where others name it. A change of the year of its day, entered on that day at noon."""
    values = {"grade": "05", "sex": "F"} if act in ("enrolled", "in") else {}
    made = {"person": P, "values": values, "recorded_at": noon(day), "year": year_of(day)} | more
    event_id = identity(name) if name else b""
    return Event(school=school, act=act, event_id=event_id, day=day, **made)


def year_of(day: date) -> int:
    """The academic year that contains a day."""
    return day.year + 543 - ((day.month, day.day) < (5, 16))


def placed(history: Iterable[Event]) -> list[Event]:
    """Each with an id and a place of its own."""
    return [
        replace(one, event_id=one.event_id or identity(1000 + at), offset=at, append_time=at)
        for at, one in enumerate(history)
    ]


def network(history: Sequence[Event], *, grace: int = GRACE, seed: int = 0) -> Network:
    """Partitions that have been told of it, in this order, one message for each."""
    made = Network(grace=grace, seed=seed)
    made.accept(copies_marked(list(history)), largest=1)
    return made


def found(made: Network, day: date = TODAY) -> Open:
    """What is open when it has looked at that day."""
    made.run(days(day))
    return {(code, school, other) for code, _, school, other, _ in made.open_findings()}


def orders(history: Sequence[Event]) -> Iterator[Sequence[Event]]:
    """Every order of few events, some of many."""
    logged = placed(history)
    if len(logged) <= EVERY_ORDER:
        yield from permutations(logged)
        return
    chance = random.Random(len(logged))
    for _ in range(40):
        yield chance.sample(logged, len(logged))


def open_in_any_order(history: Sequence[Event], day: date = TODAY, grace: int = GRACE) -> Open:
    """What is open at the end: the same in every order, looked at after each event or after all of them."""
    ends = set()
    for seed, order in enumerate(orders(history)):
        at_once = network(order, grace=grace, seed=seed)
        at_once.run(days(day))
        one_by_one = Network(grace=grace, seed=seed)
        for told in copies_marked(list(order)):
            one_by_one.accept([told])
            one_by_one.run(days(day))
        ends |= {frozenset(at_once.open_findings()), frozenset(one_by_one.open_findings())}
    assert len(ends) == 1, "the order decides what is found"
    return {(code, school, other) for code, _, school, other, _ in ends.pop()}
