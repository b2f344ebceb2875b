"""A short set of the faults on real parts. `make faults N=200` runs many more."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults import rounds
from tests.faults.ground import Stack

pytestmark = pytest.mark.real

SHORT = (
    "kill after change_log",
    "kill after store",
    "kill after answer",
    "kill before commit",
    "two, one killed",
    "sigterm twice",
    "paused in mid-store",
    "warehouse: cut",
    "warehouse killed",
    "broker killed",
)


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A broker and an engine that may be killed: no other test looks at them."""
    stack = Stack(tmp_path_factory.mktemp("faults"))
    yield stack
    stack.down()


@pytest.mark.parametrize("fault", SHORT)
def test_nothing_is_lost_or_doubled(fault: str, ground: Stack, tmp_path: Path) -> None:
    result = rounds.run(ground, seed=1, fault=fault, folder=tmp_path, count=120)
    assert not result.wrong, result


def test_a_leader_is_killed_and_another_broker_lost_for_good(tmp_path: Path) -> None:
    cluster = Stack(tmp_path / "cluster", brokers=3)
    try:
        result = rounds.run(cluster, seed=1, fault="leader killed, another lost", folder=tmp_path, count=400)
        assert not result.wrong, result
    finally:
        cluster.down()
