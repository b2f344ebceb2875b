"""Any interleaving of publishing, crashes, rebalances, zombies and a failing warehouse, and what must hold all the same.

Semantics 2 and 3: one receipt an offset, the identities stored are the valid ones sent, the copy the census counts is the
first in the log, nothing is committed that was not answered.
"""

import functools
from dataclasses import dataclass
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from consumers.messages import LOG_ORDER
from consumers.outcomes import Outcome
from consumers.ports import Position
from schemas import answers
from tests.consumers.group import TOPIC, Cluster, Killed, Member
from tests.events import enrolled, message

PARTITIONS, PUPILS, MEMBERS = 3, 4, 3
PLACE = ("topic", "partition", "offset")
POINTS = ("copies", "recorded", "store persons", "store event_identities", "store receipts", "answer", "commit")
Place = tuple[str, int, int]


@functools.cache
def sent(pupil: int, grade: str, how: str) -> bytes:
    """A message about a pupil: `sound`, from another `source`, `rejected` or `garbage`."""
    if how == "garbage":
        return b"no event"
    more = {"sound": {}, "source": {"source": "another/1"}, "rejected": {"person_id": "12"}}[how]
    return message(number=pupil, grade=grade, **more)


@dataclass(frozen=True)
class Sent:
    """One published record as the test knows it. `order`: its place in the log."""

    place: Place
    order: tuple[int, str, int, int]
    pupil: int
    grade: str
    how: str

    @property
    def valid(self) -> bool:
        return self.how in ("sound", "source")


def place_of(row: Any) -> Place:
    return tuple(row[name] for name in PLACE)  # type: ignore[return-value]


class Intakes(RuleBasedStateMachine):
    """Several intakes over one log, each stopped and moved on as chance has it."""

    def __init__(self) -> None:
        super().__init__()
        self.cluster = Cluster(on_commit=self._commits)
        self.cluster.records = {(TOPIC, part): [] for part in range(PARTITIONS)}
        self.history: list[Sent] = []
        self.clock = [1_654_000_000_000] * PARTITIONS
        self.members: dict[int, Member] = {}
        self.zombies: list[Member] = []
        self.numbers = iter(range(10**9))

    @initialize(data=st.data())
    def begin(self, data: st.DataObject) -> None:
        """Two members at work, and something to take in."""
        for _ in range(data.draw(st.integers(2, 10))):
            part, pupil = data.draw(st.integers(0, PARTITIONS - 1)), data.draw(st.integers(1, PUPILS))
            self.publish(part, pupil, data.draw(st.sampled_from(["04", "05"])), "sound", data.draw(st.integers(0, 2)))
        for _ in range(2):
            self.join()
        self.rebalance(data)

    @rule(
        part=st.integers(0, PARTITIONS - 1),
        pupil=st.integers(1, PUPILS),
        grade=st.sampled_from(["04", "05"]),
        how=st.sampled_from(["sound", "sound", "sound", "source", "rejected", "garbage"]),
        later=st.sampled_from([0, 1, 1, 7, -3]),
    )
    def publish(self, part: int, pupil: int, grade: str, how: str, later: int) -> None:
        """A record. Clocks of leaders differ, and a new leader's may be behind: append times then go back."""
        self.clock[part] += later
        record = self.cluster.append(sent(pupil, grade, how), part, self.clock[part])
        order = (record.timestamp, TOPIC, part, record.offset)
        self.history.append(Sent((TOPIC, part, record.offset), order, pupil, grade, how))

    @rule(data=st.data())
    @precondition(lambda self: self.history)
    def resend(self, data: st.DataObject) -> None:
        """The same bytes again, in any partition: a producer that lost its acknowledgement, or its key."""
        again = data.draw(st.sampled_from(self.history))
        part = data.draw(st.integers(0, PARTITIONS - 1))
        self.publish(part, again.pupil, again.grade, again.how, 1)

    @rule()
    @precondition(lambda self: len(self.members) < MEMBERS)
    def join(self) -> None:
        number = next(self.numbers)
        self.members[number] = Member(self.cluster, number)

    @rule(data=st.data())
    @precondition(lambda self: self.members)
    def rebalance(self, data: st.DataObject) -> None:
        """Partitions go to whom chance gives them, with work in flight."""
        for part in range(PARTITIONS):
            self.cluster.assign((TOPIC, part), data.draw(st.sampled_from(sorted(self.members))))

    @rule(data=st.data(), gates=st.integers(1, 20))
    @precondition(lambda self: self.members or self.zombies)
    def go_on(self, data: st.DataObject, gates: int) -> None:
        member = data.draw(st.sampled_from([*self.members.values(), *self.zombies]))
        member.worker.advance(gates)
        self._look_for_bugs(member)

    @rule(data=st.data())
    @precondition(lambda self: self.members)
    def crash(self, data: st.DataObject) -> None:
        """Gone, wherever it stood."""
        number = data.draw(st.sampled_from(sorted(self.members)))
        self.members.pop(number).worker.kill()
        self._orphans()

    @rule(data=st.data(), others=st.integers(0, 40))
    @precondition(lambda self: self.members)
    def expel(self, data: st.DataObject, others: int) -> None:
        """Its session ran out while it slept: the partitions move, others work on them, and it wakes as a zombie."""
        number = data.draw(st.sampled_from(sorted(self.members)))
        sleeper = self.members.pop(number)
        self.zombies.append(sleeper)
        if not self.members:
            self.join()
        self._orphans()
        for member in self.members.values():
            member.worker.advance(others)
            self._look_for_bugs(member)

    @rule(data=st.data(), point=st.sampled_from(POINTS))
    @precondition(lambda self: self.members)
    def go_on_to(self, data: st.DataObject, point: str) -> None:
        """A member stands right before this step."""
        member = self.members[data.draw(st.sampled_from(sorted(self.members)))]
        for _ in range(40):
            if member.worker.at == point:
                break
            member.worker.advance()
        self._look_for_bugs(member)

    @rule(data=st.data(), when=st.sampled_from(["before", "after"]), careful=st.booleans())
    @precondition(lambda self: self.members or self.zombies)
    def warehouse_fails(self, data: st.DataObject, when: str, careful: bool) -> None:
        """One statement will fail, before or after its effect."""
        member = data.draw(st.sampled_from([*self.members.values(), *self.zombies]))
        member.fault, member.careful = when, careful

    @rule(size=st.integers(1, 9))
    def move_batch_borders(self, size: int) -> None:
        self.cluster.batch_size = size

    def teardown(self) -> None:
        try:
            for member in self.members.values():
                self.zombies.append(member)
            self._drain()
            self._check()
            for zombie in self.zombies:
                self._let_it_finish(zombie)
            self._drain()
            self._check()
        finally:
            for member in self.zombies:
                member.worker.kill()

    def _orphans(self) -> None:
        """Somebody else takes over what a lost member owned."""
        heirs = sorted(self.members)
        for part, (owner, _) in list(self.cluster.owner.items()):
            if owner not in self.members:
                self.cluster.assign(part, heirs[0] if heirs else -1)

    def _drain(self) -> None:
        """One new member takes everything in."""
        member = Member(self.cluster, next(self.numbers))
        for position in self.cluster.records:
            self.cluster.assign(position, member.number)
        while any(self.cluster.committed.get(part, 0) < len(all_) for part, all_ in self.cluster.records.items()):
            member.worker.advance()
            self._look_for_bugs(member)
            assert not member.worker.ended
        member.worker.kill()

    def _let_it_finish(self, zombie: Member) -> None:
        """The batch in hand, to the end. It owns nothing, so it takes no more."""
        while not zombie.worker.ended and zombie.worker.at not in ("poll", "start"):
            zombie.worker.advance()
        self._look_for_bugs(zombie)

    def _look_for_bugs(self, member: Member) -> None:
        error = member.worker.error
        if error is not None and not isinstance(error, Killed):
            raise error

    def _commits(self, ends: dict[Position, int]) -> None:
        """A commit never passes an offset without receipt and answer (semantics 3)."""
        receipted = {place_of(row) for row in self.cluster.register.rows("receipts")}
        answered = {place_of(receipt) for receipt in self._answers("Receipts")}
        for (topic, part), end in ends.items():
            below = {(topic, part, offset) for offset in range(end)}
            assert below <= receipted
            assert below <= answered

    def _answers(self, what: str) -> list[dict[str, Any]]:
        topic, items = {"Receipts": ("receipts", "receipts"), "AcceptedChanges": ("accepted", "changes")}[what]
        return [
            item
            for message in self.cluster.answers.sent
            if message.topic == f"register.{topic}"
            for item in decoded(what, message.value or b"")[items]
        ]

    def _check(self) -> None:
        self._one_receipt_an_offset()
        self._identities_are_the_valid_ones()
        self._the_census_is_the_logs()
        self._answers_agree()

    def _one_receipt_an_offset(self) -> None:
        by_place = {one.place: one for one in self.history}
        assert {place_of(row) for row in self.cluster.register.rows("receipts")} == by_place.keys()
        kinds: dict[Place, set[int]] = {}
        for row in self.cluster.register.written.get("receipts", []):
            kinds.setdefault(place_of(row), set()).add(row["outcome"])  # type: ignore[arg-type]
        for place, found in kinds.items():
            one = by_place[place]
            if one.how == "rejected":
                assert found == {Outcome.REJECTED}
            elif one.how == "garbage":
                assert found == {Outcome.DEAD_LETTER}
            elif not self._depends_on_timing(one):
                assert len(found) == 1, f"{place}: {found}"

    def _depends_on_timing(self, one: Sent) -> bool:
        """Semantics 2.4: which copy was met first is chance if copies lie in several partitions, or if a leader's clock
        went back and the first in the log is not the first offset. Labels may then differ; what is counted may not.
        """
        copies = sorted(
            (each for each in self.history if each.valid and each.pupil == one.pupil), key=lambda s: s.place
        )
        parts = {each.place[1] for each in copies}
        return len(parts) > 1 or [each.order for each in copies] != sorted(each.order for each in copies)

    def _firsts(self) -> dict[int, Sent]:
        """Pupil → the valid copy that stands first in the log. One event a pupil here: the pupil is the identity."""
        ordered = sorted((one for one in self.history if one.valid), key=lambda one: one.order, reverse=True)
        return {one.pupil: one for one in ordered}

    def _identities_are_the_valid_ones(self) -> None:
        wanted = {identity(pupil) for pupil in self._firsts()}
        for table in ("change_log", "persons", "event_identities"):
            assert {row["event_id"] for row in self.cluster.register.rows(table)} == wanted, table

    def _the_census_is_the_logs(self) -> None:
        firsts = {identity(pupil): one.place for pupil, one in self._firsts().items()}
        for table in ("change_log", "event_identities"):
            assert first_places(self.cluster.register.rows(table)) == firsts, table
        counted = {
            row["event_id"]: row["grade"]
            for row in self.cluster.register.rows("change_log")
            if place_of(row) in firsts.values()
        }
        assert counted == {identity(pupil): one.grade for pupil, one in self._firsts().items()}
        for row in self.cluster.register.written.get("change_log", []):
            assert row == self.cluster.register.tables["change_log"][place_of(row)], "a repeat is the same row"

    def _answers_agree(self) -> None:
        """Each offset was answered, and only as it was receipted."""
        stored: dict[Place, set[str]] = {}
        for row in self.cluster.register.written.get("receipts", []):
            stored.setdefault(place_of(row), set()).add(Outcome(row["outcome"]).name)  # type: ignore[arg-type]
        told: dict[Place, set[str]] = {}
        for receipt in self._answers("Receipts"):
            told.setdefault(place_of(receipt), set()).add(receipt["outcome"])
        assert told.keys() == stored.keys()
        assert all(told[place] <= stored[place] for place in told)
        changes = {place_of(change) for change in self._answers("AcceptedChanges")}
        assert {place for place, names in told.items() if "ACCEPTED" in names} <= changes
        assert changes <= {one.place for one in self.history if one.valid}
        letters = {
            (str(facts["thabian.topic"], "ascii"), int(facts["thabian.partition"]), int(facts["thabian.offset"]))
            for facts in (dict(m.headers) for m in self.cluster.answers.sent if m.topic == "register.dead-letters")
        }
        assert letters == {one.place for one in self.history if one.how == "garbage"}


@functools.cache
def decoded(what: str, value: bytes) -> Any:
    return answers.decode(what, value)


@functools.cache
def identity(pupil: int) -> bytes:
    return bytes.fromhex(enrolled(pupil)["event_id"].replace("-", ""))


def first_places(rows: Any) -> dict[bytes, Place]:
    ordered = sorted(rows, key=lambda row: tuple(row[name] for name in LOG_ORDER), reverse=True)
    return {row["event_id"]: place_of(row) for row in ordered}


TestIntakes = Intakes.TestCase
TestIntakes.settings = settings(
    max_examples=60, stateful_step_count=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)
