"""Messages of pupils who do not exist: a few thousand bodies, each sent many times under other ids, schools and numbers."""

import random
import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime

from stdnum.th import pin

from schemas.framing import encode

BODIES = 2_000
SCHOOLS = 1_000
GRADES = ("04", "05", "06", "07", "08", "09")
# Where the values that differ stand in a message: mark and fingerprint (10), then three texts behind a byte of length.
EVENT_ID = slice(11, 47)
SCHOOL = slice(48, 58)
PERSON = slice(59, 72)
FIRST_MS = 1_800_000_000_000
"""When the first of the time-ordered ids was made: after those of the stored identities."""


def _person(number: int) -> str:
    first = f"1{number:011d}"
    return first + pin.calc_check_digit(first + "0")


def _body(number: int, chance: random.Random) -> bytes:
    return encode(
        "StudentEnrolled",
        {
            "event_id": str(uuid.UUID(int=0)),
            "school_code": "1000000001",
            "person_id": _person(number),
            "academic_year": 2565,
            "effective_date": date(2022, 5, 16),
            "recorded_at": datetime(2022, 6, 1, 8, number % 60, tzinfo=UTC),
            "source": "bench/1",
            "entry_reason": "OPENING",
            "grade": chance.choice(GRADES),
            "room": str(chance.randint(1, 9)),
            "student_number": str(number),
            "sex": chance.choice("MF"),
            "first_name": "ทดสอบ",
            "last_name": f"ไม่มีจริง{number}",
            "birth_date": date(2010 + chance.randrange(6), chance.randint(1, 12), chance.randint(1, 28)),
            "disadvantage": chance.choice([None, "POOR"]),
        },
    )


def event_id(chance: random.Random, number: int, version: int) -> str:
    """A random id (4), or one that grows with time, as is advised (7): a thousand a second."""
    if version == 4:
        return str(uuid.UUID(int=chance.getrandbits(128), version=4))
    milliseconds = FIRST_MS + number
    return str(
        uuid.UUID(int=milliseconds << 80 | 7 << 76 | chance.getrandbits(12) << 64 | 2 << 62 | chance.getrandbits(62))
    )


def messages(count: int, ids: int = 7, seed: int = 2565) -> Iterator[tuple[bytes, bytes]]:
    """(key, message) of events that are all different. `ids`: version of their UUIDs."""
    chance = random.Random(seed)
    bodies = [_body(number, chance) for number in range(BODIES)]
    people = [_person(number).encode() for number in range(100_000)]
    for number in range(count):
        message = bytearray(bodies[number % BODIES])
        school = b"10%08d" % (chance.randrange(SCHOOLS) + 1)
        message[EVENT_ID] = event_id(chance, number, ids).encode()
        message[SCHOOL] = school
        message[PERSON] = people[number % len(people)]
        yield school, bytes(message)
