"""Publish → visible: how long after its publisher sent it an event has its receipt in the warehouse."""

import subprocess
import threading
import time
from collections.abc import Mapping
from itertools import islice
from pathlib import Path

import numpy as np

from benchmarks import events, stage
from thabian.connections import open_producer
from thabian.settings import Settings
from warehouse.clickhouse import ClickHouseWarehouse

PROJECT = Path(__file__).parent.parent
STEP_S = 0.02
"""How often the warehouse is asked: the figures are no finer than that."""


class Watcher(threading.Thread):
    """Notes when the last receipt of each partition moves on."""

    def __init__(self, warehouse: ClickHouseWarehouse) -> None:
        super().__init__(daemon=True)
        self._warehouse = warehouse
        self.stop = threading.Event()
        self.seen: dict[int, list[tuple[int, float]]] = {}

    def run(self) -> None:
        while not self.stop.wait(STEP_S):
            for partition, last in self._warehouse.rows(
                "SELECT partition, max(offset) FROM receipts GROUP BY partition"
            ):
                self.seen.setdefault(partition, []).append((last, time.monotonic()))


def measure(
    settings: Settings,
    warehouse: ClickHouseWarehouse,
    command: list[str],
    env: Mapping[str, str],
    seconds: int,
    rate: int,
) -> dict[str, float]:
    """p50, p99 and worst in ms, at `rate` events a second for `seconds`, with intake running beside."""
    producer = open_producer(settings, linger_ms=0)
    watcher = Watcher(warehouse)
    intake = subprocess.Popen(command, env=dict(env), cwd=PROJECT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        made = events.messages((seconds + 600) * rate, seed=time.time_ns())
        _warm_up(producer, stage.topic(settings), made, warehouse)
        watcher.start()
        sent = _send(producer, stage.topic(settings), made, seconds, rate)
        time.sleep(5)
    finally:
        watcher.stop.set()
        intake.terminate()
        intake.wait(timeout=60)
        producer.close(timeout=5)
    delays = [_visible(watcher.seen.get(partition, []), offset) - at for partition, offset, at in sent]
    p50, p99, worst = np.percentile(np.array(delays) * 1000, [50, 99, 100])
    return {"rate": rate, "seconds": seconds, "p50_ms": float(p50), "p99_ms": float(p99), "worst_ms": float(worst)}


def _warm_up(producer, topic, made, warehouse) -> None:  # noqa: ANN001 - kafka-python has no types
    """Until a first event has gone the whole way."""
    until = time.monotonic() + 60
    while not warehouse.rows("SELECT count() FROM receipts")[0][0]:
        if time.monotonic() > until:
            raise TimeoutError("intake did not take the first event in within a minute")
        key, message = next(made)
        producer.send(topic, key=key, value=message)
        time.sleep(0.5)


def _send(producer, topic, made, seconds, rate) -> list[tuple[int, int, float]]:  # noqa: ANN001
    """(partition, offset, when it was sent) of every event."""
    waiting = []
    begin = time.monotonic()
    for number, (key, message) in enumerate(islice(made, seconds * rate)):
        ahead = begin + number / rate - time.monotonic()
        if ahead > 0:
            time.sleep(ahead)
        waiting.append((producer.send(topic, key=key, value=message), time.monotonic()))
    producer.flush(timeout=60)
    found = [(future.get(timeout=60), at) for future, at in waiting]
    return [(record.partition, record.offset, at) for record, at in found]


def _visible(seen: list[tuple[int, float]], offset: int) -> float:
    return next((at for last, at in seen if last >= offset), float("inf"))
