"""Seeded histories of one publisher, and what must become of each record: a model that knows nothing of intake."""

import random
import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from schemas.framing import encode
from tests.events import enrolled

SCHOOLS = tuple(str(1020080000 + number) for number in range(1, 13))
Place = tuple[str, int, int]


@dataclass(frozen=True)
class Meaning:
    """What a message is, by construction. `identity` None: it cannot be read. `code`: why it is not accepted."""

    identity: tuple[int, bytes] | None
    grade: str = ""
    outcome: str = ""
    """DEAD_LETTER or REJECTED; empty: valid."""
    code: str = ""


@dataclass(frozen=True)
class Message:
    """One message to publish."""

    key: bytes
    value: bytes | None


@dataclass(frozen=True)
class History:
    """Messages in the order of publishing, and what each value means."""

    messages: Sequence[Message]
    meanings: Mapping[bytes | None, Meaning]


@dataclass(frozen=True)
class Record:
    """A message as the broker's log has it."""

    place: Place
    append_time: int
    value: bytes | None

    @property
    def order(self) -> tuple[int, str, int, int]:
        """Where it stands in the log (semantics 2.4)."""
        return (self.append_time, *self.place)


def make(seed: int, count: int) -> History:
    """Entries of made-up pupils; resends, conflicts, rejected ones and their corrections, garbage and tombstones."""
    chance = random.Random(seed)
    made = _Maker(chance)
    while len(made.messages) < count:
        made.next()
    return History(made.messages, made.meanings)


class _Maker:
    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.messages: list[Message] = []
        self.meanings: dict[bytes | None, Meaning] = {None: Meaning(None, outcome="DEAD_LETTER", code="TOMBSTONE")}
        self._sent: list[tuple[str, int, str]] = []
        self._pupils = 0

    def next(self) -> None:
        ways = {
            "new": 62,
            "again": 12,
            "restamped": 4,
            "conflict": 6,
            "rejected": 6,
            "garbage": 6,
            "cut": 2,
            "tombstone": 2,
        }
        how = self.chance.choices(list(ways), weights=list(ways.values()))[0]
        school = self.chance.choice(SCHOOLS)
        if how in ("garbage", "cut", "tombstone"):
            return self._unreadable(school, how)
        if how in ("again", "restamped", "conflict") and self._sent:
            school, pupil, grade = self.chance.choice(self._sent)
            return self._event(school, pupil, grade if how != "conflict" else "06", again=how == "restamped")
        self._pupils += 1
        grade = self.chance.choice(["04", "05"])
        if how == "rejected":
            self._event(school, self._pupils, grade, rejected=True)
            if self.chance.random() < 0.5:
                return None
        self._sent.append((school, self._pupils, grade))
        return self._event(school, self._pupils, grade)

    def _event(self, school: str, pupil: int, grade: str, *, again: bool = False, rejected: bool = False) -> None:
        fields = enrolled(pupil, school_code=school, grade=grade)
        if again:
            fields |= {"source": f"another/{len(self.messages)}"}
        if rejected:
            fields |= {"person_id": "12"}
        identity = (int(school), uuid.UUID(fields["event_id"]).bytes)
        why = ("REJECTED", "PERSON_ID_INVALID") if rejected else ("", "")
        value = encode("StudentEnrolled", fields, self.chance.choice(["single-object", "confluent"]))
        self.meanings[value] = Meaning(identity, grade, *why)
        elsewhere = self.chance.random() < 0.04  # a publisher that keys its records wrongly: copies in two partitions
        self._send(self.chance.choice(SCHOOLS) if elsewhere else school, value)

    def _unreadable(self, school: str, how: str) -> None:
        if how == "tombstone":
            return self._send(school, None)
        if how == "garbage":
            value = b"no event %d" % len(self.messages)
            self.meanings[value] = Meaning(None, outcome="DEAD_LETTER", code="FRAMING_UNKNOWN")
        else:
            whole = encode("StudentEnrolled", enrolled(10**6 + len(self.messages), school_code=school))
            value = whole[: -self.chance.randint(1, 9)]
            self.meanings[value] = Meaning(None, outcome="DEAD_LETTER", code="BODY_UNREADABLE")
        return self._send(school, value)

    def _send(self, school: str, value: bytes | None) -> None:
        self.messages.append(Message(school.encode(), value))


@dataclass(frozen=True)
class Expected:
    """What the register must hold, told from the log's records and their meanings alone.

    `outcomes`: place → (outcome, codes); None where semantics 2.4 leaves the label to timing: valid copies of one
    identity in several partitions. `firsts`: identity → (place, grade) of the copy that counts.
    """

    outcomes: Mapping[Place, tuple[str, tuple[str, ...]] | None]
    firsts: Mapping[tuple[int, bytes], tuple[Place, str]]


def expected(records: Iterable[Record], meanings: Mapping[bytes | None, Meaning]) -> Expected:
    """Walk the log once, in its order."""
    outcomes: dict[Place, tuple[str, tuple[str, ...]] | None] = {}
    copies: dict[tuple[int, bytes], list[tuple[Record, Meaning]]] = defaultdict(list)
    for record in sorted(records, key=lambda one: one.order):
        meaning = meanings[record.value]
        if meaning.outcome:
            outcomes[record.place] = (meaning.outcome, (meaning.code,))
        elif meaning.identity is not None:
            copies[meaning.identity].append((record, meaning))
    firsts = {}
    for identity, found in copies.items():
        first, counted = found[0]
        firsts[identity] = (first.place, counted.grade)
        settled = _labels_are_settled([record for record, _ in found])
        for record, meaning in found:
            later = "DUPLICATE" if meaning.grade == counted.grade else "CONFLICT"
            label = "ACCEPTED" if record is first else later
            outcomes[record.place] = (label, ()) if settled else None
    return Expected(outcomes, firsts)


def _labels_are_settled(copies: Sequence[Record]) -> bool:
    """Whether every process meets these copies in log order: one partition, and a leader's clock never went back."""
    offsets = [record.place[2] for record in copies]
    return len({record.place[:2] for record in copies}) == 1 and offsets == sorted(offsets)
