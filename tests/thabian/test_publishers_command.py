"""`thabian publishers`, as a user types it, on the real broker and engine."""

import json

import pytest

from tests.conftest import Installation
from tests.events import SCHOOL, message
from thabian.connections import open_producer

pytestmark = pytest.mark.real


def listed(installation: Installation, *arguments: str) -> list[dict[str, object]]:
    return [
        json.loads(line)
        for line in installation.run("publishers", "list", *arguments, "--format", "json").stdout.splitlines()
    ]


def test_from_add_to_revoke(installation: Installation) -> None:
    said = installation.run("publishers", "add", "bmis").stdout
    assert f"{installation.settings.topic_prefix}student-changes.bmis" in said
    assert "before" in installation.run("publishers", "add", "bmis").stdout
    assert listed(installation, "bmis")[0]["state"] == "no grant"
    send(installation)
    first = installation.run("publishers", "grant", "bmis", "--school", SCHOOL).stdout
    again = installation.run("publishers", "grant", "bmis", "--school", SCHOOL).stdout
    assert "before" in again
    grant_id = first.partition(":")[0]
    assert again.startswith(grant_id)
    send(installation)
    installation.run("publishers", "revoke", grant_id)
    assert "before" in installation.run("publishers", "revoke", grant_id).stdout
    send(installation)
    installation.run("intake", "--until-end")
    lines = installation.run("receipts", "--format", "json").stdout.splitlines()
    receipts = {row["offset"]: (row["outcome"], row["codes"]) for row in map(json.loads, lines)}
    assert receipts == {
        0: ("REJECTED", ["NOT_AUTHORISED"]), 1: ("ACCEPTED", []), 2: ("REJECTED", ["NOT_AUTHORISED"])
    }  # fmt: skip
    assert [row["state"] for row in listed(installation, "bmis")] == ["revoked"]
    assert {row["publisher"] for row in listed(installation)} == {"bmis", "roster"}
    assert "revoked" in installation.run("publishers", "list").stdout


def test_what_is_given_twice_is_granted_twice(installation: Installation) -> None:
    """Once each: not the last alone."""
    installation.run("publishers", "add", "several")
    said = installation.run(
        "publishers", "grant", "several", *("--affiliation", "10", "--affiliation", "31") * 2
    ).stdout
    assert len(said.splitlines()) == 2
    assert [row["of"] for row in listed(installation, "several")] == ["affiliation 10", "affiliation 31"]
    wrong = ("--school", SCHOOL, "--school", "12")
    assert "GRANT_INVALID" in installation.run("publishers", "grant", "several", *wrong, code=2).stderr
    assert len(listed(installation, "several")) == 2, "all or none"


def send(installation: Installation) -> None:
    producer = open_producer(installation.settings)
    topic = f"{installation.settings.topic_prefix}student-changes.bmis"
    producer.send(topic, message(number=1), partition=0).get(timeout=30)
    producer.close()


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("add", "No Name"), "PUBLISHER_NAME_INVALID"),
        (("grant", "nobody", "--school", SCHOOL), "PUBLISHER_UNKNOWN"),
        (("grant", "roster"), "GRANT_INVALID"),
        (("grant", "roster", "--school", SCHOOL, "--affiliation", "10"), "GRANT_INVALID"),
        (("grant", "roster", "--school", SCHOOL, "--kinds", "Nothing"), "GRANT_INVALID"),
        (("grant", "roster", "--school", SCHOOL, "--from", "noon"), "DATE_INVALID"),
        (("grant", "roster", "--affiliation", "10", "--from", "2565-06-10", "--to", "2565-06-09"), "GRANT_INVALID"),
        (("revoke", "nothing"), "GRANT_UNKNOWN"),
        (("list", "nobody"), "PUBLISHER_UNKNOWN"),
    ],
)
def test_bad_arguments_are_one_line(installation: Installation, arguments: tuple[str, ...], code: str) -> None:
    refused = installation.run("publishers", *arguments, code=2)
    assert refused.stderr.startswith(f"thabian: [{code}]")
    assert len(refused.stderr.splitlines()) == 1
