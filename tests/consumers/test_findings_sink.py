"""The sink on the real broker and engine: every message is one row, whatever happens in between."""

import os
import random
import signal
import subprocess
import sys

import pytest

from schemas import answers
from tests.conftest import PROJECT, Installation
from tests.consumers.findings import TOLD, finding, publish, rows, tell
from tests.faults.proxy import Mode, Proxy
from tests.faults.waiting import until
from thabian.connections import warehouse_address
from warehouse.findings_standing import standing

pytestmark = pytest.mark.real

CHILD = """
import os, signal
from thabian import settings
from thabian.findings_process import run
left = [2]
def hook(step):
    if step == {step!r}:
        left[0] -= 1
        if not left[0]:
            os.kill(os.getpid(), signal.SIGKILL)
run(settings.load(), hook=hook)
"""


def sink(installation: Installation) -> str:
    return installation.run("findings", "sink", "--until-end").stdout


def child(installation: Installation, code: str, **env: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", code], cwd=PROJECT, env={**os.environ, **installation.env, **env},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def states(installation: Installation) -> dict[bytes, str]:
    warehouse = installation.warehouse()
    found = dict(warehouse.rows(f"SELECT finding_id, toString(state) FROM ({standing()})"))
    warehouse.close()
    return found


def test_every_message_is_a_row_and_again_adds_nothing(installation: Installation) -> None:
    assert "nothing new" in sink(installation)
    told = [finding(number) for number in range(500)]
    tell(installation, [*told, *(finding(number, "RESOLVED", TOLD - 1) for number in range(100))])
    assert "500 OPEN, 100 RESOLVED" in sink(installation)
    assert len(rows(installation)) == 600
    assert "nothing new" in sink(installation)
    found = states(installation)
    assert sorted(found.values()).count("RESOLVED") == 100, "the log says what is last, not the clock of who told it"
    tell(installation, told[:100])
    assert "100 OPEN" in sink(installation)
    assert set(states(installation).values()) == {"OPEN"}
    _from_the_beginning(installation)


def _from_the_beginning(installation: Installation) -> None:
    """Another group reads all again: delivered twice, every row is there once."""
    before = rows(installation)
    again = Installation(installation.settings, {**installation.env, "THABIAN_FINDINGS_GROUP": "again"})
    sink(again)
    assert rows(installation) == before


@pytest.mark.parametrize("step", ["store", "commit"])
def test_killed_in_the_middle_it_goes_on_where_it_was(installation: Installation, step: str) -> None:
    tell(installation, [finding(number) for number in range(50)])
    killed = child(installation, CHILD.format(step=step), THABIAN_KAFKA_SESSION_TIMEOUT_MS="6000")
    until(lambda: step == "store" or len(rows(installation)) >= 50, "the first batch")
    tell(
        installation, [finding(number) for number in range(50, 60)]
    )  # it may be dead by now: then the next one takes them
    while killed.poll() is None:  # the first batches may hold all that is told yet
        tell(installation, [finding(number) for number in range(50, 60)])
    assert killed.returncode == -signal.SIGKILL
    killed.communicate()
    sink(installation)
    found = rows(installation)
    assert {row[0] for row in found} == {finding(number)["finding_id"] for number in range(60)}
    last: dict[object, list[int]] = {}
    for row in found:
        last.setdefault(row[2], []).append(int(str(row[3])))
    assert all(sorted(offsets) == list(range(len(offsets))) for offsets in last.values()), "each offset once"


def test_what_cannot_be_read_stops_it_and_nothing_is_passed_over(installation: Installation) -> None:
    one = finding(1)
    publish(installation, [(one, answers.encode("Finding", one)), (one, None), (one, b"broken")])
    for _ in range(2):
        refused = installation.run("findings", "sink", "--until-end", code=1)
        assert "[FINDING_UNREADABLE]" in refused.stderr.splitlines()[-1]


def test_while_the_warehouse_is_away_it_waits_and_sigterm_ends_it_in_order(installation: Installation) -> None:
    address = warehouse_address(installation.settings)
    proxy = Proxy(address.host, address.port, random.Random(1))
    env = {
        "THABIAN_CLICKHOUSE_HOST": "127.0.0.1", "THABIAN_CLICKHOUSE_PORT": str(proxy.port),
        "THABIAN_PERSON_SECRET": "p" * 32, "THABIAN_MATCH_SECRET": "m" * 32,
    }  # fmt: skip
    running = child(
        installation, "from thabian import settings, findings_process as f; print(f.run(settings.load()))", **env
    )
    tell(installation, [finding(1)])
    until(lambda: len(rows(installation)) == 1, "the first row")
    proxy.mode = Mode.REFUSE
    tell(installation, [finding(2)])
    proxy.seen = lambda _: None
    assert len(rows(installation)) == 1
    proxy.mode = Mode.PASS
    until(lambda: len(rows(installation)) == 2, "the second row")
    running.send_signal(signal.SIGTERM)
    out, err = running.communicate(timeout=60)
    proxy.close()
    assert running.returncode == 0, err
    assert "'OPEN': 2" in out
    assert "nothing new" in sink(installation)
