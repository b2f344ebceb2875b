"""What is done with one batch: decide, store, answer; in this order and no other (semantics 3).

The next batch can be decided while this one is stored and answered (consumers/pipeline.py). Every step may be repeated by a
redelivery and changes nothing the second time. A crash between any two leaves the offset uncommitted, and the batch comes
again. Committing is the loop's affair (consumers/loop.py), after all three.
"""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

import polars as pl

from consumers import answer, rows
from consumers.flood import FloodGate
from consumers.lost import receipts
from consumers.messages import Batch
from consumers.outcomes import Outcome
from consumers.ports import Answers, Lost, Position, Register
from consumers.process import Processed, process
from consumers.pseudonyms import Pseudonyms
from monitoring import metrics
from schemas import topics
from schemas.errors import ThabianError

Steps = Callable[[str], AbstractContextManager[object]]
"""Wraps a step by its name: poll, decide, store, answer, commit. Measures it; tests end processes in it."""


@dataclass(frozen=True, slots=True)
class Counted:
    """What one batch came to: messages by outcome, and how often each code was given."""

    outcomes: dict[str, int]
    codes: dict[str, int]


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
    _ahead: pl.DataFrame | None = None

    def take(self, batch: Batch) -> Counted:
        """Decide, store, answer."""
        return self.finish(self.decide(batch))

    def decide(self, batch: Batch) -> Processed:
        """An outcome for each message. The batch decided before may not be stored yet: its copies are known here."""
        with self.steps("decide"):
            processed = process(batch, self.register, self.pseudonyms, self.max_event_bytes, self._ahead)
        self._ahead = processed.copies()
        return processed

    def finish(self, processed: Processed) -> Counted:
        """Store and answer, batch by batch in the order they were decided in."""
        dead = (processed.outcomes["outcome"] == Outcome.DEAD_LETTER.value).to_list()
        self.gate.check(dead)
        with self.steps("store"):
            keyed = rows.keyed_changes(processed.changes, self.pseudonyms)
            self.register.store(rows.stored(processed, self.pseudonyms, keyed))
        _measure(processed.batch)
        with self.steps("answer"):
            self._answer(processed, keyed)
        self.gate.passed(dead)
        self.answered |= {position: last + 1 for position, (_, last) in processed.batch.ranges().items()}
        return _counted(processed.outcomes)

    def lose(self, lost: Lost) -> None:
        """Give messages that expired unread their receipts."""
        for stored in receipts(lost):
            self.register.store(stored)

    def _answer(self, processed: Processed, keyed: pl.DataFrame) -> None:
        """Dead letters first and on their own: one that cannot be written stops intake, whatever the cause."""
        dead = answer.dead_letters(processed, self.prefix)
        if dead:
            try:
                self.answers.send(dead)
            except ThabianError as error:
                raise ThabianError(
                    "DEAD_LETTER_FAILED", f"a dead letter could not be written: {error.message}"
                ) from error
        partitions = self.answers.partitions
        marks = {position: first for position, (first, _) in processed.batch.ranges().items()} | self.answered
        self.answers.send(
            answer.accepted(keyed, partitions(self.prefix + topics.ACCEPTED.name), self.prefix, marks)
            + answer.receipts(processed.outcomes, partitions(self.prefix + topics.RECEIPTS.name), self.prefix)
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
