"""An accepted event as the stream keeps it, and its bytes in the stream's tables."""

import struct
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

ENROLLED, IN, OUT, DROPPED, DIED, GRADUATED, PROMOTED, REPEATS, DEFERRED, UNDECIDED, MENDED, CHANGED, IDENTITY, VOID = (
    range(1, 15)
)
"""Numbers of change_log.act."""
ENTRIES: Final = frozenset((ENROLLED, IN))
EXITS: Final = frozenset((OUT, DROPPED, DIED))
MOVES: Final = ENTRIES | EXITS
GOES_ON: Final = frozenset((PROMOTED, REPEATS))
DECISIONS: Final = frozenset((GRADUATED, PROMOTED, REPEATS, DEFERRED, UNDECIDED))
TELLS: Final = frozenset((ENROLLED, IN, MENDED, CHANGED))
"""What tells attributes of the pupil."""

NONE: Final = bytes(16)

Place = tuple[int, str, int, int]
"""Where a copy stands in the log: (append time, topic, partition, offset) (semantics 2.4)."""
Birth = tuple[int, int]
"""(birth_key, cohort), see AcceptedChanges; (0, 0): cleared."""


class Event(NamedTuple):
    """One copy. It begins with what 5.4 orders by, so that a plain sort is the order of the walk.

    Days are days since 1970, times ms since 1970 UTC. grade, student_number, sex, birth: None is unchanged, empty clears.
    """

    year: int
    day: int
    recorded_at: int
    rank: int
    event_id: bytes
    school: int
    act: int
    person: bytes
    """The number it was sent under."""
    other_school: int
    place: Place
    grade: str | None
    student_number: str | None
    sex: str | None
    birth: Birth | None

    @property
    def identity(self) -> tuple[int, bytes]:
        """(school, event_id): semantics 2.1."""
        return self.school, self.event_id


class Acting(NamedTuple):
    """What acts on other events or on numbers, or stands before a copy that does not count: known in every partition."""

    school: int
    event_id: bytes
    place: Place
    voids: bytes
    replaces: bytes
    person: bytes
    new_person: bytes
    """Zero bytes: it replaces no number."""

    @property
    def targets(self) -> tuple[bytes, ...]:
        """The events it names (semantics 5.2). That one names itself removes nothing."""
        return tuple({self.voids, self.replaces} - {NONE})


def rank_of(act: int) -> int:
    """Entries before others before exits (semantics 5.4)."""
    return 0 if act in ENTRIES else 2 if act in EXITS else 1


_EVENT: Final = struct.Struct(">HiqB16sQQBBQHqHq")
_LENGTH: Final = struct.Struct(">H")
_GIVEN: Final = {"grade": 1, "student_number": 2, "sex": 4, "birth": 8}
_ACTING: Final = struct.Struct(">Q16sqHq16s16s16s16sB")


def pack(event: Event) -> bytes:
    """The event's bytes, without the number: that is the key they lie under."""
    append_time, topic, partition, offset = event.place
    given = (event.grade is not None) | (event.student_number is not None) << 1 | (event.sex is not None) << 2
    given |= (event.birth is not None) << 3
    birth_key, cohort = event.birth or (0, 0)
    head = _EVENT.pack(
        event.year, event.day, event.recorded_at, event.act, event.event_id, event.school, event.other_school, given, 0,
        birth_key, cohort, append_time, partition, offset,
    )  # fmt: skip
    grade, number = (event.grade or "").encode(), (event.student_number or "").encode()
    sex, name = (event.sex or "").encode(), topic.encode()
    return (
        head + _LENGTH.pack(len(grade)) + grade + _LENGTH.pack(len(number)) + number + _LENGTH.pack(len(sex)) + sex
        + _LENGTH.pack(len(name)) + name
    )  # fmt: skip


def unpack(packed: bytes, person: bytes) -> Iterator[Event]:
    """The events that lie end to end under one number."""
    at, end = 0, len(packed)
    while at < end:
        (
            year, day, recorded_at, act, event_id, school, other_school, given, _, birth_key, cohort, append_time,
            partition, offset,
        ) = _EVENT.unpack_from(packed, at)  # fmt: skip
        at += _EVENT.size
        texts = []
        for _ in range(4):
            end_of_text = at + 2 + (packed[at] << 8 | packed[at + 1])
            texts.append(packed[at + 2 : end_of_text].decode())
            at = end_of_text
        grade, number, sex, topic = texts
        yield Event(
            year, day, recorded_at, rank_of(act), event_id, school, act, person, other_school,
            (append_time, topic, partition, offset), grade if given & 1 else None, number if given & 2 else None,
            sex if given & 4 else None, (birth_key, cohort) if given & 8 else None,
        )  # fmt: skip


def pack_acting(acting: Acting) -> bytes:
    """Its bytes."""
    append_time, topic, partition, offset = acting.place
    name = topic.encode()
    head = _ACTING.pack(
        acting.school, acting.event_id, append_time, partition, offset, acting.voids, acting.replaces, acting.person,
        acting.new_person, len(name),
    )  # fmt: skip
    return head + name


def unpack_acting(packed: bytes) -> Iterator[Acting]:
    """Those that lie end to end."""
    at = 0
    while at < len(packed):
        school, event_id, append_time, partition, offset, voids, replaces, person, new_person, length = (
            _ACTING.unpack_from(packed, at)
        )
        at += _ACTING.size
        topic = packed[at : at + length].decode()
        at += length
        yield Acting(school, event_id, (append_time, topic, partition, offset), voids, replaces, person, new_person)


def merged(known: Iterable[Event], more: Iterable[Event]) -> list[Event]:
    """Both, each identity once: its first copy in the log (semantics 2.4)."""
    first: dict[tuple[int, bytes], Event] = {}
    for events in (known, more):
        for event in events:
            held = first.get(event.identity)
            if held is None or event.place < held.place:
                first[event.identity] = event
    return list(first.values())
