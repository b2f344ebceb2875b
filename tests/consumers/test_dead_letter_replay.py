"""What becomes of dead letters: which are sent, with what, in which order things are recorded."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from consumers import replay
from consumers.dead_letter_actions import Action, Done
from consumers.dead_letter_replay import Policy, Replayer
from consumers.dead_letters import Letter, letter_of
from consumers.ports import Outgoing
from consumers.pseudonyms import KeyedHash
from schemas.errors import ThabianError
from tests.consumers.memory import MemoryAnswers, MemoryLog, MemoryRegister, Record
from tests.consumers.test_intake import drain
from tests.events import message

SECRET = KeyedHash("p" * 32)
TOPIC = "student-changes.t"


def letter(offset: int, value: bytes | None) -> Letter:
    return Letter(TOPIC, 2, offset, "SCHEMA_UNKNOWN", 1, 1_000, 2_000, "", b"1020080005", value, [("trace", b"1")])


READABLE, BROKEN = letter(1, message(number=1)), letter(2, b"broken")


@dataclass
class Book:
    """What was sent and recorded, in order."""

    happened: list[str] = field(default_factory=list)
    sent: list[Outgoing] = field(default_factory=list)

    def partitions(self, topic: str) -> int:
        return 6

    def send(self, messages: Sequence[Outgoing]) -> None:
        self.happened.append(f"sent {len(messages)}")
        self.sent += messages

    def record(self, done: list[Done]) -> None:
        self.happened.append(f"recorded {len(done)}")

    def replayer(self, policy: Policy, attempts: int = 1) -> Replayer:
        return Replayer(self, SECRET, 65_536, lambda _: attempts, self.record, policy, "no longer wanted")


def acted(done: list[Done]) -> list[tuple[int, Action, int, str]]:
    return [(one.letter.offset, one.action, one.attempt, one.code) for one in done]


def test_what_can_be_read_goes_back_as_it_was_and_says_what_it_repeats() -> None:
    book = Book()
    assert acted(list(book.replayer(Policy.STOP, attempts=3).run([READABLE]))) == [(1, Action.REPLAYED, 4, "")]
    (out,) = book.sent
    assert (out.topic, out.key, out.value, out.partition) == (TOPIC, READABLE.key, READABLE.value, 2)
    assert out.headers[0] == ("trace", b"1")
    said = replay.genuine(TOPIC, out.headers, out.value, SECRET)
    assert said == replay.Replay(TOPIC, 2, 1, 1_000, 4)
    assert book.happened == ["sent 1", "recorded 1"], "a crash in between sends it again: harmless"


def test_stop_sends_what_stands_before() -> None:
    book, told = Book(), []
    with pytest.raises(ThabianError, match="offset 2") as stopped:
        told.extend(book.replayer(Policy.STOP).run([READABLE, BROKEN, letter(3, message(number=3))]))
    assert stopped.value.code == "REPLAY_STOPPED"
    assert book.happened == ["sent 1", "recorded 1"]


@pytest.mark.parametrize(("policy", "action"), [(Policy.PUT_BACK, Action.PUT_BACK), (Policy.DROP, Action.DROPPED)])
def test_put_back_and_drop_go_on(policy: Policy, action: Action) -> None:
    book = Book()
    done = list(book.replayer(policy).run([BROKEN, READABLE, letter(3, None)]))
    assert acted(done) == [(2, action, 2, "FRAMING_UNKNOWN"), (1, Action.REPLAYED, 2, ""), (3, action, 2, "TOMBSTONE")]
    assert [one.reason for one in done] == (
        ["no longer wanted", "", "no longer wanted"] if policy is Policy.DROP else [""] * 3
    )
    assert len(book.sent) == 1


def test_what_cannot_be_sent_is_not_recorded() -> None:
    class Away(Book):
        def send(self, messages: Sequence[Outgoing]) -> None:
            raise ThabianError("BROKER_UNAVAILABLE", "away")

    book = Away()
    with pytest.raises(ThabianError):
        list(book.replayer(Policy.STOP).run([READABLE]))
    assert book.happened == []


def test_deciding_alone_does_nothing() -> None:
    book = Book()
    done, stopped = book.replayer(Policy.STOP).decide([READABLE, BROKEN])
    assert acted(done) == [(1, Action.REPLAYED, 2, "")]
    assert stopped is not None
    assert book.happened == []


def test_a_letter_is_read_as_intake_writes_it() -> None:
    log, register, out = MemoryLog(), MemoryRegister(), MemoryAnswers()
    log.append(b"broken", timestamp=1_000, headers=[("trace", b"1"), ("trace", b"2")])
    drain(log, register, out)
    (sent,) = [one for one in out.sent if one.topic == "register.dead-letters"]
    read = letter_of(Record(sent.topic, 0, 0, 5_000, sent.value, sent.key, sent.headers))
    assert read == Letter(
        "student-changes.t", 0, 0, "FRAMING_UNKNOWN", 1, 1_000, 5_000, "", sent.key, b"broken",
        [("trace", b"1"), ("trace", b"2")],
    )  # fmt: skip
    assert "broken" not in repr(read)


def test_what_intake_did_not_write_is_no_letter() -> None:
    assert letter_of(Record("register.dead-letters", 0, 0, 5, b"x")) is None
    assert letter_of(Record("register.dead-letters", 0, 0, 5, b"x", headers=[("thabian.topic", b"\xff")])) is None
