"""Dead letters sent again to the topics they came from, once they can be read (semantics 3.5).

A letter is looked at before it is sent: one that cannot be read by this release either would come straight back. What happens
to it then is the policy's: stop there, put it back for another day, or drop it with a reason. Sent, then recorded: a crash in
between sends it twice, which its identity makes harmless.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from consumers import replay
from consumers.dead_letter_actions import Action, Done
from consumers.dead_letters import Letter
from consumers.decode import decode
from consumers.ports import Answers, Outgoing
from consumers.pseudonyms import KeyedHash
from consumers.replay import Replay
from schemas.errors import ThabianError

_CHUNK = 500


class Policy(StrEnum):
    """What to do with a letter that cannot be read."""

    STOP = "stop"
    PUT_BACK = "put-back"
    DROP = "drop"


@dataclass(frozen=True, slots=True)
class Replayer:
    """Replays letters. `attempts`: how many there were of one; `record`: keeps what was done, before the next are sent."""

    answers: Answers
    secret: KeyedHash
    max_event_bytes: int
    attempts: Callable[[Letter], int]
    record: Callable[[list[Done]], None]
    policy: Policy
    reason: str = ""

    def run(self, letters: Iterable[Letter]) -> Iterator[Done]:
        """Act on letters in their order, telling each. REPLAY_STOPPED under the policy `stop`; what was sent is recorded."""
        for some in _chunks(letters):
            done, stopped = self.decide(some)
            self.answers.send([self._outgoing(one) for one in done if one.action is Action.REPLAYED])
            self.record(done)
            yield from done
            if stopped is not None:
                raise ThabianError(
                    "REPLAY_STOPPED",
                    f"{stopped.letter.topic} partition {stopped.letter.partition} offset {stopped.letter.offset} cannot be"
                    f" read still ({stopped.code}): mend the cause, or choose --policy put-back or drop",
                )

    def decide(self, letters: list[Letter]) -> tuple[list[Done], Done | None]:
        """(what is to be done, the letter to stop at)."""
        unreadable = decode([letter.value for letter in letters], self.max_event_bytes).unreadable
        done: list[Done] = []
        for row, letter in enumerate(letters):
            one = self._act(letter, unreadable.get(row, ""))
            if one.code and self.policy is Policy.STOP:
                return done, one
            done.append(one)
        return done, None

    def _act(self, letter: Letter, code: str) -> Done:
        attempt = self.attempts(letter) + 1
        if not code:
            return Done(letter, Action.REPLAYED, attempt)
        if self.policy is Policy.DROP:
            return Done(letter, Action.DROPPED, attempt, code, self.reason)
        return Done(letter, Action.PUT_BACK, attempt, code)

    def _outgoing(self, one: Done) -> Outgoing:
        letter = one.letter
        said = Replay(letter.topic, letter.partition, letter.offset, letter.first_seen, one.attempt)
        headers = [*letter.headers, *replay.headers(said, letter.value, self.secret)]
        return Outgoing(
            letter.topic, letter.partition, letter.key, letter.value, headers
        )  # where its school's others are


def _chunks(letters: Iterable[Letter]) -> Iterator[list[Letter]]:
    some: list[Letter] = []
    for letter in letters:
        some.append(letter)
        if len(some) == _CHUNK:
            yield some
            some = []
    if some:
        yield some
