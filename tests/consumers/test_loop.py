"""The loop: polling never stops, commits follow answers, failures that pass are waited out, others stop it."""

import contextlib
import threading
from collections.abc import Iterator
from concurrent.futures import Future, wait
from dataclasses import dataclass, field

import pytest

from consumers.intake import Counted
from consumers.loop import Loop, Observer
from consumers.messages import Batch, batch_of
from consumers.ports import Lost, Position
from consumers.retry import Backoff
from schemas.errors import ThabianError
from tests.consumers.memory import Record

AWAY = ThabianError("WAREHOUSE_UNAVAILABLE", "away")


def batch(offset: int) -> Batch:
    return batch_of({"all": [Record("student-changes.t", 0, offset, offset, b"x")]})


@dataclass
class Script:
    """A log that gives one batch a poll, and counts how often it idles while work is under way."""

    batches: list[Batch | None]
    committed: list[int] = field(default_factory=list)
    idles: int = 0
    expired: list[Lost] = field(default_factory=list)
    refuses: str | None = None
    assigned: frozenset[Position] = frozenset()

    def poll(self) -> Batch | None:
        return self.batches.pop(0) if self.batches else None

    def wait(self, work: Future[object], seconds: float) -> bool:
        self.idle()
        return bool(wait([work], timeout=min(seconds, 0.01)).done) if seconds > 0 else work.done()

    def idle(self) -> None:
        self.idles += 1

    def arrived(self) -> frozenset[Position]:
        found, self.assigned = self.assigned, frozenset()
        return found

    def lost(self) -> list[Lost]:
        found, self.expired = self.expired, []
        return found

    def commit(self, batch: Batch) -> str | None:
        self.committed.append(batch.ranges()["student-changes.t", 0][1])
        return self.refuses

    def commit_positions(self, positions: dict[tuple[str, int], int]) -> str | None:
        self.committed += positions.values()
        return None

    def at_end(self) -> bool:
        return not self.batches

    def close(self) -> None:
        pass


class Told(Observer):
    """Remembers what the loop told."""

    def __init__(self) -> None:
        self.events: list[str] = []

    def taken(self, counted: Counted) -> None:
        self.events.append("taken")

    def retrying(self, error: ThabianError, tries: int, seconds: float) -> None:
        self.events.append("retrying")

    def recovered(self, tries: int) -> None:
        self.events.append(f"recovered after {tries}")

    def paused(self) -> None:
        self.events.append("paused")

    def not_committed(self, reason: str) -> None:
        self.events.append(reason)


class Impatient(Backoff):
    """Waits for nothing."""

    def delays(self) -> Iterator[float]:
        while True:
            yield 0.0


def loop(
    log: Script,
    take: object,
    told: Told,
    lose: object = None,
    drain: float = 1.0,
    check: object = None,
    first: object = None,
) -> Loop:
    """Two stages: the first one hands a batch on as it is, unless told otherwise."""
    return Loop(
        log,
        (first or (lambda batch: batch), take),
        lose or (lambda _: None),
        check or (lambda _: None),
        lambda _: contextlib.nullcontext(),
        Impatient(),
        told,
        drain,
    )  # type: ignore[arg-type]


def counted(_: Batch) -> Counted:
    return Counted({}, {})


def test_batches_are_taken_in_order_and_committed_after() -> None:
    log, taken, told = Script([batch(0), None, batch(1), batch(2)]), [], Told()

    def take(one: Batch) -> Counted:
        offset = one.ranges()["student-changes.t", 0][1]
        assert offset not in log.committed
        taken.append(offset)
        return counted(one)

    loop(log, take, told).run(until_end=True)
    assert taken == log.committed == [0, 1, 2]


def test_a_warehouse_that_is_away_is_waited_for_while_polling_goes_on() -> None:
    log, told, tries = Script([batch(0), batch(1), batch(2)]), Told(), []
    kept_in_the_group = threading.Event()
    told.paused = kept_in_the_group.set  # type: ignore[method-assign]

    def take(one: Batch) -> Counted:
        tries.append(one)
        if len(tries) < 4:
            assert kept_in_the_group.wait(10), "nobody polls while the warehouse is away"
            raise AWAY
        return counted(one)

    loop(log, take, told).run(until_end=True)
    assert log.committed == [0, 1, 2]
    assert told.events.count("retrying") == 3
    assert "recovered after 4" in told.events
    assert log.idles


def test_what_does_not_pass_ends_the_loop_with_offsets_untouched() -> None:
    log = Script([batch(0), batch(1)])

    def take(_: Batch) -> Counted:
        raise ThabianError("DEAD_LETTER_FAILED", "no")

    with pytest.raises(ThabianError, match="DEAD_LETTER_FAILED"):
        loop(log, take, Told()).run(until_end=True)
    assert log.committed == []


def test_told_to_stop_it_finishes_what_is_under_way_and_takes_no_more() -> None:
    log, told = Script([batch(0), batch(1), batch(2)]), Told()
    running: list[Loop] = []

    def take(one: Batch) -> Counted:
        running[0].stopping.set()
        return counted(one)

    running.append(loop(log, take, told))
    running[0].run(until_end=False)
    assert log.committed in ([0], [0, 1]), "what is under way is finished: two at most"


def test_told_to_stop_while_the_warehouse_is_away_it_abandons_the_batch() -> None:
    log, told = Script([batch(0)]), Told()
    running: list[Loop] = []

    def take(_: Batch) -> Counted:
        running[0].stopping.set()
        raise AWAY

    running.append(loop(log, take, told, drain=0.0))
    running[0].run(until_end=False)
    assert log.committed == []
    assert "taken" not in told.events


def test_a_refused_commit_is_told_and_harmless() -> None:
    log, told = Script([batch(0)], refuses="CommitFailedError"), Told()
    loop(log, counted, told).run(until_end=True)
    assert told.events == ["CommitFailedError", "taken"]


def test_expired_messages_get_their_receipts_before_anything_is_committed_beyond_them() -> None:
    log, told = Script([None, batch(9)], expired=[Lost("student-changes.t", 0, 3, 9)]), Told()
    receipted: list[Lost] = []
    loop(log, counted, told, lose=receipted.append).run(until_end=True)
    assert receipted == [Lost("student-changes.t", 0, 3, 9)]
    assert log.committed == [9, 9]


def test_newly_assigned_partitions_are_checked_before_anything_of_theirs_is_taken() -> None:
    log = Script([batch(0)], assigned=frozenset({("student-changes.t", 0)}))

    def check(arrived: frozenset[Position]) -> None:
        raise ThabianError("POSITION_AHEAD", f"{len(arrived)} partition")

    taken: list[Batch] = []
    with pytest.raises(ThabianError, match="POSITION_AHEAD"):
        loop(log, taken.append, Told(), check=check).run(until_end=True)
    assert taken == []
    assert log.committed == []


def test_a_batch_is_in_one_stage_while_the_one_before_it_is_in_the_next_and_no_further() -> None:
    log, told = Script([batch(0), batch(1), batch(2), batch(3)]), Told()
    decided: list[int] = []
    second_decided = threading.Event()
    seen: list[list[int]] = []

    def decide(one: Batch) -> Batch:
        decided.append(one.ranges()["student-changes.t", 0][1])
        if len(decided) == 2:
            second_decided.set()
        return one

    def store(one: Batch) -> Counted:
        assert second_decided.wait(10), "nothing is decided meanwhile"
        seen.append(list(decided))
        return counted(one)

    loop(log, store, told, first=decide).run(until_end=True)
    assert log.committed == [0, 1, 2, 3]
    assert all(len(done) <= position + 2 for position, done in enumerate(seen))


@pytest.mark.parametrize(("full", "most"), [(1, 3), (2, 2)])
def test_more_than_two_are_under_way_only_behind_full_ones(full: int, most: int) -> None:
    log = Script([batch(number) for number in range(6)])
    begun: list[int] = []
    third = threading.Event()

    def read(one: Batch) -> Batch:
        begun.append(one.ranges()["student-changes.t", 0][1])
        if len(begun) == 3:
            third.set()
        return one

    def answer(one: Batch) -> Counted:
        if one.ranges()["student-changes.t", 0][1] == 0:
            assert third.wait(10 if most == 3 else 0.2) == (most == 3)
        return counted(one)

    one = loop(log, answer, Told(), first=read)
    one.stages, one.full = (read, lambda one: one, answer), full
    one.run(until_end=True)
    assert log.committed == list(range(6))


def test_after_a_batch_that_failed_the_one_decided_meanwhile_is_not_stored() -> None:
    log, both = Script([batch(0), batch(1)]), threading.Barrier(2)
    stored: list[int] = []

    def decide(one: Batch) -> Batch:
        if one.ranges()["student-changes.t", 0][1] == 1:
            both.wait(10)
        return one

    def store(one: Batch) -> Counted:
        stored.append(one.ranges()["student-changes.t", 0][1])
        both.wait(10)
        raise ThabianError("DEAD_LETTER_FAILED", "no")

    with pytest.raises(ThabianError, match="DEAD_LETTER_FAILED"):
        loop(log, store, Told(), first=decide).run(until_end=True)
    assert stored == [0]
    assert log.committed == []
