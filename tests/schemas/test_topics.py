"""Topic names say who wrote (semantics 1.1), and what is declared is what the design asks for."""

import re

import pytest

from schemas import topics
from schemas.errors import ThabianError

GOOD = ["roster", "bmis", "a", "0", "school-9", "a" * 63, "a-"]
BAD = ["", "A", "Roster", "a_b", "a.b", "a b", "-a", "โรงเรียน", "a" * 64, "a\n", "../a", "a/b"]


@pytest.mark.parametrize("prefix", ["", "demo.", "t1.x."])
@pytest.mark.parametrize("publisher", GOOD)
def test_a_publishers_topic_is_found_by_intake_and_names_it(publisher, prefix):
    name = topics.ingress(publisher, prefix)
    assert name == f"{prefix}student-changes.{publisher}"
    assert re.match(topics.ingress_pattern(prefix), name)
    assert topics.publisher_of(name, prefix) == publisher
    assert topics.ingress_topic(publisher).name == topics.ingress(publisher)


@pytest.mark.parametrize("publisher", BAD)
def test_other_names_are_refused(publisher):
    with pytest.raises(ThabianError) as refused:
        topics.ingress(publisher)
    assert (refused.value.code, refused.value.exit_code) == ("PUBLISHER_NAME_INVALID", 2)


@pytest.mark.parametrize(
    "name",
    [
        "student-changes.", "student-changes.A", "xstudent-changes.a", "student-changesxa", "register.accepted",
        "demo.student-changes.a", "student-changes.a.b",
    ],
)  # fmt: skip
def test_intake_reads_no_other_topic(name):
    assert not re.match(topics.ingress_pattern(), name)


def test_a_dot_in_a_prefix_is_a_dot():
    assert not re.match(topics.ingress_pattern("t."), "tx.student-changes.a")
    assert not re.match(topics.ingress_pattern("t."), "txstudent-changes.a")


def test_what_is_declared():
    kept = {topic.name: topic for topic in topics.declared(("roster", "bmis"))}
    assert list(kept) == [
        "student-changes.roster", "student-changes.bmis", "register.accepted", "register.receipts", "register.dead-letters",
        "register.rounds", "register.findings", "register.headcounts", "register.crossings",
    ]  # fmt: skip
    last_counts = {"register.findings", "register.headcounts"}
    for topic in kept.values():
        assert topic.partitions > 0
        assert topic.key
        assert topic.holds
        policy = "compact" if topic.name in last_counts else "delete"
        assert topic.configs["cleanup.policy"] == policy, "nothing else is compacted (semantics 7)"
    for publisher in ("roster", "bmis"):
        configs = kept[f"student-changes.{publisher}"].configs
        assert configs["message.timestamp.type"] == "LogAppendTime", "semantics 1.1"
        assert 0 < int(configs["retention.ms"]) <= 31 * 86_400_000, "pupils' data: short retention (design 3)"
    assert kept["register.accepted"].configs["retention.ms"] == "-1"
