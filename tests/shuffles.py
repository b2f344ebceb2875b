"""`make shuffles N=500`: one real school's roster, sent shuffled, again, over other partitions, to an intake that is killed.

Every round has topics and a database of its own on one broker and one engine, takes the same events in in its own way, and
must print the school's published counts, seal with the root of every other round, and leave a log in which every message is
accounted for once. A line a round; exit code 1 if any is wrong. `--seed n --rounds 1` repeats round n.

Rounds wait more than they work: some are played at once.
"""

import argparse
import contextlib
import io
import json
import multiprocessing
import os
import random
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from multiprocessing.context import ForkServerContext
from pathlib import Path

from kafka import KafkaConsumer, TopicPartition

from deploy.local.stack import LocalStack
from schemas import topics
from tests.conftest import _database, grant_everything
from tests.faults.child import hook_tables, suicide
from thabian import demo
from thabian.connections import kafka_options, open_admin, open_producer
from thabian.settings import Settings
from thabian.topic_admin import TopicAdmin

SCHOOL = demo.SCHOOL
LINES = 23
"""Of the published file: grades, subtotals and the total."""
MOMENTS = tuple(
    (step, moment)
    for step in (
        "poll",
        "read",
        "decide",
        "store",
        "event_identities",
        "change_log",
        "persons",
        "receipts",
        "answer",
        "commit",
    )
    for moment in ("before", "after")
)
KILLED = -9
_ENVIRONMENT = threading.Lock()
"""Settings are read from this process's environment, of one round at a time."""
SEAL = ("snapshot", "seal", "--year", "2565", "--round", "1", "--as-of", "2565-06-10", "--format", "json")
REPORT = ("report", "grade-sex-room", "--school", SCHOOL, "--format", "json")


@dataclass
class Ground:
    """The parts of all rounds, and where a round's commands are run: children of a server that has imported everything."""

    home: Path
    processes: ForkServerContext = field(default_factory=lambda: multiprocessing.get_context("forkserver"))

    def settings(self, name: str, **more: object) -> dict[str, str]:
        """Settings of a round as environment variables."""
        values = {
            "local_home": self.home / "local",
            "outbox_path": self.home / f"{name}.sqlite",
            "topic_prefix": f"{name}.",
            "clickhouse_database": name,
            "intake_group": name,
            "intake_instance": "one",  # back at once after a kill, its partitions with it
            "log_level": "error",
            **more,
        }
        return {f"THABIAN_{key.upper()}": str(value) for key, value in values.items()}

    def run(self, env: dict[str, str], *arguments: str) -> str:
        """Standard output of `thabian …`."""
        file = Path(env["THABIAN_OUTBOX_PATH"]).with_suffix(".out")
        code = self._child(_command, env, arguments, str(file))
        told = file.read_text(encoding="utf-8")
        if code:
            raise AssertionError(f"`thabian {' '.join(arguments)}` ended with {code}: {told}")
        return told

    def intake(self, env: dict[str, str], *death: object) -> bool:
        """Take in to the end of the log, unless it is killed at `death` (step, moment, how many of them); whether it was."""
        code = self._child(_intake, env, death)
        if code not in (0, KILLED):
            raise AssertionError(f"intake ended with {code}")
        return code == KILLED

    def _child(self, target: object, *arguments: object) -> int:
        process = self.processes.Process(target=target, args=arguments)  # type: ignore[arg-type]
        process.start()
        process.join(120)
        assert process.exitcode is not None, f"{arguments} has no end"
        return process.exitcode


def _command(env: dict[str, str], arguments: tuple[str, ...], out: str) -> None:
    from thabian.cli import main

    os.environ.update(env)
    sys.argv = ["thabian", *arguments]
    told = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
    try:
        with contextlib.redirect_stdout(told), contextlib.redirect_stderr(told):
            main()
    finally:
        Path(out).write_bytes(told.buffer.getvalue())  # type: ignore[attr-defined]


def _intake(env: dict[str, str], death: tuple[str, str, int] | tuple[()]) -> None:
    from thabian import logs, settings
    from thabian.intake_process import run

    os.environ.update(env)
    loaded = settings.load()
    logs.configure(loaded)
    hook = suicide(*death) if death else None
    if hook is not None:
        hook_tables(hook)
    run(loaded, until_end=True, hook=hook)


@dataclass(frozen=True, slots=True)
class Found:
    """What a round came to."""

    seed: int
    sent: int
    restarts: int
    root: str
    lines: int
    seconds: float

    def __str__(self) -> str:
        facts = f"sent {self.sent:4} restarts {self.restarts} root {self.root[:12]} {self.lines}/{LINES} lines"
        return f"seed {self.seed:4} {facts} {self.seconds:5.1f} s"


@contextlib.contextmanager
def installed(env: dict[str, str]) -> Iterator[Settings]:
    """Topics and tables of a round's own, gone afterwards."""
    with _ENVIRONMENT, _environment(env):
        settings = Settings()
    warehouse = _database(settings)
    grant_everything(warehouse, topics.DEFAULT_PUBLISHER)
    client = open_admin(settings)
    admin = TopicAdmin(client, settings)
    wanted = admin.wanted(())
    admin.apply(wanted)
    try:
        yield settings
    finally:
        warehouse.execute(f"DROP DATABASE {settings.clickhouse_database}")
        warehouse.close()
        client.delete_topics([settings.topic_prefix + topic.name for topic in wanted])
        client.close()


@contextlib.contextmanager
def _environment(env: dict[str, str]) -> Iterator[None]:
    before = dict(os.environ)
    os.environ.update(env)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def roster_events(ground: Ground) -> list[bytes]:
    """The school's roster as events, published once, as they stand in the log."""
    env = ground.settings("source")
    roster = str(ground.home / "2565-1-student.xlsx")
    generate = ("generate", "roster", "--counts", str(demo.COUNTS), "--school", SCHOOL, "--wrong-check-digits", "1")
    with installed(env) as settings:
        ground.run(env, *generate, "-o", roster)
        ground.run(env, "publish", "roster", roster)
        topic = topics.ingress(topics.DEFAULT_PUBLISHER, settings.topic_prefix)
        consumer = KafkaConsumer(**kafka_options(settings))
        consumer.assign([TopicPartition(topic, number) for number in consumer.partitions_for_topic(topic)])
        consumer.seek_to_beginning()
        ends = consumer.end_offsets(consumer.assignment())
        found: list[bytes] = []
        while any(consumer.position(place) < end for place, end in ends.items()):
            found += [record.value for records in consumer.poll(500).values() for record in records]
        consumer.close()
    return found


def send(settings: Settings, events: list[bytes], chance: random.Random) -> int:
    """Every event once, some up to four times, some noise between, in any order; over all partitions in every other round."""
    messages = [event for event in events for _ in range(chance.choice((1, 1, 1, 2, 4)))]
    messages += [b"no event"] * chance.randrange(3)
    chance.shuffle(messages)
    topic = topics.ingress(topics.DEFAULT_PUBLISHER, settings.topic_prefix)
    producer = open_producer(settings)
    count = len(producer.partitions_for(topic))
    scattered = chance.random() < 0.5
    for message in messages:
        producer.send(topic, message, key=SCHOOL.encode(), partition=chance.randrange(count) if scattered else None)
    producer.flush()
    producer.close()
    return len(messages)


def play(ground: Ground, seed: int, events: list[bytes]) -> Found:
    """One round."""
    chance, begun = random.Random(seed), time.monotonic()
    env = ground.settings(f"s{seed}", intake_batch_events=chance.choice((1, 7, 20, 60, 500)))
    with installed(env) as settings:
        sent = send(settings, events, chance)
        deaths = [(*chance.choice(MOMENTS), chance.randint(1, 3)) for _ in range(chance.randrange(4))]
        restarts = sum(ground.intake(env, *death) for death in deaths)
        if chance.random() < 0.3:
            sent += send(settings, chance.sample(events, 20), chance)
        ground.intake(env)
        root = str(json.loads(ground.run(env, *SEAL))["root"])
        compared = demo.compare(demo.published(demo.COUNTS), demo.counted(ground.run(env, *REPORT)))
        ground.run(env, "audit")
    return Found(seed, sent, restarts, root, sum(line.matches for line in compared), time.monotonic() - begun)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.shuffles", description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1, help="of the first round; the others follow it")
    parser.add_argument("--at-once", type=int, default=4, help="rounds played side by side")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="thabian-shuffles-") as folder:
        ground = Ground(Path(folder))
        ground.processes.set_forkserver_preload(["thabian.cli", "thabian.intake_process"])
        stack = LocalStack(ground.home / "local")
        stack.up(lambda *_: None)
        try:
            events = roster_events(ground)
            seeds = range(arguments.seed, arguments.seed + arguments.rounds)
            with ThreadPoolExecutor(arguments.at_once) as rounds:
                found = list(map(told, rounds.map(lambda seed: play(ground, seed, events), seeds)))
        finally:
            stack.down()
    sys.exit(summary(found, len(events)))


def told(found: Found) -> Found:
    """The same, printed."""
    sys.stdout.write(f"{found}\n")
    sys.stdout.flush()
    return found


def summary(found: list[Found], events: int) -> int:
    """Say what all rounds came to; the exit code."""
    roots = {one.root for one in found}
    wrong = [one.seed for one in found if one.lines != LINES]
    sys.stdout.write(
        f"{len(found)} rounds of {events} events, {sum(one.sent for one in found):,} messages, "
        f"{sum(one.restarts for one in found)} restarts: {len(roots)} root{'' if len(roots) == 1 else 's'}, "
        f"{len(wrong)} with other counts than published{': seeds ' + str(wrong)[1:-1] if wrong else ''}\n"
    )
    return 1 if wrong or len(roots) != 1 else 0


if __name__ == "__main__":
    for name in [name for name in os.environ if name.startswith("THABIAN_") and name != "THABIAN_CACHE_DIR"]:
        del os.environ[name]
    main()
