"""Broken messages with sound neighbours through the whole of intake: one receipt each, and the neighbours never notice."""

import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

import pytest

from consumers.intake import Intake
from consumers.messages import Batch, batch_of
from consumers.outcomes import Outcome
from consumers.ports import Register
from consumers.warehouse_register import WarehouseRegister
from schemas import answers
from schemas.codes import MESSAGES, REJECTIONS
from tests.conftest import grant_everything
from tests.consumers.memory import MemoryAnswers, MemoryRegister, Record
from tests.consumers.mutations import WAYS, Mutant, mutants
from tests.consumers.test_intake import intake
from warehouse.clickhouse import ClickHouseWarehouse

TOPIC = "student-changes.roster"
SOUND = {"ACCEPTED"}
REFUSED = {"REJECTED", "DEAD_LETTER"}


def batches(made: Sequence[Mutant], chance: random.Random) -> Iterator[Batch]:
    """The records, in batches of chance size, over three partitions."""
    ends: Counter[int] = Counter()
    pending: list[Record] = []
    for number, mutant in enumerate(made):
        part = number % 3
        headers = tuple(mutant.headers)
        pending.append(Record(TOPIC, part, ends[part], 1_654_000_000_000 + number, mutant.value, mutant.key, headers))  # type: ignore[arg-type]
        ends[part] += 1
        if chance.random() < 0.005:
            yield batch_of({"all": pending})
            pending = []
    yield batch_of({"all": pending})


def take_all(worker: Intake, made: Sequence[Mutant], seed: int) -> None:
    for batch in batches(made, random.Random(seed)):
        if len(batch):
            worker.take(batch)


def placed(made: Sequence[Mutant]) -> dict[tuple[int, int], Mutant]:
    return {(number % 3, number // 3): mutant for number, mutant in enumerate(made)}


def check(made: Sequence[Mutant], receipts: Sequence[tuple[int, int, int, list[str]]], out: MemoryAnswers) -> None:
    """`receipts`: partition, offset, outcome, codes; physical repeats would show."""
    by_place = placed(made)
    assert sorted((part, offset) for part, offset, _, _ in receipts) == sorted(by_place), "exactly one receipt each"
    known = {code.code for code in (*MESSAGES, *REJECTIONS)}
    seen = defaultdict(set)
    for part, offset, outcome, codes in receipts:
        mutant, name = by_place[part, offset], Outcome(outcome).name
        seen[mutant.how].add(name)
        if name in REFUSED:
            assert codes
            assert set(codes) <= known, f"{mutant.how}: {codes}"
        assert not (mutant.sound and name != "ACCEPTED"), f"a sound neighbour is {name} {codes}"
    assert seen.keys() == {"sound", *WAYS}
    told = [
        (receipt["partition"], receipt["offset"])
        for message in out.sent
        if message.topic == "register.receipts"
        for receipt in answers.decode("Receipts", message.value or b"")["receipts"]
    ]
    assert sorted(told) == sorted(by_place), "exactly one answer each"
    letters = [message for message in out.sent if message.topic == "register.dead-letters"]
    assert len(letters) == sum(outcome == Outcome.DEAD_LETTER for _, _, outcome, _ in receipts)
    for letter in letters:
        facts = dict(letter.headers)
        original = by_place[int(facts["thabian.partition"]), int(facts["thabian.offset"])]
        nothing = original.value is None and original.key is None
        assert facts.get("thabian.null") == (b"key, value" if nothing else None)
        assert (letter.value, letter.key) == (b"" if nothing else original.value, original.key)


def test_24_000_broken_messages_in_memory() -> None:
    made = mutants(2565, 24_000)
    register, out = MemoryRegister(), MemoryAnswers()
    take_all(intake(register, out), made, 1)
    receipts = [(row["partition"], row["offset"], row["outcome"], row["codes"]) for row in register.rows("receipts")]
    check(made, receipts, out)  # type: ignore[arg-type]


@pytest.mark.real
def test_4_000_broken_messages_on_the_real_engine(warehouse: ClickHouseWarehouse) -> None:
    """What the rules let pass must fit the warehouse's columns: one row that does not would refuse its whole batch."""
    grant_everything(warehouse, "roster")
    made = mutants(2566, 4_000)
    register, out = real(warehouse), MemoryAnswers()
    take_all(intake(register, out), made, 2)  # type: ignore[arg-type]
    rows = warehouse.rows("SELECT partition, offset, toInt8(outcome), codes FROM receipts")
    check(made, rows, out)  # type: ignore[arg-type]
    ((stored, identities),) = warehouse.rows("SELECT count(), uniqExact(school_code, event_id) FROM change_log")
    assert stored >= sum(mutant.sound for mutant in made)
    assert stored == identities


def real(warehouse: ClickHouseWarehouse) -> Register:
    return WarehouseRegister(warehouse)
