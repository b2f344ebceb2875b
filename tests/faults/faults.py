"""The faults: each brings one about while intake works, and returns once intake can finish by itself."""

import random
import shutil
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from tests.faults.ground import SESSION_MS, Process, Round
from tests.faults.proxy import Mode
from tests.faults.waiting import until
from thabian.connections import open_admin

Fault = Callable[[Round], None]

SUICIDES: Final = [
    *(
        (step, moment)
        for step in ("poll", "read", "decide", "store", "answer", "commit")
        for moment in ("before", "after")
    ),
    *(
        (table, moment)
        for table in ("change_log", "persons", "event_identities", "receipts")
        for moment in ("before", "after")
    ),
]


@dataclass(frozen=True)
class Kill:
    """Intake kills itself at a moment, is started again, kills itself again, and is started for good."""

    step: str
    moment: str

    def __call__(self, round_: Round) -> None:
        for _ in range(round_.chance.randint(1, 2)):
            process = round_.intake(self.step, self.moment, str(round_.chance.randint(1, 3)))
            # A second one may find too little left to come to its moment: then it is the one that finishes.
            until(lambda process=process: not process.running() or round_.is_finished(), "the end", 120)
            if process.running():
                return
            assert process.ended() == -signal.SIGKILL, process.told()[-2000:]
        round_.intake()


def none(round_: Round) -> None:
    """A clean run."""
    round_.intake()


def sigterm(round_: Round) -> None:
    """Told to stop in mid-work: the batch is finished, the group left, nothing is lost; another goes on."""
    process = round_.intake()
    round_.progress(0.1)
    process.signal(signal.SIGTERM)
    assert process.ended() == 0, process.told()[-2000:]
    round_.intake()


def sigterm_twice(round_: Round) -> None:
    """A second signal ends it at once, while the warehouse hangs."""
    process = round_.intake()
    round_.progress(0.1)
    round_.proxy.mode = Mode.HANG
    process.signal(signal.SIGTERM)
    _for(round_.chance.uniform(0.05, 0.5))  # two signals at once may be one
    process.signal(signal.SIGTERM)
    assert process.ended(3) in (0, -signal.SIGTERM), process.told()[-2000:]
    round_.proxy.mode = Mode.PASS
    round_.intake()


def two_one_killed(round_: Round) -> None:
    """Two share the partitions; one is killed and its partitions go to the other."""
    first, _ = round_.intake(), round_.intake()
    round_.progress(round_.chance.uniform(0.05, 0.6))
    first.signal(signal.SIGKILL)
    first.ended()


def joined(round_: Round) -> None:
    """A second and a third join while the first works: partitions move with work in flight."""
    round_.intake()
    round_.progress(0.05)
    second = round_.intake()
    until(second.hears_signals, "a second member")
    round_.intake()
    second.signal(signal.SIGTERM)
    assert second.ended() == 0, second.told()[-2000:]


def paused(round_: Round) -> None:
    """Asleep for twice its session: another takes over; the sleeper wakes with a batch in hand."""
    sleeper = round_.intake()
    round_.progress(round_.chance.uniform(0.02, 0.5))
    sleeper.signal(signal.SIGSTOP)
    round_.intake()
    _for(2 * SESSION_MS / 1000)
    sleeper.signal(signal.SIGCONT)


def paused_in_store(round_: Round) -> None:
    """Asleep with half its tables stored, woken after another has stored the same offsets and more."""
    asleep = threading.Event()
    sleepers: list[Process] = []

    def seen_by_proxy(piece: bytes) -> None:
        # The first one: how many batches the history comes in is the broker's affair.
        if b"INSERT INTO persons" in piece and sleepers and not asleep.is_set():
            sleepers[0].signal(signal.SIGSTOP)
            asleep.set()

    round_.proxy.seen = seen_by_proxy
    sleepers.append(round_.intake())
    until(asleep.is_set, "an insert")
    round_.intake()
    until(lambda: round_.uncommitted() == {}, "the other has taken over", 120)
    sleepers[0].signal(signal.SIGCONT)


def warehouse_killed(round_: Round) -> None:
    """The server dies while it is given rows, and comes back."""
    struck = threading.Event()
    table = round_.chance.choice([b"change_log", b"persons", b"event_identities", b"receipts"])
    wait = round_.chance.uniform(0, 0.03)
    nth = [round_.chance.randint(1, 3)]

    def seen(piece: bytes) -> None:
        if b"INSERT INTO " + table in piece:
            nth[0] -= 1
            if not nth[0]:
                threading.Timer(wait, struck.set).start()

    round_.proxy.seen = seen
    round_.intake()
    until(lambda: struck.is_set() or round_.is_finished(), f"an insert into {table.decode()}")
    round_.stack.kill("clickhouse")
    round_.warehouse.close()
    round_.stack.up()


def broker_killed(round_: Round) -> None:
    """The broker dies and comes back."""
    round_.broker_outage = True
    round_.intake()
    round_.progress(round_.chance.uniform(0, 0.6))
    round_.stack.kill("kafka")
    round_.stack.up()


@dataclass(frozen=True)
class Through:
    """The way to the warehouse is bad for some seconds, again and again."""

    mode: Mode

    def __call__(self, round_: Round) -> None:
        round_.intake()
        round_.progress(round_.chance.uniform(0.02, 0.3))
        for _ in range(round_.chance.randint(1, 3)):
            round_.proxy.mode = self.mode
            _for(round_.chance.uniform(0.5, 7))
            round_.proxy.mode = Mode.PASS
            _for(round_.chance.uniform(0.2, 1))


def _for(seconds: float) -> None:
    """How long a fault lasts; nothing is waited for here."""
    threading.Event().wait(seconds)


def leader_killed_and_another_lost(round_: Round) -> None:
    """Of three brokers one leader is killed and comes back, then another one is lost for good, disk and all."""
    round_.broker_outage = True
    round_.intake()
    round_.progress(0.1)
    leader = _leader(round_)
    round_.stack.kill(leader)
    round_.progress(0.3)
    round_.stack.up()
    _in_sync(round_, 3)
    lost = round_.chance.choice([name for name in ("kafka", "kafka-2", "kafka-3") if name != leader])
    round_.stack.kill(lost)
    shutil.rmtree(round_.stack.home / "kafka" / f"node-{lost.partition('-')[2] or 1}")


def _leader(round_: Round) -> str:
    client = open_admin(round_.settings)
    (topic,) = client.describe_topics([_ingress(round_)])
    client.close()
    number = topic["partitions"][0]["leader_id"]
    return "kafka" if number == 1 else f"kafka-{number}"


def _ingress(round_: Round) -> str:
    return f"{round_.settings.topic_prefix}student-changes.roster"


def _in_sync(round_: Round, count: int) -> None:
    client = open_admin(round_.settings)

    def all_in_sync() -> bool:
        found = client.describe_topics([_ingress(round_), "__consumer_offsets"])
        return all(len(part["isr_nodes"]) >= count for topic in found for part in topic["partitions"])

    until(all_in_sync, f"{count} replicas in sync")
    client.close()


FAULTS: Final[dict[str, Fault]] = {
    "none": none,
    **{f"kill {moment} {step}": Kill(step, moment) for step, moment in SUICIDES},
    "sigterm": sigterm,
    "sigterm twice": sigterm_twice,
    "two, one killed": two_one_killed,
    "others join and leave": joined,
    "paused past its session": paused,
    "paused in mid-store": paused_in_store,
    "warehouse killed": warehouse_killed,
    "broker killed": broker_killed,
    **{f"warehouse: {mode.value}": Through(mode) for mode in Mode if mode is not Mode.PASS},
}
"""On one broker, by name."""

CLUSTER_FAULTS: Final[dict[str, Fault]] = {"leader killed, another lost": leader_killed_and_another_lost}
"""On three."""


def chosen(chance: random.Random) -> str:
    """A fault by chance."""
    return chance.choice([*FAULTS])
