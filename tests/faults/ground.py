"""What a round stands on: a stack that may be killed, and topics, tables and intake processes of the round's own."""

import os
import random
import signal
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kafka import KafkaConsumer, TopicPartition

from deploy.local.endpoints import Endpoints, daemon_of
from deploy.local.stack import LocalStack
from schemas import answers, topics
from tests.conftest import PROJECT, _database, grant_everything
from tests.faults.child import POLLING
from tests.faults.histories import History, Place, Record
from tests.faults.proxy import Proxy
from tests.faults.waiting import until
from thabian.connections import kafka_options, open_admin, open_producer
from thabian.settings import Settings
from thabian.topic_admin import TopicAdmin
from warehouse.clickhouse import ClickHouseWarehouse

PUBLISHER = topics.DEFAULT_PUBLISHER
SESSION_MS = 6_000
BATCH = 40


@dataclass
class Stack:
    """The local parts under a home of the tests' own."""

    home: Path
    brokers: int = 1
    endpoints: Endpoints = field(init=False)

    def __post_init__(self) -> None:
        self.up()

    def up(self) -> None:
        """Start what does not run."""
        more = {"brokers": self.brokers} if self.brokers > 1 else {}
        self.endpoints = LocalStack(self.home, **more).up(lambda *_: None)

    def kill(self, part: str) -> None:
        """SIGKILL, and wait for the end."""
        process = daemon_of(self.home, part).process()
        assert process is not None, f"{part} does not run"
        process.send_signal(signal.SIGKILL)
        until(lambda: daemon_of(self.home, part).process() is None, f"the end of {part}")

    def down(self) -> None:
        LocalStack(self.home).down()


@dataclass
class Process:
    """One intake process."""

    process: subprocess.Popen[str]
    log: Path

    def running(self) -> bool:
        return self.process.poll() is None

    def signal(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def ended(self, limit: float = 60.0) -> int:
        """Its exit code, once it has ended."""
        return self.process.wait(limit)

    def hears_signals(self) -> bool:
        """Whether it has come so far that SIGTERM finishes its batch, or has ended."""
        return not self.running() or POLLING in self.told()

    def stopped_for_a_dead_letter(self) -> bool:
        """Whether it could not write one and stopped, with the exit code it has for that."""
        return not self.running() and self.ended() == 1 and "[DEAD_LETTER_FAILED]" in self.told()

    def told(self) -> str:
        """All it wrote."""
        return self.log.read_text(encoding="utf-8")


@dataclass
class Round:
    """Topics, a database, a history and the processes of one round."""

    stack: Stack
    settings: Settings
    env: dict[str, str]
    chance: random.Random
    folder: Path
    history: History
    proxy: Proxy
    warehouse: ClickHouseWarehouse
    processes: list[Process] = field(default_factory=list)
    broker_outage: bool = False
    """Whether intake may have stopped because a dead letter could not be written (docs/delivery.md)."""

    def publish(self, share: slice = slice(None)) -> None:
        """Send messages of the history, in their order; producer batches of chance size, framed and compressed somehow."""
        compression = self.chance.choice([None, "gzip", "snappy", "lz4", "zstd"])
        producer = open_producer(self.settings, compression_type=compression, linger_ms=self.chance.choice([0, 5, 50]))
        topic = topics.ingress(PUBLISHER, self.settings.topic_prefix)
        for message in self.history.messages[share]:
            producer.send(topic, value=message.value, key=message.key)
        producer.flush()
        producer.close()

    def intake(self, *hook: str) -> Process:
        """Start a process; `hook`: step, moment and how many of them until it kills itself."""
        log = self.folder / f"intake-{len(self.processes)}.log"
        with log.open("w") as file:
            process = subprocess.Popen(
                [sys.executable, "-m", "tests.faults.child", *hook],
                env={**os.environ, **self.env}, cwd=PROJECT, stdout=file, stderr=file, text=True,
            )  # fmt: skip
        self.processes.append(Process(process, log))
        return self.processes[-1]

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run `thabian …` on the round's topics and tables."""
        return subprocess.run(
            [sys.executable, "-m", "thabian", *arguments],
            env={**os.environ, **self.env}, cwd=PROJECT, text=True, capture_output=True, timeout=120, check=False,
        )  # fmt: skip

    def stop(self) -> None:
        """SIGTERM to every process that runs; each finishes its batch and ends well."""
        running = [process for process in self.processes if process.running()]
        for process in running:
            until(process.hears_signals, "intake at work")
            process.signal(signal.SIGTERM)
        codes = [process.ended() for process in running]
        assert set(codes) <= {0}, f"exit codes {codes}: {running[-1].told()[-2000:]}"

    def end(self) -> None:
        """Whatever is left of the round."""
        for process in self.processes:
            if process.running():
                process.signal(signal.SIGKILL)
                process.ended()
        self.proxy.close()
        self.warehouse.close()

    def receipts(self) -> int:
        """How many offsets have a receipt."""
        ((count,),) = self.warehouse.rows("SELECT uniqExact(topic, partition, offset) FROM receipts")
        return int(count)

    def progress(self, share: float) -> None:
        """Wait until that share of the history has receipts."""
        until(lambda: self.receipts() >= share * len(self.history.messages), f"{share:.0%} taken in")

    def finished(self, limit: float = 120.0) -> None:
        """Wait until every offset has a receipt and is committed. A process that died by itself ends the wait; one that
        stopped as it must is started again, as whoever runs it does.
        """

        def done() -> bool:
            alive = any(process.running() for process in self.processes)  # first: it may stop while it is looked at
            if self.broker_outage and self.processes[-1].stopped_for_a_dead_letter():
                self.intake()
            else:
                assert alive, self.processes[-1].told()[-2000:]
            return self.is_finished()

        until(done, "everything taken in and committed", limit)

    def is_finished(self) -> bool:
        """Whether every offset has a receipt and is committed."""
        return self.receipts() == len(self.history.messages) and self.uncommitted() == {}

    def uncommitted(self) -> dict[tuple[str, int], int]:
        """(topic, partition) → messages behind the log's end."""
        with self._consumer(group_id=self.settings.intake_group, enable_auto_commit=False) as consumer:
            parts = self._partitions(consumer, topics.ingress(PUBLISHER, self.settings.topic_prefix))
            ends = consumer.end_offsets(parts)
            behind = {part: ends[part] - (consumer.committed(part) or 0) for part in parts}
        return {(part.topic, part.partition): lag for part, lag in behind.items() if lag}

    def records(self) -> list[Record]:
        """The ingress topic, read by a consumer of the test's own."""
        return [
            Record((record.topic, record.partition, record.offset), record.timestamp, record.value)
            for record in self._read(topics.ingress(PUBLISHER, self.settings.topic_prefix))
        ]

    def answered(self) -> list[dict[str, Any]]:
        """Every receipt that was answered, repeats included."""
        name = self.settings.topic_prefix + topics.RECEIPTS.name
        return [one for record in self._read(name) for one in answers.decode("Receipts", record.value)["receipts"]]

    def changes(self) -> list[dict[str, Any]]:
        """Every accepted change that was answered, repeats included."""
        name = self.settings.topic_prefix + topics.ACCEPTED.name
        return [
            one for record in self._read(name) for one in answers.decode("AcceptedChanges", record.value)["changes"]
        ]

    def dead_letters(self) -> list[tuple[Place, str, bytes | None]]:
        """(place, code, original bytes) of every dead letter, repeats included."""
        read = self._read(self.settings.topic_prefix + topics.DEAD_LETTERS.name)
        found = []
        for record in read:
            facts = {name: value.decode() for name, value in record.headers if name.startswith("thabian.")}
            place = (facts["thabian.topic"], int(facts["thabian.partition"]), int(facts["thabian.offset"]))
            found.append((place, facts["thabian.code"], record.value))
        return found

    def _read(self, topic: str) -> list[Any]:
        """All records of a topic."""
        (read,) = until(lambda: (self._read_once(topic),), f"all of {topic}")
        return read

    def _read_once(self, topic: str) -> list[Any]:
        with self._consumer(isolation_level="read_committed") as consumer:
            parts = self._partitions(consumer, topic)
            consumer.assign(parts)
            consumer.seek_to_beginning(*parts)
            ends = consumer.end_offsets(parts)
            read: list[Any] = []
            while any(consumer.position(part) < ends[part] for part in parts):
                for records in consumer.poll(500).values():
                    read += records
        return read

    @contextmanager
    def _consumer(self, **more: Any) -> Iterator[KafkaConsumer]:
        consumer = KafkaConsumer(**kafka_options(self.settings), **more)
        try:
            yield consumer
        finally:
            consumer.close()

    @staticmethod
    def _partitions(consumer: KafkaConsumer, topic: str) -> list[TopicPartition]:
        numbers = until(lambda: consumer.partitions_for_topic(topic), f"the topic {topic}")
        return [TopicPartition(topic, number) for number in sorted(numbers)]


def new_round(stack: Stack, seed: int, history: History, folder: Path, **more: object) -> Round:
    """Fresh topics and tables. Intake reaches the warehouse through a proxy of the round's own."""
    chance = random.Random(seed)
    folder.mkdir(parents=True, exist_ok=True)
    name = f"f{uuid.uuid4().hex[:12]}"
    where = stack.endpoints
    common: dict[str, object] = {
        "kafka_bootstrap": where.kafka_bootstrap,
        "clickhouse_host": where.clickhouse_host,
        "clickhouse_port": where.clickhouse_port,
        "clickhouse_database": name,
        "clickhouse_timeout_s": 5.0,
        "person_secret": "p" * 32,
        "match_secret": "m" * 32,
        "topic_prefix": f"{name}.",
        "topic_replication": stack.brokers,
        "intake_group": name,
        "intake_batch_events": chance.choice([7, BATCH, BATCH, 300]),
        "kafka_session_timeout_ms": SESSION_MS,
        "local_home": str(stack.home),
        "log_format": "json",
        **more,
    }
    settings = Settings(**common)  # type: ignore[arg-type]
    warehouse = _database(settings)
    grant_everything(warehouse, PUBLISHER)
    client = open_admin(settings)
    admin = TopicAdmin(client, settings)
    admin.apply(admin.wanted((PUBLISHER,)))
    client.close()
    proxy = Proxy(where.clickhouse_host, where.clickhouse_port, random.Random(seed))
    env = {f"THABIAN_{key.upper()}": str(value) for key, value in {**common, "clickhouse_port": proxy.port}.items()}
    return Round(stack, settings, env, chance, folder, history, proxy, warehouse)
