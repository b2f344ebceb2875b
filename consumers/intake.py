"""The intake loop: poll, decide, store, answer, commit; in this order and no other (semantics 3).

Every step may be repeated by a redelivery and changes nothing the second time. A crash between any two leaves the offset
uncommitted, and the batch comes again.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

import polars as pl

from consumers import answer, rows
from consumers.messages import Batch
from consumers.outcomes import Outcome
from consumers.ports import Answers, Log, Position, Register
from consumers.process import Processed, process
from consumers.pseudonyms import Pseudonyms
from schemas import topics
from schemas.errors import ThabianError

Timer = Callable[[str], AbstractContextManager[object]]


@dataclass(frozen=True, slots=True)
class Counted:
    """What one batch came to: messages by outcome, and how often each code was given."""

    outcomes: dict[str, int]
    codes: dict[str, int]


@dataclass
class Intake:
    """One member of the intake group at work."""

    log: Log
    register: Register
    answers: Answers
    pseudonyms: Pseudonyms
    prefix: str
    max_event_bytes: int
    timer: Timer
    answered: dict[Position, int] = field(default_factory=dict)
    """(topic, partition) → every offset below was answered by this process."""

    def step(self) -> Counted | None:
        """Take one batch the whole way. None: nothing came."""
        with self.timer("poll"):
            batch = self.log.poll()
        if batch is None or not len(batch):
            return None
        return self.take(batch)

    def take(self, batch: Batch) -> Counted:
        """Decide, store, answer, commit."""
        with self.timer("decide"):
            processed = process(batch, self.register, self.pseudonyms, self.max_event_bytes)
        with self.timer("store"):
            self.register.store(rows.stored(processed, self.pseudonyms))
        with self.timer("answer"):
            self._answer(processed)
        with self.timer("commit"):
            self.log.commit(batch)
        self.answered |= {position: last + 1 for position, (_, last) in batch.ranges().items()}
        return _counted(processed.outcomes)

    def _answer(self, processed: Processed) -> None:
        """Dead letters first and on their own: one that cannot be written stops intake, whatever the cause."""
        dead = answer.dead_letters(processed, self.prefix)
        if dead:
            try:
                self.answers.send(dead)
            except ThabianError as error:
                raise ThabianError(
                    "DEAD_LETTER_FAILED", f"a dead letter could not be written: {error.message}"
                ) from error
        keyed = rows.keyed_changes(processed.changes, self.pseudonyms)
        partitions = self.answers.partitions
        marks = {position: first for position, (first, _) in processed.batch.ranges().items()} | self.answered
        self.answers.send(
            answer.accepted(keyed, partitions(self.prefix + topics.ACCEPTED.name), self.prefix, marks)
            + answer.receipts(processed.outcomes, partitions(self.prefix + topics.RECEIPTS.name), self.prefix)
        )


def _counted(outcomes: pl.DataFrame) -> Counted:
    by_outcome = dict(outcomes.group_by("outcome").len().iter_rows())
    codes = outcomes.select(pl.col("codes").explode(keep_nulls=False)).drop_nulls().group_by("codes").len()
    return Counted({Outcome(number).name: count for number, count in by_outcome.items()}, dict(codes.iter_rows()))
