"""The local ClickHouse server as a part of the local stack."""

import os
import socket
import sys
from dataclasses import dataclass
from pathlib import Path

from clickhouse_driver import Client
from clickhouse_driver.errors import Error

from deploy.local.parts import Progress

TIMEOUT = 2  # seconds
ROOT = Path(__file__).parents[3]


@dataclass(frozen=True)
class ClickHousePart:
    """One server over one data folder."""

    folder: Path
    host: str
    port: int
    name: str = "clickhouse"

    def prepare(self, progress: Progress) -> None:
        """Make the data folder."""
        progress(self.name, "preparing", None, None)
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def command(self) -> list[str]:
        """The server's command line, on the Python that runs this."""
        place = ["--path", str(self.folder), "--host", self.host, "--port", str(self.port)]
        return [sys.executable, "-m", "deploy.local.clickhouse", *place]

    def environment(self) -> dict[str, str]:
        """This process's, with the project's folder first on the import path: it may run from anywhere."""
        before = os.environ.get("PYTHONPATH")
        return {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), *([before] if before else [])])}

    def answers(self) -> bool:
        """Whether `SELECT 1` comes back."""
        try:  # the driver logs every failed attempt to connect; a plain socket does not
            socket.create_connection((self.host, self.port), TIMEOUT).close()
        except OSError:
            return False
        client = Client(self.host, self.port, connect_timeout=TIMEOUT, send_receive_timeout=TIMEOUT)
        try:
            return bool(client.execute("SELECT 1") == [(1,)])
        except (Error, OSError, EOFError):
            return False
        finally:
            client.disconnect()
