"""`thabian findings reconcile` on a real broker and engine: equal, different, behind."""

import json
from collections.abc import Callable

import pytest
import typer
from typer.testing import CliRunner, Result

from schemas import topics
from schemas.errors import ThabianError
from tests.conftest import Installation
from tests.snapshots.findings.test_reconcile import OLD, tell
from thabian import settings as settings_module
from thabian.commands.findings_reconcile import reconcile
from thabian.connections import open_producer

pytestmark = pytest.mark.real
Asked = Callable[..., Result]


@pytest.fixture
def asked(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> Asked:
    for name, value in installation.env.items():
        monkeypatch.setenv(name, value)
    settings_module._load.cache_clear()
    app = typer.Typer()
    app.command("reconcile")(reconcile)
    return lambda *arguments: CliRunner().invoke(app, arguments)


def test_nothing_differs_where_there_is_nothing(asked: Asked) -> None:
    done = asked("--wait", "0", "--format", "json", "--at", "2565-08-01")
    assert done.exit_code == 0, done.exception
    assert json.loads(done.stdout) == {"day": "2022-08-01", "equal": {}, "missing": [], "surplus": [], "holds": True}


def test_a_finding_of_the_stream_alone_is_named(installation: Installation, asked: Asked) -> None:
    tell(installation.warehouse(), OLD, 1, told_at=1)
    done = asked("--wait", "0", "--format", "json")
    assert isinstance(done.exception, ThabianError)
    assert (done.exception.code, done.exception.exit_code) == ("FINDINGS_DIFFER", 1)
    named = {"finding_id": OLD.finding_id.hex(), "code": OLD.code, "school_code": "1020080007", "other_school": None}
    assert json.loads(done.stdout)["surplus"] == [named]
    table = asked("--wait", "0").stdout
    assert OLD.finding_id.hex() in table
    assert OLD.person_key.hex() not in table


@pytest.mark.parametrize("topic", [topics.ACCEPTED, topics.CROSSINGS, topics.FINDINGS])
def test_behind(installation: Installation, asked: Asked, topic: topics.Topic) -> None:
    """A message in any of the three topics that nobody has committed."""
    producer = open_producer(installation.settings)
    producer.send(installation.settings.topic_prefix + topic.name, key=b"1", value=b"1").get(30)
    producer.close()
    done = asked("--wait", "0")
    assert isinstance(done.exception, ThabianError)
    assert done.exception.code == "STREAMS_BEHIND"
    assert "1 messages behind" in str(done.exception)


def test_intake_that_has_stored_and_not_committed_is_behind(installation: Installation, asked: Asked) -> None:
    name = topics.ingress(topics.DEFAULT_PUBLISHER, installation.settings.topic_prefix)
    producer = open_producer(installation.settings)
    producer.send(name, key=b"1", value=b"1", partition=0).get(30)
    producer.close()
    installation.warehouse().insert("receipts", {"topic": [name], "partition": [0], "offset": [0]})
    done = asked("--wait", "0")
    assert isinstance(done.exception, ThabianError)
    assert done.exception.code == "STREAMS_BEHIND"
