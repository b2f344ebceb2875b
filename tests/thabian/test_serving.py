"""The port of a process: what intake says there when it is well, when the engine is killed, and when that is back."""

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
import structlog

from monitoring.health import Health
from schemas import topics
from schemas.errors import ThabianError
from tests.conftest import PROJECT, Installation
from tests.events import SCHOOL, message
from thabian.connections import open_producer
from thabian.serving import StackWatch, serving
from thabian.settings import Settings


def ask(port: int, path: str) -> tuple[int, str]:
    """Status 0: nobody answers."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=30) as said:
            return said.status, said.read().decode()
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, refused.read().decode()
    except OSError as error:
        return 0, str(error)


def until(holds: Callable[[], bool], seconds: float, said: Callable[[], object]) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, said()


@contextlib.contextmanager
def running(installation: Installation, log: Path, *arguments: str) -> Iterator[None]:
    command = [sys.executable, "-c", "from thabian.cli import main; main()", *arguments]
    with log.open("wb") as out:
        process = subprocess.Popen(command, env={**os.environ, **installation.env}, cwd=PROJECT, stderr=out, stdout=out)
    try:
        yield
    finally:
        process.terminate()
        process.wait(timeout=60)


def test_stacks_are_logged_once_each_time_it_gets_stuck() -> None:
    now = [0.0]
    health = Health(30, 30, {}, lambda: now[0])
    watch = StackWatch(health)
    with structlog.testing.capture_logs() as logged:
        for at in (0, 31, 40):
            if not at:
                health.turned()
            now[0] = float(at)
            watch.look()
        health.turned()
        watch.look()
        now[0] = 80
        watch.look()
    assert [line["event"] for line in logged] == ["stuck", "stuck"]
    assert logged[0]["reasons"] == ["the loop has not turned for 31 s"]
    assert "test_serving.py" in logged[0]["stacks"]


def test_without_a_port_nothing_is_looked_up() -> None:
    with serving(Settings(), "intake", 0) as health:
        assert not health.reaches


@pytest.mark.real
def test_a_port_that_is_taken_is_one_line(installation: Installation, closed_port: int) -> None:
    with serving(installation.settings, "intake", closed_port), pytest.raises(ThabianError) as refused:  # noqa: SIM117
        with serving(installation.settings, "intake", closed_port):
            pass
    assert refused.value.code == "SETTINGS_INVALID"
    assert str(closed_port) in refused.value.message


@pytest.mark.real
@pytest.mark.parametrize("command", [("findings", "sink"), ("streams",)])
def test_the_sink_and_the_stream_are_ready_too(
    command: tuple[str, ...], installation: Installation, closed_port: int, tmp_path: Path
) -> None:
    env = {**installation.env, "THABIAN_STREAMS_FOLDER": str(tmp_path / "streams")}
    env["THABIAN_STREAMS_GROUP"] = env["THABIAN_INTAKE_GROUP"] + "-streams"
    log = tmp_path / "log"
    with running(Installation(installation.settings, env), log, *command, "--metrics-port", str(closed_port)):
        until(lambda: ask(closed_port, "/readyz")[0] == 200, 90, lambda: (ask(closed_port, "/readyz"), log.read_text()))
        assert ask(closed_port, "/healthz") == (200, "ok\n")
        assert f'process="{" ".join(command)}"' in ask(closed_port, "/metrics")[1]
        if command == ("streams",):
            until(lambda: _stream_lags(closed_port) == {0.0}, 30, lambda: ask(closed_port, "/metrics")[1])


def _stream_lags(port: int) -> set[float]:
    said = ask(port, "/metrics")[1]
    lags = re.findall(r'^thabian_streams_lag_events\{partition="\d+",topic="\S+"\} (\S+)$', said, re.MULTILINE)
    went = re.findall(r"^thabian_streams_partition_progress_timestamp_seconds\{", said, re.MULTILINE)
    assert len(lags) == len(went)
    return set(map(float, lags))


@pytest.mark.real
def test_intake_is_ready_says_that_the_engine_is_gone_and_is_ready_again(
    own_parts: Installation, closed_port: int, tmp_path: Path
) -> None:
    producer = open_producer(own_parts.settings)
    topic = topics.ingress("roster", own_parts.settings.topic_prefix)
    for number in range(20):
        producer.send(topic, message(number=number), key=SCHOOL.encode())
    producer.flush()
    partitions = len(producer.partitions_for(topic))
    producer.close()
    log = tmp_path / "log"

    def ready() -> tuple[int, str]:
        return ask(closed_port, "/readyz")

    def lags() -> dict[str, float]:
        found = re.findall(
            r'^thabian_intake_lag_events\{partition="(\d+)",topic="\S+"\} (\S+)$',
            ask(closed_port, "/metrics")[1],
            re.MULTILINE,
        )
        return {partition: float(lag) for partition, lag in found}

    caught_up = dict.fromkeys(map(str, range(partitions)), 0.0)
    with running(own_parts, log, "intake", "--metrics-port", str(closed_port)):
        until(lambda: ready()[0] == 200 and lags() == caught_up, 60, lambda: (ready(), lags(), log.read_text()))
        assert 'thabian_intake_events_total{outcome="ACCEPTED"} 20.0' in ask(closed_port, "/metrics")[1]
        status = json.loads(own_parts.run("local", "status", "--format", "json").stdout)
        (pid,) = [item["pid"] for item in status if item["name"] == "clickhouse"]
        psutil.Process(pid).send_signal(signal.SIGKILL)
        until(lambda: "warehouse does not answer" in ready()[1], 60, ready)
        assert ready()[0] == 503
        own_parts.run("local", "up")
        until(lambda: ready()[0] == 200, 90, lambda: (ready(), log.read_text()))
