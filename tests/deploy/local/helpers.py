"""A ClickHouse server process that a test may start, kill and start again."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from clickhouse_driver import Client

from deploy.local.clickhouse.part import ClickHousePart
from deploy.local.ports import choose

LIMIT = 60.0  # seconds


def wait_until(condition: Callable[[], object], limit: float = LIMIT) -> None:
    end = time.monotonic() + limit
    while not condition():
        assert time.monotonic() < end, f"not so within {limit} seconds"
        time.sleep(0.01)


class ServerProcess:
    """`python -m deploy.local.clickhouse` over a folder; may be killed and started again."""

    def __init__(self, folder: Path) -> None:
        self.part = ClickHousePart(folder / "data", "127.0.0.1", choose("127.0.0.1", str(folder), ()))
        self.log = folder / "server.log"
        self.clients: list[Client] = []
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> "ServerProcess":
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(self.part.command(), env=self.part.environment(), stdout=log, stderr=log)
        wait_until(lambda: self.part.answers() or self.process.poll() is not None)
        assert self.process.poll() is None, self.log.read_text()
        return self

    def end(self, number: signal.Signals) -> int:
        self.process.send_signal(number)
        return self.process.wait(LIMIT)

    def client(self, **options: object) -> Client:
        self.clients.append(Client("127.0.0.1", self.part.port, **options))
        return self.clients[-1]

    def disconnect(self) -> None:
        while self.clients:
            self.clients.pop().disconnect()


def run_module(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *arguments], capture_output=True, text=True, timeout=LIMIT, check=False, cwd=Path.cwd()
    )


def silent(*_: object) -> None:
    """Progress that nobody looks at."""
