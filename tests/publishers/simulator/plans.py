"""Small simulations, and their events as the oracle of the census reads them."""

import uuid
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date

from publishers.simulator.calendar import FOREVER, CensusDay, Point, SchoolYear, office_time
from publishers.simulator.diary import Sent
from publishers.simulator.part import Part, Tally
from publishers.simulator.simulation import Plan, parts
from schemas.attributes import CENSUS
from tests.snapshots import oracle

YEAR = SchoolYear(2565)
DAYS = (
    CensusDay("1", 1, 2565, date(2022, 6, 10), office_time(date(2022, 6, 10), 1)),
    CensusDay("2", 2, 2565, date(2022, 11, 10), office_time(date(2022, 11, 20), 1)),
    CensusDay("3", 3, 2565, date(2023, 3, 31), office_time(date(2023, 4, 8), 1)),
)
ACTS = {
    "StudentEnrolled": "enrolled",
    "StudentTransferredIn": "in",
    "StudentTransferredOut": "out",
    "StudentDroppedOut": "dropped",
    "StudentDied": "died",
    "StudentGraduated": "graduated",
    "DischargeDeferred": "deferred",
    "IdentityReplaced": "identity",
    "EventVoided": "void",
    "PROMOTED": "promoted",
    "REPEATS": "repeats",
    "ENTRY": "mended",
    "EFFECTIVE_DATE": "changed",
}
TOPIC = "student-changes.a"


def plan(
    schools: int = 6, pupils: int = 300, seed: int = 1, affiliations: Sequence[str] = ("31", "10"), **more
) -> Plan:
    return Plan(YEAR, DAYS, tuple(affiliations), 3, schools, pupils, seed, **{"busier": 8.0, "cases": 1} | more)


def made(what: Plan) -> list[Part]:
    return list(parts(what))


def sent(found: Iterable[Part]) -> list[Sent]:
    return [one for part in found for one in part.diary.in_order()]


def truth(found: Iterable[Part]) -> Tally:
    counts: Tally = Counter()
    for part in found:
        counts.update(part.tally)
    return counts


def oracle_event(place: int, one: Sent) -> oracle.Event:
    """An event as stored: its copy's place in the log is where it was sent."""
    event = one.event
    values = {name: event[name] for name in CENSUS if event.get(name) is not None}
    if event.get("next_grade"):
        values["grade"] = event["next_grade"]
    if event.get("birth_date"):
        values["birth_key"] = event["birth_date"].toordinal()
    return oracle.Event(
        school=int(event["school_code"]),
        person=event["person_id"].encode(),
        act=ACTS[str(event.get("decision") or event.get("since") or one.kind)],
        event_id=uuid.UUID(str(event["event_id"])).bytes,
        year=event["academic_year"],
        day=event["effective_date"],
        recorded_at=int(event["recorded_at"].timestamp() * 1000),
        values=values,
        replaces=_reference(event.get("replaces")),
        voids=_reference(event.get("voids")),
        new_person=str(event.get("new_person_id", "")).encode(),
        topic=TOPIC,
        offset=place,
        append_time=place,
    )


def _reference(text: object) -> bytes:
    return uuid.UUID(str(text)).bytes if text else b""


def census(events: Iterable[Sent], point: Point) -> Counter[tuple[str, str, str]]:
    """What the oracle counts at a point: pupils by (school, grade, sex)."""
    known = [one for one in events if one.at < point.known_until or point.known_until == FOREVER]
    log = [oracle_event(place, one) for place, one in enumerate(known)]
    roll = oracle.census(log, point.academic_year, point.as_of, {(TOPIC, 0): len(log)})
    return Counter((f"{school:010}", values["grade"], values["sex"]) for (school, _), values in roll.items())
