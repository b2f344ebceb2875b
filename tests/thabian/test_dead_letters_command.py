"""`thabian dead-letters`, as a user types it, on the real broker and engine."""

import json

import pytest

from tests.conftest import Installation
from tests.events import SCHOOL, message
from thabian.connections import open_producer

pytestmark = pytest.mark.real

BIG = 1_024 * 3
"""Bytes: more than the intake of these tests takes at first, less than it takes later."""


def test_from_list_to_replay(installation: Installation) -> None:
    topic = f"{installation.settings.topic_prefix}student-changes.roster"
    small = Installation(installation.settings, {**installation.env, "THABIAN_MAX_EVENT_BYTES": "1024"})
    producer = open_producer(installation.settings)
    good = message(number=1, source="x" * 400, room="1")
    large = message(number=2, source="x" * 490, street="ถ" * 160, village_number="1" * 490)
    assert 1_024 < len(large) < BIG
    for value in (good, large, b"broken \xe0\xb8\x81"):
        producer.send(topic, value, key=SCHOOL.encode(), partition=1, headers=[("trace", b"7")]).get(timeout=30)
    producer.close()
    small.run("intake", "--until-end")

    _list_and_show(installation, topic, large)
    _replay(installation, small, topic)


def listed(installation: Installation, *arguments: str) -> list[tuple[int, str, int, str]]:
    lines = installation.run("dead-letters", "list", *arguments, "--format", "json").stdout.splitlines()
    return [(row["offset"], row["code"], row["attempt"], row["state"]) for row in map(json.loads, lines)]


def _list_and_show(installation: Installation, topic: str, large: bytes) -> None:
    both = [(1, "RECORD_TOO_LARGE", 1, "waiting"), (2, "FRAMING_UNKNOWN", 1, "waiting")]
    assert listed(installation) == both
    assert listed(installation, "--code", "RECORD_TOO_LARGE") == both[:1]
    assert listed(installation, "--topic", topic, "--from", "2565-06-10", "--limit", "1") == both[:1]
    assert listed(installation, "--to", "2565-06-10") == []
    assert "RECORD_TOO_LARGE" in installation.run("dead-letters", "list").stdout
    shown = installation.run("dead-letters", "show", topic, "1", "1").stdout
    assert large.hex() not in shown
    assert json.loads(shown)["headers"] == ["trace"]
    with_bytes = json.loads(installation.run("dead-letters", "show", topic, "1", "1", "--bytes").stdout)
    assert (with_bytes["value"], with_bytes["headers"]) == (large.hex(), {"trace": b"7".hex()})
    unknown = installation.run("dead-letters", "show", topic, "1", "0", code=1)
    assert unknown.stderr.startswith("thabian: [DEAD_LETTER_UNKNOWN]")


def _replay(installation: Installation, small: Installation, topic: str) -> None:
    replay = ("dead-letters", "replay")
    assert "would stop" in installation.run(*replay, "--dry-run").stdout
    assert "1 replayed" in installation.run(*replay, "--dry-run", "--policy", "put-back").stdout
    assert [state for *_, state in listed(installation)] == ["waiting", "waiting"], "a dry run does nothing"
    stopped = installation.run(*replay, code=1)
    assert stopped.stderr.startswith("thabian: [REPLAY_STOPPED]")
    assert listed(installation) == [(1, "RECORD_TOO_LARGE", 2, "replayed"), (2, "FRAMING_UNKNOWN", 1, "waiting")]

    small.run(
        "intake", "--until-end"
    )  # still too large for it: the replay is a dead letter of its own, one attempt more
    assert listed(installation, "--waiting", "--code", "RECORD_TOO_LARGE") == [(3, "RECORD_TOO_LARGE", 2, "waiting")]
    installation.run(*replay, "--policy", "put-back")
    installation.run("intake", "--until-end")
    assert listed(installation, "--waiting") == [(2, "FRAMING_UNKNOWN", 2, "waiting")]
    dropped = installation.run(
        *replay, "--policy", "drop", "--reason", "a test of the line", "--code", "FRAMING_UNKNOWN"
    )
    assert "1 dropped" in dropped.stdout
    assert listed(installation, "--waiting") == []
    assert "0 replayed, 0 put back, 0 dropped" in installation.run(*replay).stdout

    warehouse = installation.warehouse()
    rows = "SELECT offset, toString(action), attempt, code, reason FROM dead_letter_actions ORDER BY offset, attempt"
    assert warehouse.rows(rows) == [
        (1, "REPLAYED", 2, "", ""),
        (2, "PUT_BACK", 2, "FRAMING_UNKNOWN", ""),
        (2, "DROPPED", 3, "FRAMING_UNKNOWN", "a test of the line"),
        (3, "REPLAYED", 3, "", ""),
    ]
    received = "SELECT offset, toString(outcome), first_received < append_time FROM receipts ORDER BY offset"
    assert warehouse.rows(received) == [
        (0, "ACCEPTED", 0), (1, "DEAD_LETTER", 0), (2, "DEAD_LETTER", 0), (3, "DEAD_LETTER", 1), (4, "ACCEPTED", 1)
    ]  # fmt: skip
    first = "SELECT uniqExact(first_received) FROM receipts WHERE offset IN (1, 3, 4)"
    assert warehouse.rows(first) == [(1,)], "kept through both replays (semantics 3.5)"
    warehouse.close()
    installation.run(*replay, "--again", "--topic", topic, "--partition", "1", "--offset", "3")
    installation.run("intake", "--until-end")
    assert "DUPLICATE" in installation.run("receipts", "--counts").stdout
    assert "each has one outcome" in installation.run("audit").stdout


@pytest.mark.parametrize(
    "arguments", [("--policy", "drop"), ("--reason", "why"), ("--partition", "1"), ("--topic", "t", "--offset", "1")]
)
def test_bad_arguments_are_one_line(installation: Installation, arguments: tuple[str, ...]) -> None:
    refused = installation.run("dead-letters", "replay", *arguments, code=2)
    assert refused.stderr.startswith("thabian: [REPLAY_INVALID]")
