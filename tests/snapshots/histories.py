"""Histories of pupils who do not exist: built by hand or by chance, put into change_log, and folded by the SQL."""

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta

from schemas.attributes import CENSUS
from snapshots.fold import Fold
from tests.snapshots.oracle import Cut, Event, Values
from warehouse.interface import Warehouse

NONE = bytes(16)
ACTS = (
    *("enrolled", "in", "out", "dropped", "died", "graduated", "promoted", "repeats", "deferred", "undecided"),
    *("mended", "changed", "identity", "void"),
)
"""In the order of change_log.act, from 1."""
TOPICS = (("student-changes.a", 0), ("student-changes.a", 1), ("student-changes.b", 0))
WHOLE: Cut = dict.fromkeys(TOPICS, 2**40)


def identity(number: int) -> bytes:
    """16 bytes that say a number; not in the order of small-endian integers."""
    return number.to_bytes(16, "big")


def store(warehouse: Warehouse, events: Sequence[Event]) -> None:
    """One insert into change_log: one part."""
    warehouse.insert(
        "change_log",
        {
            "school_code": [event.school for event in events],
            "person_key": [event.person for event in events],
            "academic_year": [event.year for event in events],
            "effective_date": [event.day for event in events],
            "recorded_at": [event.recorded_at for event in events],
            "act": [ACTS.index(event.act) + 1 for event in events],
            "event_id": [event.event_id for event in events],
            "replaces": [event.replaces or NONE for event in events],
            "voids": [event.voids or NONE for event in events],
            "new_person_key": [event.new_person or NONE for event in events],
            "given": [sum(1 << CENSUS.index(name) for name in event.values) for event in events],
            **{name: [event.values.get(name, 0 if name == "birth_key" else "") for event in events] for name in CENSUS},
            "reason": [event.reason for event in events],
            "other_school": [event.other_school for event in events],
            "topic": [event.topic for event in events],
            "partition": [event.partition for event in events],
            "offset": [event.offset for event in events],
            "append_time": [event.append_time for event in events],
        },
    )


def numbered(events: Iterable[Event]) -> list[Event]:
    """The events at successive places of one partition, appended in that order."""
    return [replace(event, offset=at, append_time=at) for at, event in enumerate(events)]


def fold(warehouse: Warehouse, year: int, day: date, cut: Cut = WHOLE) -> dict[tuple[int, bytes], Values]:
    """The SQL's census, in the oracle's shape."""
    made = Fold(warehouse, year, day, cut)
    made.prepare()
    names = ", ".join(CENSUS)
    rows = warehouse.rows(
        made.query(f"SELECT school_code, person_key, {names} FROM census"), made.parameters(), settings=made.settings
    )
    made.dispose()
    found = {
        (school, person): {name: value for name, value in zip(CENSUS, values, strict=True) if value not in ("", 0)}
        for school, person, *values in rows
    }
    assert len(found) == len(rows), "a pupil stands on a school's roll once"
    return found


def random_log(chance: random.Random, histories: int) -> list[Event]:
    """Many small histories: each has two schools and four persons of its own. Positions, repeats and copies by chance."""
    log = [event for number in range(histories) for event in _history(chance, number)]
    chance.shuffle(log)
    ends = dict.fromkeys(TOPICS, 0)
    placed = []
    for event in log:
        topic, partition = place = chance.choice(TOPICS)
        placed.append(
            replace(event, topic=topic, partition=partition, offset=ends[place], append_time=chance.randrange(len(log)))
        )
        ends[place] += 1
    placed += [event for event in placed if chance.random() < 0.1]  # redelivered
    chance.shuffle(placed)
    return placed


_CROWDED = ("enrolled", "in", "out", "died", "mended", "repeats", "graduated")


def crowded_log(chance: random.Random, histories: int) -> list[Event]:
    """Many small histories of one pupil under two numbers at one school, on few days and at few moments: full of ties."""
    log = [event for number in range(histories) for event in _crowd(chance, number)]
    chance.shuffle(log)
    return numbered(log)


def _crowd(chance: random.Random, number: int) -> Iterator[Event]:
    school, persons = 1_000_000_000 + number, [identity((number << 16) + at * 0x0101) for at in (1, 2)]
    yield Event(school, persons[0], "identity", identity(chance.getrandbits(128)), new_person=persons[1])
    for _ in range(chance.randrange(4, 16)):
        year = chance.choice((2564, 2565))
        yield Event(
            school=school,
            person=chance.choices(persons, (2, 1))[0],
            act=chance.choices(_CROWDED, (3, 1, 2, 1, 1, 2, 1))[0],
            event_id=identity(chance.getrandbits(128)),
            year=year,
            day=date(year - 543, 5, 16) + timedelta(days=chance.choice((0, 20))),
            recorded_at=chance.choice((0, 1)),
        )


MIXES = (
    (5, 3, 2, 1, 1, 1, 4, 1, 1, 1, 3, 3, 2, 1),  # everything
    (5, 3, 2, 1, 1, 0, 0, 0, 0, 0, 5, 5, 0, 1),  # one year's entries, exits and corrections
    (6, 1, 1, 0, 0, 1, 8, 4, 1, 1, 3, 2, 0, 1),  # years' ends
    (6, 2, 5, 1, 0, 0, 3, 0, 0, 0, 1, 1, 1, 0),  # replaced numbers
)
"""How often each act of ACTS happens, by kind of history."""


def _history(chance: random.Random, number: int) -> list[Event]:
    schools = [1_000_000_000 + 2 * number, 1_000_000_001 + 2 * number]
    persons = [identity((number << 16) + at * 0x0101) for at in range(1, 5)]
    ids: list[bytes] = []
    mix = chance.choice(MIXES)
    made = []
    if mix is MIXES[-1]:
        ids.append(identity(chance.getrandbits(128)))
        made.append(Event(schools[1], persons[0], "identity", ids[0], new_person=persons[1]))
    for _ in range(chance.randrange(1, 13)):
        is_copy = ids and chance.random() < 0.08
        ids.append(chance.choice(ids) if is_copy else identity(chance.getrandbits(128)))
        act = chance.choices(ACTS, mix)[0]
        year = chance.choices((2564, 2565, 2566), (2, 3, 1))[0]
        made.append(
            Event(
                school=chance.choices(schools, (6, 1))[0],
                person=chance.choices(persons, (8, 4, 2, 1))[0],
                act=act,
                event_id=ids[-1],
                year=year,
                day=date(year - 543, 5, 16) + timedelta(days=chance.choice((0, 0, 1, 20, 25, 26, 200))),
                recorded_at=chance.choice((0, 1, 1_000, 5_000)),
                values=_values(chance, act),
                replaces=chance.choice(ids) if chance.random() < 0.06 else b"",
                voids=chance.choice(ids) if act == "void" else b"",
                new_person=chance.choice(persons) if act == "identity" else b"",
                reason=chance.choice(("", "ONE", "TWO")),
                other_school=chance.choice((0, 1_099_999_999, 1_199_999_999)),
            )
        )
    return made


def _values(chance: random.Random, act: str) -> dict[str, str | int]:
    if act in ("promoted", "repeats"):
        return {"grade": chance.choice(("05", "06", "07"))} if act == "promoted" or chance.random() < 0.5 else {}
    if act not in ("enrolled", "in", "mended", "changed"):
        return {}
    texts: dict[str, str | int] = {name: chance.choice(("", "1", "2", "ป.3", "4")) for name in CENSUS}
    texts["birth_key"] = chance.choice((0, 7, 2**63 + 1))
    return {name: value for name, value in texts.items() if chance.random() < 0.5}
