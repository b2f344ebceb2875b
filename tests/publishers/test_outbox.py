"""What is in the outbox reaches Kafka, whole, in order per school, and nothing else."""

import os
import signal
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from publishers import delivery
from publishers.outbox import Outbox
from publishers.sender import Message
from schemas.errors import ThabianError
from tests.publishers.senders import MemorySender, broker_away

PROJECT = Path(__file__).parents[2]
TOPIC, OTHER = "student-changes.roster", "student-changes.other"


def message(number: int, topic: str = TOPIC) -> Message:
    return Message(topic, str(number % 3).encode(), f"event {number}".encode())


def messages(count: int, topic: str = TOPIC) -> list[Message]:
    return [message(number, topic) for number in range(count)]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "folder" / "outbox.sqlite"


def nothing(_: int) -> None:
    pass


def test_everything_is_sent_in_order_and_forgotten(path):
    sender, told = MemorySender(TOPIC), []
    with Outbox(path, batch=4) as outbox:
        assert delivery.publish(outbox, TOPIC, iter(messages(10)), sender.opened(), told.append) == 10
        assert outbox.waiting() == {}
    assert sender.delivered == messages(10)
    assert told == [4, 4, 2]


def test_a_broker_that_is_away_loses_nothing_and_says_how_to_go_on(path):
    with (
        Outbox(path) as outbox,
        pytest.raises(ThabianError, match=r"5 events are kept in the outbox.*publish resume") as caught,
    ):
        delivery.publish(outbox, TOPIC, messages(5), broker_away(), nothing)
    assert (caught.value.code, caught.value.exit_code) == ("BROKER_UNAVAILABLE", 1)
    sender = MemorySender(TOPIC)
    with Outbox(path) as outbox:
        delivery.resume(outbox, sender.opened(), nothing)
        assert outbox.waiting() == {}
    assert sender.delivered == messages(5)


def test_what_waited_goes_before_what_is_new(path):
    with Outbox(path) as outbox:
        outbox.put(messages(3))
    sender = MemorySender(TOPIC)
    with Outbox(path) as outbox:
        delivery.publish(outbox, TOPIC, [message(7)], sender.opened(), nothing)
    assert sender.delivered == [*messages(3), message(7)]


def test_a_failure_keeps_it_and_all_that_follows_it_in_its_school(path):
    sender = MemorySender(TOPIC, failing=lambda item: "BROKER_UNAVAILABLE" if item == message(1) else None)
    with Outbox(path, batch=6) as outbox:
        outbox.put(messages(9))
        with pytest.raises(ThabianError, match="kept"):
            delivery.resume(outbox, sender.opened(), nothing)
        assert sender.delivered == [message(n) for n in (0, 2, 3, 4, 5)], "the batch after the failure is not tried"
        later = MemorySender(TOPIC)
        delivery.resume(outbox, later.opened(), nothing)
    assert later.delivered == [message(n) for n in (1, 4, 6, 7, 8)], "4 is of the school of 1 and goes again after it"


def test_a_topic_that_does_not_exist_refuses_the_file_before_anything_is_kept(path):
    with Outbox(path) as outbox:
        with pytest.raises(ThabianError) as caught:
            delivery.publish(outbox, TOPIC, messages(3), MemorySender(OTHER).opened(), nothing)
        assert caught.value.code == "TOPIC_MISSING"
        assert outbox.waiting() == {}


def test_a_topic_that_is_gone_holds_no_other_up(path):
    sender = MemorySender(TOPIC)
    with Outbox(path) as outbox:
        outbox.put(messages(2, OTHER))
        with pytest.raises(ThabianError, match="2 events are kept") as caught:
            delivery.publish(outbox, TOPIC, messages(3), sender.opened(), nothing)
        assert caught.value.code == "TOPIC_MISSING"
        assert outbox.waiting() == {OTHER: 2}
        assert outbox.discard(OTHER) == 2
        assert outbox.waiting() == {}
    assert sender.delivered == messages(3)


def test_a_file_that_cannot_be_read_to_its_end_leaves_nothing(path):
    def broken():
        yield message(1)
        raise OSError("gone")

    with Outbox(path) as outbox:
        with pytest.raises(OSError, match="gone"):
            outbox.put(broken())
        assert outbox.waiting() == {}
        assert outbox.put(messages(2)) == 2


KILLED = """
import os, signal, sys
from pathlib import Path
from publishers.outbox import Outbox
from tests.publishers.test_outbox import TOPIC, messages

class Killed:
    def require(self, topic): pass
    def send(self, items):
        with open(sys.argv[2], "ab") as log:
            log.writelines(item.value + b"\\n" for item in items)
        if b"event 7" in [item.value for item in items]:
            os.kill(os.getpid(), signal.SIGKILL)  # delivered, and not yet marked
        return [None] * len(items)

with Outbox(Path(sys.argv[1]), batch=4) as outbox:
    outbox.put(messages(20))
    outbox.drain(TOPIC, Killed(), lambda count: None)
"""


def test_killed_between_send_and_mark_nothing_is_lost_and_the_bytes_are_the_same(path, tmp_path):
    log = tmp_path / "log"
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(path), str(log)],
        cwd=PROJECT,
        env={**os.environ, "PYTHONPATH": "."},
        check=False,
    )
    assert done.returncode == -signal.SIGKILL
    before = log.read_bytes().splitlines()
    sender = MemorySender(TOPIC)
    with Outbox(path) as outbox:
        delivery.resume(outbox, sender.opened(), nothing)
    after = [item.value for item in sender.delivered]
    whole = [item.value for item in messages(20)]
    assert before == whole[:8]
    assert after == whole[4:], "the batch that was sent and not marked goes again, byte by byte"


def test_a_second_process_is_told_to_wait(path, monkeypatch):
    monkeypatch.setattr("publishers.outbox._BUSY_SECONDS", 0.0)
    with Outbox(path), pytest.raises(ThabianError) as caught, Outbox(path):
        pass
    assert caught.value.code == "OUTBOX_BUSY"


def test_its_owner_alone_may_read_it(path):
    with Outbox(path) as outbox:
        outbox.put(messages(1))
        for file in path.parent.iterdir():
            assert stat.S_IMODE(file.stat().st_mode) == 0o600, file.name
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_no_pupil_is_left_in_the_file_once_all_is_sent(path):
    with Outbox(path) as outbox:
        outbox.put(messages(2000))
        outbox.drain(TOPIC, MemorySender(TOPIC), nothing)
        assert all(b"event 1" not in file.read_bytes() for file in path.parent.iterdir())


def test_it_survives_a_power_cut_by_its_settings(path):
    with Outbox(path) as outbox:
        assert outbox._db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert outbox._db.execute("PRAGMA synchronous").fetchone() == (2,)


@pytest.mark.parametrize("content", [b"not a database, but long enough to be looked at" * 40])
def test_a_file_that_is_no_outbox_is_one_clear_line(path, content):
    path.parent.mkdir()
    path.write_bytes(content)
    with pytest.raises(ThabianError) as caught:
        Outbox(path)
    assert caught.value.code == "OUTBOX_UNUSABLE"


def test_a_folder_that_cannot_be_made_is_one_clear_line(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ThabianError) as caught:
        Outbox(tmp_path / "file" / "outbox.sqlite")
    assert caught.value.code == "OUTBOX_UNUSABLE"


def test_events_of_an_outbox_of_this_release_are_found_by_the_next(path):
    with Outbox(path) as outbox:
        outbox.put([message(1)])
    rows = sqlite3.connect(path)
    assert rows.execute("SELECT topic, key, value FROM outbox").fetchall() == [(TOPIC, b"1", b"event 1")]
    rows.close()
