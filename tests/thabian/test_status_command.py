"""`thabian status` on the real broker and engine, with either of them away, and while it is watched."""

import json
import os
import signal
import subprocess
import sys
from contextlib import closing

import pytest

from snapshots import schools
from snapshots.rounds import store
from snapshots.schools import School
from tests.conftest import PROJECT, Installation
from tests.events import SCHOOL, message
from tests.snapshots.rounds.acts import opened
from thabian.commands.status_output import duration
from thabian.connections import open_producer, settled
from thabian.settings import Settings

SECTIONS = ("intake", "lag", "dead_letters", "findings", "rounds", "census")
OF_THE_BROKER = {"lag", "dead_letters"}
ELSEWHERE = {
    "THABIAN_PERSON_SECRET": "p" * 32,
    "THABIAN_MATCH_SECRET": "m" * 32,
    "THABIAN_CLICKHOUSE_HOST": "127.0.0.1",
}


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0 s"),
        (12, "12 s"),
        (60, "1 min"),
        (61, "1 min 1 s"),
        (273_600, "3 d 4 h"),
        (86_460, "1 d"),
        (3_599.7, "1 h"),
    ],
)
def test_how_long(seconds, said):
    assert duration(seconds) == said


def test_addresses_that_are_configured_stay():
    given = {"kafka_bootstrap": "a:1", "clickhouse_host": "b", "person_secret": "p" * 32, "match_secret": "m" * 32}
    settings = Settings(**given)
    assert settled(settings) is settings


def test_before_the_first_start_it_is_one_line(thabian):
    said = thabian("status")
    assert "LOCAL_NOT_RUNNING" in said.one_line()


@pytest.fixture(scope="module")
def busy(shared_installation: Installation) -> Installation:
    """Something of everything."""
    producer = open_producer(shared_installation.settings)
    topic = f"{shared_installation.settings.topic_prefix}student-changes.roster"
    for value in (message(number=1), b"broken"):
        producer.send(topic, value, key=SCHOOL.encode(), partition=0).get(30)
    shared_installation.run("intake", "--until-end")
    producer.send(topic, message(number=2), key=SCHOOL.encode(), partition=3).get(30)
    producer.close()
    with closing(shared_installation.warehouse()) as warehouse:
        expected = School(3101000001, "ทดสอบ", "31", "เขตสมมติ", "", "", False, True, None, None)
        schools.load(warehouse, [expected], 1)
        store.store(warehouse, opened())
        row = {"finding_id": b"1" * 16, "told_at": 1, "topic": "t", "partition": 0, "offset": 1, "code": "GRADE_JUMP"}
        warehouse.insert("findings", {name: [value] for name, value in row.items()} | {"state": [1]})
    return shared_installation


@pytest.mark.real
def test_one_screen(busy: Installation) -> None:
    rehearsed = Installation(busy.settings, {**busy.env, "THABIAN_CLOCK": "2565-06-10 12:00"})
    said = rehearsed.run("status").stdout
    lines = {" ".join(line.split()) for line in said.splitlines()}
    assert lines >= {
        "ACCEPTED 1 1",
        "DEAD_LETTER 1 1",
        "FRAMING_UNKNOWN 1",
        "GRADE_JUMP 1 0 0",
        "bangkok-1-2565/1 1 0 0 0 0",
        "bangkok-1-2565/1: certify until 10 มิ.ย. 2565 24:00, 12 h from now",
        "nothing is sealed",
    }
    assert "broker up warehouse up" in " ".join(said.splitlines()[0].split())
    assert "0 0 0 1 0 0" in said
    assert len(said.splitlines()) <= 60
    found = json.loads(rehearsed.run("status", "--format", "json").stdout)
    assert [part["waiting"]["3"] for part in found["lag"] if part["group"] == "intake"] == [1]
    assert found["rounds"][0]["schools"]["expected"] == 1


@pytest.mark.real
@pytest.mark.parametrize("part", ["broker", "warehouse"])
def test_a_part_that_is_away_costs_its_own_lines(busy: Installation, closed_port: int, part: str) -> None:
    at = f"127.0.0.1:{closed_port}"
    away = (
        {"THABIAN_KAFKA_BOOTSTRAP": at}
        if part == "broker"
        else {**ELSEWHERE, "THABIAN_CLICKHOUSE_PORT": str(closed_port)}
    )
    without = Installation(busy.settings, {**busy.env, **away})
    found = json.loads(without.run("status", "--format", "json", code=1).stdout)
    assert {name for name, how in found["parts"].items() if how != "up"} == {part}
    failed = {name for name in SECTIONS if "error" in found[name]}
    assert failed == (OF_THE_BROKER if part == "broker" else set(SECTIONS) - {"lag"})
    said = without.run("status", code=1)
    assert f"{part} not answering" in said.stdout
    assert said.stdout.count("not known: [") == len(failed)


@pytest.mark.real
def test_it_is_watched_until_interrupted(busy: Installation) -> None:
    command = [sys.executable, "-c", "from thabian.cli import main; main()", "status", "--watch", "--every", "0.5"]
    env = {**os.environ, **busy.env}
    process = subprocess.Popen(
        [*command, "--format", "json"], env=env, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    seen = [json.loads(process.stdout.readline())["at"] for _ in range(2)]
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert (process.returncode, said) == (0, "")
    assert seen[0] < seen[1]
