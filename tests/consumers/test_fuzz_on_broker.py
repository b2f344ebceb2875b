"""Broken messages through a real broker into intake as a process: one receipt each, no traceback, a clean audit."""

import random
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace

import pytest

from consumers.outcomes import Outcome
from schemas import topics
from tests.conftest import Installation
from tests.consumers.mutations import Mutant, mutants
from thabian.connections import open_producer

pytestmark = pytest.mark.real

COUNT = 3_000
PARTITIONS = 3
NEVER = {"THABIAN_INTAKE_DEAD_LETTER_RUN": "0", "THABIAN_INTAKE_DEAD_LETTER_RATIO": "0"}
"""The flood gate would rightly stop here."""


def sendable(made: Sequence[Mutant]) -> list[Mutant]:
    """Without what kafka-python does not send: neither key nor value, or a header without a value."""
    return [
        mutant
        for mutant in made
        if (mutant.value is not None or mutant.key is not None)
        and all(value is not None for _, value in mutant.headers)
    ]


def publish(installation: Installation, made: Sequence[Mutant]) -> dict[tuple[int, int], Mutant]:
    """Record batches of every compression among each other; where each message came to lie."""
    chance = random.Random(7)
    settings = installation.settings
    topic = topics.ingress(topics.DEFAULT_PUBLISHER, settings.topic_prefix)
    placed: dict[tuple[int, int], Mutant] = {}
    left = list(made)
    for compression in ("gzip", "snappy", "lz4", "zstd", None) * 2:
        share, left = left[: COUNT // 10], left[COUNT // 10 :]
        with closing(open_producer(settings, compression_type=compression, linger_ms=20)) as producer:
            sent = [
                (
                    mutant,
                    producer.send(
                        topic,
                        value=mutant.value,
                        key=mutant.key,
                        headers=list(mutant.headers),
                        partition=chance.randrange(PARTITIONS),
                    ),
                )
                for mutant in share
            ]
            producer.flush()
            placed |= {(meta.partition, meta.offset): mutant for mutant, each in sent if (meta := each.get(30))}
    return placed


def test_thousands_of_broken_messages_on_the_real_broker(installation: Installation) -> None:
    made = sendable(mutants(2567, COUNT))[:COUNT]
    placed = publish(installation, made)
    assert len(placed) == len(made)
    patient = replace(installation, env={**installation.env, **NEVER})
    said = patient.run("intake", "--until-end", timeout=300)
    with closing(installation.warehouse()) as warehouse:
        receipts = warehouse.rows("SELECT partition, offset, toInt8(outcome), codes FROM receipts")
    outcomes = {(part, offset): (Outcome(outcome), codes) for part, offset, outcome, codes in receipts}
    assert len(receipts) == len(outcomes)
    assert outcomes.keys() == placed.keys()
    for place, (outcome, codes) in outcomes.items():
        assert codes or outcome not in (Outcome.REJECTED, Outcome.DEAD_LETTER)
        assert not placed[place].sound or outcome is Outcome.ACCEPTED, f"a sound neighbour is {outcome.name} {codes}"
    assert "each has one outcome" in installation.run("audit").stdout
    assert "ทดสอบ" not in said.stderr, "a name in the log"
