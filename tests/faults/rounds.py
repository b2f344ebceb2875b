"""One round: a seeded history, a fault, the end awaited, the register checked. The seed repeats the round."""

import contextlib
import random
import time
import traceback
from dataclasses import dataclass
from pathlib import Path

from tests.faults import verdict
from tests.faults.faults import CLUSTER_FAULTS, FAULTS, chosen
from tests.faults.ground import Round, Stack, new_round
from tests.faults.histories import make
from thabian.connections import open_admin

_MORE: dict[str, dict[str, object]] = {
    # A time-out short enough to be run into, and no more patience than the fault lasts.
    "warehouse: hang": {"clickhouse_timeout_s": 1.0},
    "warehouse: swallow": {"clickhouse_timeout_s": 1.0},
}


@dataclass(frozen=True)
class Result:
    """What a round came to. `wrong` empty: nothing."""

    seed: int
    fault: str
    events: int
    seconds: float
    wrong: str

    def __str__(self) -> str:
        verdict_ = "ok" if not self.wrong else f"WRONG: {self.wrong}"
        return f"seed {self.seed:<6} {self.fault:<32} {self.events:>5} events {self.seconds:6.1f} s  {verdict_}"


def fault_of(seed: int) -> str:
    """The fault of a seed."""
    return chosen(random.Random(seed))


def run(stack: Stack, seed: int, fault: str, folder: Path, count: int | None = None) -> Result:
    """Run one round."""
    begun = time.monotonic()
    events = count or random.Random(seed).choice([60, 150, 400, 900])
    round_ = new_round(stack, seed, make(seed, events), folder / f"{seed}", **_MORE.get(fault, {}))
    wrong = ""
    try:
        _play(round_, fault)
    except Exception as error:
        where = traceback.extract_tb(error.__traceback__)[-1]
        wrong = f"{type(error).__name__}: {error} ({Path(where.filename).name}:{where.lineno})"
    finally:
        round_.end()
        _forget(round_)
    return Result(seed, fault, events, time.monotonic() - begun, wrong)


def _play(round_: Round, fault: str) -> None:
    round_.publish()
    (FAULTS | CLUSTER_FAULTS)[fault](round_)
    round_.finished()
    round_.stop()
    verdict.check(round_)


def _forget(round_: Round) -> None:
    """What the round had, unless its stack is gone: a broker that was killed goes through the logs of all there are."""
    with contextlib.suppress(Exception):
        round_.warehouse.execute(f"DROP DATABASE {round_.settings.clickhouse_database}")
    round_.warehouse.close()
    with contextlib.suppress(Exception), contextlib.closing(open_admin(round_.settings)) as client:
        prefix = round_.settings.topic_prefix
        client.delete_topics([topic for topic in client.list_topics() if topic.startswith(prefix)])
