"""Processes known by a file, and the supervision of a part that is a few lines of Python."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from deploy.local.daemon import Daemon
from deploy.local.errors import LocalPartError
from deploy.local.supervisor import Supervisor
from tests.deploy.local.helpers import silent, wait_until

STUBBORN = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(99)"
)
ENDLESS = "import time; print('hello', flush=True); time.sleep(99)"


@dataclass(frozen=True)
class PythonPart:
    """A part whose program is a line of Python; it answers when its log says hello."""

    program: str
    log: Path
    name: str = "python"
    port: int = 0

    def prepare(self, progress: object) -> None:
        """Nothing to prepare."""

    def command(self) -> list[str]:
        return [sys.executable, "-c", self.program]

    def environment(self) -> Mapping[str, str]:
        return os.environ

    def answers(self) -> bool:
        return self.log.exists() and "hello" in self.log.read_text()


@pytest.fixture
def daemon(tmp_path: Path) -> Iterator[Daemon]:
    made = Daemon(tmp_path / "run" / "python.json", tmp_path / "logs" / "python.log")
    yield made
    made.wait_stopped(0)


def start(daemon: Daemon, program: str) -> None:
    daemon.start([sys.executable, "-c", program], os.environ)


def test_a_daemon_has_a_session_of_its_own_and_a_log(daemon: Daemon) -> None:
    start(daemon, ENDLESS)
    wait_until(lambda: daemon.log_file.read_text() == "hello\n")
    process = daemon.process()
    assert process is not None
    assert os.getsid(process.pid) == process.pid


def test_it_is_asked_to_stop_first(daemon: Daemon) -> None:
    start(daemon, ENDLESS)
    daemon.ask_to_stop()
    assert daemon.wait_stopped(30)
    assert daemon.process() is None
    assert not daemon.pid_file.exists()


def test_what_does_not_stop_is_killed(daemon: Daemon) -> None:
    start(daemon, STUBBORN)
    wait_until(lambda: daemon.log_file.read_text() == "deaf\n")
    daemon.ask_to_stop()
    assert not daemon.wait_stopped(0.2)
    assert daemon.process() is None


def test_a_clock_that_is_set_does_not_lose_it(daemon: Daemon, monkeypatch: pytest.MonkeyPatch) -> None:
    """The history: it was known by the time of day it was started at. `local down` would have left it running."""
    start(daemon, ENDLESS)
    booted = psutil._psplatform.boot_time()
    monkeypatch.setattr(psutil._psplatform, "boot_time", lambda: booted + 60)
    assert daemon.process() is not None


@pytest.mark.parametrize("other_boot", [False, True])
def test_a_process_that_has_taken_the_number_of_a_dead_one_is_left_alone(
    daemon: Daemon, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, *, other_boot: bool
) -> None:
    other = subprocess.Popen([sys.executable, "-c", ENDLESS], stdout=subprocess.DEVNULL)
    (tmp_path / "boot_id").write_text("another\n")
    daemon.start([sys.executable, "-c", ""], os.environ)
    known = json.loads(daemon.pid_file.read_text())
    daemon.wait_stopped(30)
    started = psutil.Process(other.pid).create_time() - psutil.boot_time()
    daemon.pid_file.write_text(json.dumps(known | {"pid": other.pid, "started": started}))
    assert daemon.process() == psutil.Process(other.pid)
    if other_boot:
        monkeypatch.setattr("deploy.local.daemon.BOOT_ID", tmp_path / "boot_id")
    else:
        daemon.pid_file.write_text(json.dumps(known | {"pid": other.pid, "started": started - 60}))
    assert daemon.process() is None
    daemon.ask_to_stop()
    daemon.wait_stopped(0)
    assert other.poll() is None
    other.kill()
    other.wait()


@pytest.mark.parametrize(
    "content",
    ["", "{}", "[]", '{"pid": "x", "boot": "", "started": 1}', '{"pid": 999999999, "boot": "", "started": 1}'],
)
def test_a_damaged_file_means_that_nothing_runs(daemon: Daemon, content: str) -> None:
    daemon.pid_file.parent.mkdir(parents=True)
    daemon.pid_file.write_text(content)
    assert daemon.process() is None


def supervisor(tmp_path: Path, program: str) -> Supervisor:
    return Supervisor(PythonPart(program, tmp_path / "logs" / "python.log"), tmp_path)


def test_a_part_is_waited_for_and_started_once(tmp_path: Path) -> None:
    part = supervisor(tmp_path, ENDLESS)
    part.start(silent)
    part.wait_ready(silent)
    process = part.daemon.process()
    part.start(silent)
    assert part.daemon.process() == process
    part.daemon.wait_stopped(0)


def test_a_crash_is_told_with_the_last_lines_of_this_start(tmp_path: Path) -> None:
    part = supervisor(tmp_path, "print(*range(100), sep='\\n'); raise SystemExit('no more')")
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "python.log").write_text("of an earlier start\n")
    part.start(silent)
    with pytest.raises(LocalPartError) as raised:
        part.wait_ready(silent)
    assert raised.value.message.startswith("python stopped while it was starting")
    assert raised.value.message.endswith("  98\n  99\n  no more")
    assert "earlier" not in raised.value.message


def test_a_part_that_never_answers_is_told_of(tmp_path: Path) -> None:
    part = supervisor(tmp_path, STUBBORN)
    part.start(silent)
    with pytest.raises(LocalPartError, match="does not answer after"):
        part.wait_ready(silent, limit=0.3)
    os.kill(part.daemon.process().pid, signal.SIGKILL)
    part.daemon.wait_stopped(30)
