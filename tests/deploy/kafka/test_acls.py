"""Access is that of the declared topics and groups: nobody reads pupils' data but intake, the monitor and operators."""

import re
import shlex

import pytest

from deploy.kafka import acls
from schemas import topics
from thabian import groups
from thabian.settings import Settings

OPERATIONS = {"Create", "Alter", "AlterConfigs", "Describe", "DescribeConfigs", "Read", "Write"}


def allowed(role, operation, topic):
    """Whether a role may do this to a topic, by Kafka's own rule for patterns."""
    for acl in acls.acls():
        if acl.role == role and acl.resource == "topic" and operation in acl.operations.split(", "):
            name = acl.name.format(publisher="roster")
            if topic == name or (acl.pattern == "prefixed" and topic.startswith(name)):
                return True
    return False


def roles(operation, topic):
    return {acl.role for acl in acls.acls() if allowed(acl.role, operation, topic)}


def test_every_topic_named_is_declared():
    declared = {topic.name for topic in topics.declared()}
    for acl in acls.acls():
        if acl.resource == "topic" and acl.pattern == "literal":
            assert acl.name.format(publisher="roster") in declared, acl


def test_every_declared_topic_is_written_by_whoever_makes_it():
    writers = {topic.name: roles("Write", topic.name) - {"operators"} for topic in topics.declared()}
    assert writers == {
        topics.ingress("roster"): {"publisher"},
        topics.ACCEPTED.name: {"intake"},
        topics.RECEIPTS.name: {"intake"},
        topics.DEAD_LETTERS.name: {"intake"},
        topics.ROUNDS.name: set(),
        topics.FINDINGS.name: {"streams"},
        topics.HEADCOUNTS.name: {"streams"},
        topics.CROSSINGS.name: {"streams"},
    }


def test_pupils_data_is_read_by_intake_the_monitor_and_operators_alone():
    assert roles("Read", topics.ingress("roster")) == {"intake", "monitor", "operators"}
    assert roles("Read", topics.DEAD_LETTERS.name) == {"monitor", "operators"}


def test_the_monitor_changes_nothing_and_joins_no_group():
    found = [acl for acl in acls.acls() if acl.role == "monitor"]
    assert {operation for acl in found for operation in acl.operations.split(", ")} == {"Read", "Describe"}
    assert {acl.operations for acl in found if acl.resource == "group"} == {"Describe"}


def test_the_monitor_reads_what_every_group_reads():
    for group in groups.groups(Settings()):
        for topic in (topic.name for topic in topics.declared() if re.match(group.reads, topic.name)):
            assert allowed("monitor", "Read", topic)


def test_a_publisher_reaches_no_other_publishers_topic():
    assert allowed("publisher", "Write", topics.ingress("roster"))
    assert not allowed("publisher", "Write", topics.ingress("roster-2"))
    assert not allowed("publisher", "Read", topics.ingress("roster"))


def test_each_reader_has_the_group_its_settings_name():
    settings = Settings()
    groups = {"intake": settings.intake_group, "streams": settings.streams_group, "sink": settings.findings_group}
    for role, group in groups.items():
        found = [acl.name for acl in acls.acls() if acl.role == role and acl.resource == "group"]
        assert found == [group]
    assert allowed("streams", "Create", f"{settings.streams_group}-events-changelog")


def test_operators_can_make_and_change_every_declared_topic():
    for topic in topics.declared():
        for operation in ("Create", "Alter", "AlterConfigs", "DescribeConfigs"):
            assert allowed("operators", operation, topic.name)


def test_nobody_may_delete_anything_and_nothing_is_for_all():
    for acl in acls.acls():
        assert set(acl.operations.split(", ")) <= OPERATIONS
        assert "*" not in acl.name


def test_commands_are_one_a_row_and_publisher():
    made = list(acls.commands("k:9092", "admin.properties", ["roster", "bangkok"], prefix="test."))
    publishers = [acl for acl in acls.acls() if acl.role == "publisher"]
    assert len(made) == len(acls.acls()) + len(publishers)
    assert shlex.split(made[0]) == shlex.split(
        "kafka-acls.sh --bootstrap-server k:9092 --command-config admin.properties --add --allow-principal User:roster"
        " --operation Write --operation Describe --topic test.student-changes.roster --resource-pattern-type literal"
    )


def test_a_name_that_is_none_is_refused():
    with pytest.raises(ValueError, match="publisher's name"):
        list(acls.commands("k:9092", "", ["a b"]))
