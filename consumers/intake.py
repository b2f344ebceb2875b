"""What is done with one batch: read, decide, store, answer; in this order and no other (semantics 3).

While one batch is answered the next one is stored, the one after it decided and a fourth one read (consumers/pipeline.py).
Every step may be repeated by a redelivery and changes nothing the second time. A crash between any two leaves the offset
uncommitted, and the batch comes again. Committing is the loop's affair (consumers/loop.py), after all of them.
"""

import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, Final

import polars as pl

from consumers import answer, rows
from consumers.flood import FloodGate
from consumers.lost import receipts
from consumers.messages import Batch
from consumers.outcomes import Outcome
from consumers.ports import Answers, Lost, Outgoing, Position, Ranges, Register
from consumers.process import Processed, process
from consumers.pseudonyms import Pseudonyms
from consumers.read import Read, read
from monitoring import metrics
from schemas import topics
from schemas.errors import ThabianError

_MAY_WAIT: Final = 3
"""Batches before the one that is decided may not be stored yet: as many as there are stages beside its own."""

Steps = Callable[[str], AbstractContextManager[object]]
"""Wraps a step by its name: poll, read, decide, store, answer, commit. Measures it; tests end processes in it."""


@dataclass(frozen=True, slots=True)
class Counted:
    """What one batch came to: messages by outcome, and how often each code was given."""

    outcomes: dict[str, int]
    codes: dict[str, int]


@dataclass(frozen=True, slots=True)
class Unanswered:
    """What is left to be said of a stored batch: no message as it came but the unreadable ones, nothing that names a pupil.

    `keyed`: the columns of `consumers.answer.ANSWERED`. `outcomes`: as in `Processed`.
    """

    ranges: Ranges
    dead_letters: Sequence[Outgoing]
    keyed: pl.DataFrame
    outcomes: pl.DataFrame


@dataclass
class Intake:
    """Takes batches; one at a time, in the order of the log."""

    register: Register
    answers: Answers
    pseudonyms: Pseudonyms
    prefix: str
    max_event_bytes: int
    steps: Steps
    gate: FloodGate
    answered: dict[Position, int] = field(default_factory=dict)
    """(topic, partition) → every offset below was answered by this process."""
    _ahead: deque[pl.DataFrame] = field(default_factory=lambda: deque(maxlen=_MAY_WAIT))

    def stages(self) -> Sequence[Callable[[Any], Any]]:
        """What a batch goes through, for `consumers.pipeline.Pipeline`."""
        return self.read, self.decide, self.store, self.answer

    def take(self, batch: Batch) -> Counted:
        """Read, decide, store, answer."""
        return self.answer(self.store(self.decide(self.read(batch))))

    def read(self, batch: Batch) -> Read:
        """What the messages say; asks nobody."""
        with self.steps("read"):
            return read(batch, self.pseudonyms, self.max_event_bytes)

    def decide(self, batch: Read) -> Processed:
        """An outcome for each message. Batches decided before may not be stored yet: their copies are known here."""
        with self.steps("decide"):
            ahead = pl.concat(self._ahead) if self._ahead else None
            processed = process(batch, self.register, self.pseudonyms, ahead)
        self._ahead.append(processed.copies())
        return processed

    def store(self, processed: Processed) -> Unanswered:
        """Store a batch; in the order they were decided in."""
        dead = (processed.outcomes["outcome"] == Outcome.DEAD_LETTER.value).to_list()
        self.gate.check(dead)
        with self.steps("store"):
            keyed = rows.keyed_changes(processed.changes, self.pseudonyms)
            self.register.store(rows.stored(processed, self.pseudonyms, keyed))
        self.gate.passed(dead)
        _measure(processed.batch)
        letters = answer.dead_letters(processed, self.prefix)
        return Unanswered(processed.batch.ranges(), letters, keyed.select(answer.ANSWERED), processed.outcomes)

    def answer(self, stored: Unanswered) -> Counted:
        """Answer a batch; in the order they were stored in."""
        with self.steps("answer"):
            self._answer(stored)
        self.answered |= {position: last + 1 for position, (_, last) in stored.ranges.items()}
        return _counted(stored.outcomes)

    def lose(self, lost: Lost) -> None:
        """Give messages that expired unread their receipts."""
        for stored in receipts(lost):
            self.register.store(stored)

    def _answer(self, stored: Unanswered) -> None:
        """Dead letters first and on their own: one that cannot be written stops intake, whatever the cause."""
        if stored.dead_letters:
            try:
                self.answers.send(stored.dead_letters)
            except ThabianError as error:
                raise ThabianError(
                    "DEAD_LETTER_FAILED", f"a dead letter could not be written: {error.message}"
                ) from error
        partitions = self.answers.partitions
        marks = {position: first for position, (first, _) in stored.ranges.items()} | self.answered
        self.answers.send(
            answer.accepted(stored.keyed, partitions(self.prefix + topics.ACCEPTED.name), self.prefix, marks)
            + answer.receipts(stored.outcomes, partitions(self.prefix + topics.RECEIPTS.name), self.prefix)
        )


def _measure(batch: Batch) -> None:
    """How long its oldest and its newest message took from the log to the warehouse."""
    appended, now = batch.place["append_time"], time.time()
    for message, at in (("oldest", appended.min()), ("newest", appended.max())):
        if isinstance(at, int):
            metrics.VISIBLE_SECONDS.labels(message).observe(max(0.0, now - at / 1000))


def _counted(outcomes: pl.DataFrame) -> Counted:
    by_outcome = dict(outcomes.group_by("outcome").len().iter_rows())
    codes = outcomes.select(pl.col("codes").explode(keep_nulls=False)).drop_nulls().group_by("codes").len()
    return Counted({Outcome(number).name: count for number, count in by_outcome.items()}, dict(codes.iter_rows()))
