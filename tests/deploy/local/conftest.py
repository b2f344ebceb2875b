"""A ClickHouse server process for all tests of this folder, and one that a test may kill."""

import os
import signal
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from clickhouse_driver import Client

from tests.deploy.local.helpers import ServerProcess

NAMES = count(1)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    process = ServerProcess(tmp_path_factory.mktemp("clickhouse")).start()
    yield process
    assert process.end(signal.SIGTERM) == 0


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[ServerProcess]:
    """A server that the test may kill."""
    process = ServerProcess(tmp_path)
    yield process.start()
    process.disconnect()
    if process.process.poll() is None:
        process.end(signal.SIGKILL)


@pytest.fixture
def client(server: ServerProcess) -> Iterator[Client]:
    """A client in a database of the test's own."""
    name = f"test_{os.getpid()}_{next(NAMES)}"
    first = server.client()
    first.execute(f"CREATE DATABASE {name}")
    yield server.client(database=name)
    first.execute(f"DROP DATABASE {name}")
    server.disconnect()
