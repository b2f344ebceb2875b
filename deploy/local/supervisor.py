"""Starting one part as a daemon, waiting until it answers, and stopping it."""

import time
from dataclasses import dataclass
from pathlib import Path

from deploy.local.daemon import POLL, Daemon
from deploy.local.endpoints import daemon_of
from deploy.local.errors import LocalPartError
from deploy.local.log_tail import last_lines, put_aside_if_large, size
from deploy.local.parts import Part, Progress

START_LIMIT = 90.0  # seconds from start to the first answer; 3-5 is usual, on a busy machine much more
STOP_LIMIT = 20.0  # seconds from SIGTERM until SIGKILL
TOLD_LINES = 15  # of the log, when a part does not come up


@dataclass
class Supervisor:
    """A part and its daemon under `home`."""

    part: Part
    home: Path
    started_at_byte: int = 0

    @property
    def daemon(self) -> Daemon:
        """Its process, by the file that tells of it."""
        return daemon_of(self.home, self.part.name)

    def start(self, progress: Progress) -> None:
        """Start the process unless it lives; do not wait for it."""
        if self.daemon.process() is not None:
            return
        self.part.prepare(progress)
        log = self.daemon.log_file
        put_aside_if_large(log)
        self.started_at_byte = size(log)
        progress(self.part.name, "starting", None, None)
        self.daemon.start(self.part.command(), self.part.environment())

    def wait_ready(self, progress: Progress, limit: float = START_LIMIT) -> None:
        """Wait until it answers its own protocol.

        Raises `LocalPartError` with the end of its log if it stops first, or does not answer within `limit` seconds.
        """
        end = time.monotonic() + limit
        while not self.part.answers():
            if self.daemon.process() is None:
                raise LocalPartError(self._story("stopped while it was starting"))
            if time.monotonic() > end:
                raise LocalPartError(self._story(f"runs but does not answer after {limit:.0f} seconds"))
            time.sleep(POLL)
        progress(self.part.name, "ready", None, None)

    def _story(self, what: str) -> str:
        log = self.daemon.log_file
        lines = last_lines(log, TOLD_LINES, self.started_at_byte)
        end = "\n".join(f"  {line}" for line in lines) or "  (nothing)"
        return f"{self.part.name} {what}. The last lines of {log}:\n{end}"
