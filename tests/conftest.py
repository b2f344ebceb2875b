"""What tests share: one real broker and one real engine a session, and nothing else within reach."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import structlog

from consumers import grants
from consumers.authorise import ALL, NAMED
from deploy.local.endpoints import Endpoints
from deploy.local.stack import LocalStack
from schemas.topics import DEFAULT_PUBLISHER
from thabian import settings as settings_module
from thabian.connections import open_admin, open_warehouse
from thabian.settings import Settings
from thabian.topic_admin import TopicAdmin
from warehouse import migrate
from warehouse.clickhouse import ClickHouseWarehouse

HOME = "THABIAN_TEST_HOME"
hypothesis.settings.register_profile("thabian", deadline=None)  # time is measured in benchmarks/, never here
hypothesis.settings.load_profile("thabian")

PROJECT = Path(__file__).parent.parent


def pytest_configure(config: pytest.Config) -> None:
    """The session's own folder, made by the first process and inherited by xdist's workers."""
    if HOME not in os.environ:
        os.environ[HOME] = tempfile.mkdtemp(prefix="thabian-test-")
        config.add_cleanup(_tear_down)


def _tear_down() -> None:
    home = Path(os.environ.pop(HOME))
    LocalStack(home / "local").down()
    shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(autouse=True)
def _logs_of_its_own() -> Iterator[None]:
    """A command run within the session points the logs at what the test captures, which is closed with it."""
    yield
    structlog.reset_defaults()


@pytest.fixture(autouse=True)
def _nothing_else_in_reach(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that reaches a database or broker it did not ask for fails: no setting of the user's is seen, and no address
    but loopback, and that only by tests marked `real`.
    """
    for name in [
        name for name in os.environ if name.startswith("THABIAN_") and name not in (HOME, "THABIAN_CACHE_DIR")
    ]:
        monkeypatch.delenv(name)
    monkeypatch.setitem(Settings.model_config, "env_file", None)
    monkeypatch.setenv("THABIAN_LOCAL_HOME", str(Path(os.environ[HOME]) / "nowhere"))
    monkeypatch.setenv("THABIAN_OUTBOX_PATH", str(Path(os.environ[HOME]) / "nowhere" / "outbox.sqlite"))
    settings_module._load.cache_clear()
    real = request.node.get_closest_marker("real") is not None
    for method in ("connect", "connect_ex"):
        monkeypatch.setattr(socket.socket, method, _guarded(getattr(socket.socket, method), real=real))


def _guarded(connect: Callable[..., Any], *, real: bool) -> Callable[..., Any]:
    def guarded(self: socket.socket, address: Any) -> Any:
        if self.family != socket.AF_UNIX and not (real and address[0] in ("127.0.0.1", "localhost", "::1")):
            raise AssertionError(f"this test did not ask for {address}: mark it `real` and use the fixtures")
        return connect(self, address)

    return guarded


@pytest.fixture(scope="session")
def stack() -> Endpoints:
    """The session's broker and engine: started by whoever asks first, stopped when the session ends."""
    return LocalStack(Path(os.environ[HOME]) / "local").up(lambda *_: None)


@dataclass(frozen=True)
class Installation:
    """Topics and a database of a test's own, and the command line working on them."""

    settings: Settings
    env: Mapping[str, str]

    def run(
        self, *arguments: str, code: int | None = 0, timeout: float = 120, stdin: str = ""
    ) -> subprocess.CompletedProcess[str]:
        """Run `thabian …` as a user would. `code` None: any exit code."""
        command = [sys.executable, "-c", "from thabian.cli import main; main()", *arguments]
        done = subprocess.run(
            command, env={**os.environ, **self.env}, cwd=PROJECT, text=True, capture_output=True, timeout=timeout,
            input=stdin, check=False,
        )  # fmt: skip
        assert code is None or done.returncode == code, f"exit {done.returncode}: {done.stdout}\n{done.stderr}"
        assert "Traceback" not in done.stderr, done.stderr
        return done

    def warehouse(self) -> ClickHouseWarehouse:
        return open_warehouse(self.settings)


def _new_settings(**more: Any) -> tuple[Settings, dict[str, str]]:
    name = uuid.uuid4().hex[:12]
    home = Path(os.environ[HOME])
    values = {
        "local_home": str(home / "local"),
        "outbox_path": str(home / name / "outbox.sqlite"),
        "topic_prefix": f"t{name}.",
        "clickhouse_database": f"t{name}",
        "intake_group": f"t{name}",
        "findings_group": f"t{name}-findings",
        "streams_group": f"t{name}-streams",
        "streams_folder": str(home / name / "streams"),
        **more,
    }
    env = {f"THABIAN_{key.upper()}": str(value) for key, value in values.items()}
    return Settings(**values), env


@pytest.fixture(scope="session")
def settings(stack: Endpoints) -> Settings:
    """Settings of an installation that has nothing yet."""
    return _new_settings()[0]


def _database(settings: Settings) -> ClickHouseWarehouse:
    server = open_warehouse(settings, database="default")
    server.execute(f"CREATE DATABASE IF NOT EXISTS {settings.clickhouse_database}")
    server.close()
    made = open_warehouse(settings)
    for migration in migrate.pending(made):
        migrate.apply(made, migration, now_ms=0)
    return made


@pytest.fixture(scope="module")
def warehouse(stack: Endpoints) -> Iterator[ClickHouseWarehouse]:
    """A fresh, migrated database on the real engine, for the tests of one file."""
    fresh, _ = _new_settings()
    made = _database(fresh)
    yield made
    made.execute(f"DROP DATABASE {fresh.clickhouse_database}")
    made.close()


def grant_everything(warehouse: ClickHouseWarehouse, publisher: str, affiliation: str = "10") -> None:
    """Let a publisher send any kind for every school of an affiliation, from the beginning of time."""
    grants.add(warehouse, publisher, 0)
    kinds = grants.kinds_of(",".join((ALL, *NAMED)))
    grants.grant(warehouse, grants.Wanted(publisher, grants.affiliation_scope(affiliation), kinds, 0), 0)


@contextmanager
def _installed(**more: Any) -> Iterator[Installation]:
    fresh, env = _new_settings(**more)
    made = _database(fresh)
    client = open_admin(fresh)
    admin = TopicAdmin(client, fresh)
    admin.apply(admin.wanted(()))
    grant_everything(made, DEFAULT_PUBLISHER)
    yield Installation(fresh, env)
    made.execute(f"DROP DATABASE {fresh.clickhouse_database}")
    made.close()
    client.delete_topics([fresh.topic_prefix + topic.name for topic in admin.wanted(())])
    client.close()


@pytest.fixture
def installation(stack: Endpoints) -> Iterator[Installation]:
    """Topics, tables and an outbox of the test's own."""
    with _installed() as made:
        yield made


@pytest.fixture
def own_parts(tmp_path: Path) -> Iterator[Installation]:
    """The same on a broker and an engine of the test's own, which it may kill."""
    stack = LocalStack(tmp_path / "local")
    try:
        stack.up(lambda *_: None)
        with _installed(local_home=str(tmp_path / "local")) as made:
            yield made
    finally:
        stack.down()


@pytest.fixture(scope="module")
def shared_installation(stack: Endpoints) -> Iterator[Installation]:
    """The same for all tests of a file that change nothing in it: topics are slow to make."""
    with _installed() as made:
        yield made


@pytest.fixture
def closed_port() -> int:
    """A port of this machine on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
