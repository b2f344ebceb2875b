"""`thabian topics` on the real broker: what is missing is made, what differs mended, what would move schools refused."""

import pytest
from kafka.admin import ConfigResource, ConfigResourceType

from schemas import topics
from schemas.errors import ThabianError
from tests.conftest import _new_settings
from thabian.connections import open_admin
from thabian.topic_admin import TopicAdmin

pytestmark = pytest.mark.real


@pytest.fixture
def settings(stack):
    return _new_settings()[0]


@pytest.fixture
def client(settings):
    """Forgets in the end every topic under this test's prefix."""
    made = open_admin(settings)
    yield made
    mine = [name for name in made.list_topics() if name.startswith(settings.topic_prefix)]
    if mine:
        made.delete_topics(mine)
    made.close()


@pytest.fixture
def admin(client, settings):
    return TopicAdmin(client, settings)


def found(differences, settings):
    return {(item.topic.removeprefix(settings.topic_prefix), item.what) for item in differences}


def shown(admin, name, key, value):
    """Waits until the broker shows a change that was made behind the admin's back."""
    while admin._configs([name])[name][key] != value:
        pass


ALL_MISSING = {(topic.name, "topic") for topic in topics.declared()}


def test_what_is_missing_is_made_once(admin, client, settings):
    assert found(admin.differences(admin.wanted(())), settings) == ALL_MISSING
    assert found(admin.apply(admin.wanted(())), settings) == ALL_MISSING
    assert admin.differences(admin.wanted(())) == []
    assert admin.apply(admin.wanted(())) == []
    described = client.describe_topics([settings.topic_prefix + topic.name for topic in topics.declared()])
    partitions = {item["name"].removeprefix(settings.topic_prefix): len(item["partitions"]) for item in described}
    assert partitions == {topic.name: topic.partitions for topic in topics.declared()}


def test_looking_makes_nothing(admin, client, settings):
    admin.differences(admin.wanted(("bmis",)))
    assert not [name for name in client.list_topics() if name.startswith(settings.topic_prefix)]


def test_a_changed_configuration_is_shown_and_mended(admin, client, settings):
    admin.apply(admin.wanted(()))
    name = settings.topic_prefix + topics.ingress(topics.DEFAULT_PUBLISHER)
    declared = topics.INGRESS_CONFIGS
    changed = dict(declared) | {"retention.ms": "1000", "message.timestamp.type": "CreateTime"}
    client.alter_configs([ConfigResource(ConfigResourceType.TOPIC, name, changed)])
    shown(admin, name, "retention.ms", "1000")
    differences = admin.differences(admin.wanted(()))
    assert {(item.topic, item.what, item.declared, item.broker) for item in differences} == {
        (name, "retention.ms", declared["retention.ms"], "1000"),
        (name, "message.timestamp.type", "LogAppendTime", "CreateTime"),
    }
    assert all(item.mendable for item in differences)
    admin.apply(admin.wanted(()))
    assert admin.differences(admin.wanted(())) == []


def test_what_an_operator_set_beside_the_declared_stays(admin, client, settings):
    """Another key of the same topic is not ours to reset while we mend one of ours."""
    admin.apply(admin.wanted(()))
    name = settings.topic_prefix + topics.RECEIPTS.name
    own = dict(topics.RECEIPTS.configs) | {"retention.ms": "1000", "max.message.bytes": "2000000"}
    client.alter_configs([ConfigResource(ConfigResourceType.TOPIC, name, own)])
    shown(admin, name, "retention.ms", "1000")
    admin.apply(admin.wanted(()))
    assert admin._configs([name])[name]["max.message.bytes"] == "2000000"
    assert admin._configs([name])[name]["retention.ms"] == topics.RECEIPTS.configs["retention.ms"]


def test_a_change_that_never_shows_is_told(admin, client, settings, monkeypatch):
    admin.apply(admin.wanted(()))
    name = settings.topic_prefix + topics.RECEIPTS.name
    client.alter_configs([ConfigResource(ConfigResourceType.TOPIC, name, {"retention.ms": "1000"})])
    shown(admin, name, "retention.ms", "1000")
    monkeypatch.setattr(client, "alter_configs", lambda _: None)
    monkeypatch.setattr(admin, "_pause", lambda _: None)
    with pytest.raises(ThabianError, match=r"retention\.ms of ") as refused:
        admin.apply(admin.wanted(()))
    assert refused.value.code == "TOPICS_NOT_APPLIED"


@pytest.mark.parametrize("partitions", [1, 7])
def test_another_number_of_partitions_is_never_changed(admin, client, settings, partitions):
    name = settings.topic_prefix + topics.ingress(topics.DEFAULT_PUBLISHER)
    client.create_topics({name: {"num_partitions": partitions, "replication_factor": 1}}, wait_for_metadata=True)
    stuck = [item for item in admin.apply(admin.wanted(())) if not item.mendable]
    assert [(item.topic, item.what, item.declared, item.broker) for item in stuck] == [
        (name, "partitions", "6", str(partitions))
    ]
    assert found(admin.differences(admin.wanted(())), settings) == {("student-changes.roster", "partitions")}


def test_a_publisher_is_remembered_by_its_topic(admin, settings):
    admin.apply(admin.wanted(("bmis",)))
    assert [topic.name for topic in admin.wanted(())] == [
        "student-changes.roster", "register.accepted", "register.receipts", "register.dead-letters",
        "register.rounds", "register.findings", "register.headcounts", "register.crossings", "student-changes.bmis",
    ]  # fmt: skip
    assert admin.differences(admin.wanted(())) == []


def test_another_installation_on_the_same_broker_is_left_alone(admin, client, settings):
    other = TopicAdmin(client, settings.model_copy(update={"topic_prefix": settings.topic_prefix + "x."}))
    other.apply(other.wanted(("bmis",)))
    assert found(admin.differences(admin.wanted(())), settings) == ALL_MISSING


def test_the_commands(installation, client, thabian):
    def run(*arguments):
        return thabian("topics", *arguments, **installation.env)

    prefix = installation.settings.topic_prefix
    assert run("diff").out == run("apply").out == "The broker's topics are as declared.\n"
    missing = run("diff", "--publisher", "bmis")
    assert (missing.code, f"{prefix}student-changes.bmis" in missing.out) == (1, True)
    assert run("apply", "--publisher", "bmis", "--publisher", "other").code == 0
    assert run("diff").code == 0
    refused = run("apply", "--publisher", "B M")
    assert (refused.code, "PUBLISHER_NAME_INVALID" in refused.one_line()) == (2, True)
    stuck = f"{prefix}student-changes.stuck"
    client.create_topics({stuck: {"num_partitions": 2, "replication_factor": 1}}, wait_for_metadata=True)
    shown = run("apply")
    assert (shown.code, "left as it is" in shown.out) == (1, True)
    assert run("diff").code == 1
    client.delete_topics([stuck, *(f"{prefix}student-changes.{name}" for name in ("bmis", "other"))])
