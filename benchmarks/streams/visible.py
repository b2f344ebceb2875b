"""Accepted → visible: from an event's append time to the finding it makes in the warehouse, with everything running."""

import os
import subprocess
import sys
import tempfile
import time
import uuid
from itertools import islice
from pathlib import Path

from benchmarks import events, stage
from thabian.connections import open_producer
from thabian.settings import Settings
from warehouse.interface import Warehouse

PROJECT = Path(__file__).parents[2]
_MAIN = [sys.executable, "-c", "from thabian.cli import main; main()"]


def measure(seconds: int, rate: int) -> dict[str, float]:
    """p50, p99 and worst in ms, and how many findings."""
    settings = stage.new_settings("visible" + uuid.uuid4().hex[:6])
    with stage.topics(settings), stage.register(settings, 0, 7) as warehouse, tempfile.TemporaryDirectory() as folder:
        own = settings.model_copy(update={"clickhouse_database": warehouse.address.database})
        env = os.environ | stage.environment(own) | _more(own, folder)
        commands = (["intake"], ["streams"], ["findings", "sink"])
        running = [
            subprocess.Popen(
                [*_MAIN, *command], env=env, cwd=PROJECT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
            for command in commands
        ]
        try:
            _publish(own, warehouse, seconds, rate)
        finally:
            for process in running:
                process.terminate()
            for process in running:
                process.wait(timeout=60)
        return _delays(warehouse)


def _more(settings: Settings, folder: str) -> dict[str, str]:
    return {
        "THABIAN_STREAMS_GROUP": f"{settings.intake_group}-streams",
        "THABIAN_FINDINGS_GROUP": f"{settings.intake_group}-findings",
        "THABIAN_STREAMS_FOLDER": folder,
        "THABIAN_CLOCK": "2565-06-10 12:00",
    }


def _publish(settings: Settings, warehouse: Warehouse, seconds: int, rate: int) -> None:
    producer = open_producer(settings, linger_ms=0)
    made = _some_twice(events.messages((seconds + 120) * rate, seed=time.time_ns()))
    _send(producer, stage.topic(settings), made, 60, 50, lambda: _stored(warehouse) > 0)
    warehouse.execute("TRUNCATE TABLE findings")
    before = _stored(warehouse)
    _send(producer, stage.topic(settings), made, seconds, rate, lambda: False)
    producer.flush(timeout=60)
    until = time.monotonic() + 60
    last = before
    while time.monotonic() < until:
        time.sleep(3)
        now = _stored(warehouse)
        if now == last and now:
            break
        last = now
    producer.close(timeout=5)


def _some_twice(made):  # noqa: ANN001, ANN202 - pairs of bytes
    """New pupils; one event in fifty enters the pupil of a second before once more, at another school (domain 5: 1.4 % of
    all records are such).
    """
    for number, (key, message) in enumerate(made):
        other = bytearray(message)
        other[events.PERSON] = events._person(10_000_000 + number - (999 if number % 50 == 0 else 0)).encode()
        yield key, bytes(other)


def _send(producer, topic, made, seconds, rate, is_done) -> None:  # noqa: ANN001 - kafka-python has no types
    begin = time.monotonic()
    for number, (key, message) in enumerate(islice(made, seconds * rate)):
        ahead = begin + number / rate - time.monotonic()
        if ahead > 0:
            time.sleep(ahead)
        producer.send(topic, key=key, value=message)
        if number % rate == 0 and is_done():
            return


def _stored(warehouse: Warehouse) -> int:
    return int(warehouse.rows("SELECT count() FROM findings")[0][0])


def _delays(warehouse: Warehouse) -> dict[str, float]:
    ((count, p50, p99, worst),) = warehouse.rows(
        "SELECT count(), quantile(0.5)(d), quantile(0.99)(d), max(d) FROM ("
        "SELECT toUnixTimestamp64Milli(stored_at) - toUnixTimestamp64Milli(caused_at) AS d FROM findings"
        " WHERE toUnixTimestamp64Milli(caused_at) > 0 AND topic != '')"
    )
    if not count:
        raise SystemExit("no finding came into the warehouse: there is nothing to measure, and something is wrong")
    return {"findings": count, "p50": p50, "p99": p99, "worst": worst}
