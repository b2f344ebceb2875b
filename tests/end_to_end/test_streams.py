"""The stream on a real broker: killed in mid-stream, taken up by two, on a new machine; always what SQL finds."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from kafka import TopicPartition

from schemas import answers, topics
from snapshots.findings.reconcile import stored_so_far
from snapshots.findings.standing import open_now
from tests.conftest import PROJECT, Installation, grant_everything
from thabian.connections import open_admin, open_consumer
from thabian.stream_positions import messages_behind

pytestmark = pytest.mark.real

ENV = {"THABIAN_CLOCK": "2566-03-31 12:00", "THABIAN_KAFKA_SESSION_TIMEOUT_MS": "6000"}
YEAR = (
    *("simulate", "--schools", "8", "--pupils", "700", "--seed", "7", "--busier", "8", "--cases", "1"),
    *("--affiliation", "31", "--affiliation", "10", "--publisher", "roster"),
)


def wait(condition, seconds=90):
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "it did not come to that"
        time.sleep(0.1)


@pytest.fixture
def year(installation: Installation, tmp_path):
    """A simulated year, accepted; nothing has looked at it yet."""
    rehearsed = replace(installation, env={**installation.env, **ENV})
    grant_everything(installation.warehouse(), "roster", "31")
    rehearsed.run(*YEAR, "-o", str(tmp_path))
    rehearsed.run("intake", "--until-end")
    return rehearsed


@contextmanager
def worker(installation: Installation, *arguments: str, **more: str):
    command = [sys.executable, "-c", "from thabian.cli import main; main()", "streams", *arguments]
    env = {**os.environ, **installation.env, **more}
    process = subprocess.Popen(
        command, env=env, cwd=PROJECT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def caught_up(installation: Installation) -> bool:
    """All but the sink: it runs at the end."""
    with closing(installation.warehouse()) as warehouse:
        cut = stored_so_far(warehouse)
    without_sink = installation.settings.model_copy(update={"findings_group": installation.settings.streams_group})
    return messages_behind(without_sink, cut) - findings_told(installation) <= 0


def members(installation: Installation) -> int:
    """Workers that have their partitions."""
    with closing(open_admin(installation.settings)) as admin:
        (group,) = admin.describe_groups([installation.settings.streams_group]).values()
    return len(group["members"]) if group["group_state"] == "Stable" else 0


def findings_told(installation: Installation) -> int:
    return sum(1 for _ in messages(installation, topics.FINDINGS.name))


def messages(installation: Installation, topic: str):
    """Everything a topic holds now."""
    with closing(open_consumer(installation.settings, auto_offset_reset="earliest")) as consumer:
        places = [TopicPartition(installation.settings.topic_prefix + topic, part) for part in range(12)]
        consumer.assign(places)
        consumer.seek_to_beginning()
        ends = consumer.end_offsets(places)
        while any(consumer.position(place) < ends[place] for place in places):
            for records in consumer.poll(500).values():
                yield from records


def open_ids(installation: Installation) -> set[bytes]:
    last = {}
    for record in messages(installation, topics.FINDINGS.name):
        last[record.key] = answers.decode("Finding", record.value)["state"]
    return {key for key, state in last.items() if state == "OPEN"}


def test_findings_and_headcounts_are_those_of_the_sql(year: Installation, tmp_path: Path) -> None:
    year.run("streams", "--until-end")
    year.run("findings", "sink", "--until-end")
    said = year.run("findings", "reconcile", "--wait", "30").stdout
    assert "find the same" in said
    planted = year.run("simulate", "findings", str(tmp_path)).stdout
    assert "one_person_under_two_ids" in planted
    found = open_ids(year)
    assert len(found) > 10

    year.run("snapshot", "seal", "--year", "2565", "--round", "3", "--as-of", "2566-03-31")
    with closing(year.warehouse()) as warehouse:
        rows = warehouse.rows(
            "SELECT school_code, grade, sex, count() FROM census_rows GROUP BY school_code, grade, sex"
        )
    census = Counter({(school, grade, sex): pupils for school, grade, sex, pupils in rows})
    counted = {}
    for record in messages(year, topics.HEADCOUNTS.name):
        told = answers.decode("Headcount", record.value)
        counted[told["school_code"]] = {(cell["grade"], cell["sex"]): cell["pupils"] for cell in told["counts"]}
    assert Counter({(s, g, x): n for s, cells in counted.items() for (g, x), n in cells.items()}) == census

    # Where a planted finding is missing, the check says so.
    with closing(year.warehouse()) as warehouse:
        warehouse.execute("ALTER TABLE findings DELETE WHERE code = 'GRADE_JUMP' SETTINGS mutations_sync = 1")
    year.run("simulate", "findings", str(tmp_path), code=1)
    year.run("findings", "reconcile", "--wait", "30", code=1)

    # On a new machine the tables come back from their changelogs: nothing is told anew.
    shutil.rmtree(year.settings.streams_folder)
    before = findings_told(year)
    year.run("streams", "--until-end")
    assert findings_told(year) == before
    # A new group works all of it out anew and comes to the same.
    anew = replace(year, env={**year.env, "THABIAN_STREAMS_GROUP": f"{year.settings.streams_group}-anew"})
    shutil.rmtree(year.settings.streams_folder)
    anew.run("streams", "--until-end")
    assert open_ids(year) == found


def test_killed_in_mid_stream_and_taken_up_by_two(year: Installation, tmp_path: Path) -> None:
    with worker(year) as first:
        wait(lambda: findings_told(year) > 0)
        first.send_signal(signal.SIGKILL)
        first.wait()
    folders = [{"THABIAN_STREAMS_FOLDER": str(tmp_path / f"worker-{number}")} for number in (1, 2)]
    with worker(year, **folders[0]) as one, worker(year, **folders[1]) as two:
        wait(lambda: members(year) == 2)
        wait(lambda: caught_up(year))
        for process in (one, two):
            assert process.poll() is None
            process.send_signal(signal.SIGTERM)
        assert [one.wait(60), two.wait(60)] == [0, 0]
    year.run("streams", "--until-end")
    year.run("findings", "sink", "--until-end")
    assert "find the same" in year.run("findings", "reconcile", "--wait", "30").stdout
    with closing(year.warehouse()) as warehouse:
        stored = open_now(warehouse, ["ACTIVE_AT_TWO_SCHOOLS", "ACTIVE_AT_TWO_AFFILIATIONS"])
    assert set(stored) <= open_ids(year)
    assert stored


def test_two_that_end_at_the_end_leave_nothing_to_each_other(year: Installation, tmp_path: Path) -> None:
    """One used to end when it had done its own partitions, while the other still wrote crossings for them."""
    folders = [{"THABIAN_STREAMS_FOLDER": str(tmp_path / f"worker-{number}")} for number in (1, 2)]
    with worker(year, "--until-end", **folders[0]) as one, worker(year, "--until-end", **folders[1]) as two:
        assert [one.wait(120), two.wait(120)] == [0, 0]
    year.run("findings", "sink", "--until-end")
    assert "find the same" in year.run("findings", "reconcile", "--wait", "30").stdout
