"""A detached process that is known by a file: process id, boot and start, so a reused id is never taken for it.

psutil is imported where it is used: `endpoints` is asked in installations without the `local` extra too.
"""

import contextlib
import json
import os
import signal
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import psutil  # type: ignore[import-untyped]

START_TOLERANCE = 2.0  # seconds; the system tells the moment it was booted in whole ones
BOOT_ID = Path("/proc/sys/kernel/random/boot_id")  # where there is one
POLL = 0.05  # seconds between two looks at a process


@dataclass(frozen=True)
class Daemon:
    """One process, described by `pid_file` whether it runs or not; its output goes to `log_file`."""

    pid_file: Path
    log_file: Path

    def start(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        """Start `command` in a session of its own, with output appended to the log."""
        self.log_file.parent.mkdir(parents=True, exist_ok=True)
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        pid = os.posix_spawn(  # subprocess would tie the daemon to this process
            command[0],
            list(command),
            dict(environment),
            file_actions=[
                (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
                (os.POSIX_SPAWN_OPEN, 1, str(self.log_file), flags, 0o600),
                (os.POSIX_SPAWN_DUP2, 1, 2),
            ],
            setsid=True,
        )
        import psutil

        known = {"pid": pid, "boot": _boot(), "started": _started(psutil.Process(pid))}
        self.pid_file.parent.mkdir(parents=True, exist_ok=True)
        written = self.pid_file.with_suffix(".new")
        written.write_text(json.dumps(known), encoding="utf-8")
        written.replace(self.pid_file)

    def process(self) -> "psutil.Process | None":
        """The living process, or None."""
        try:
            known = json.loads(self.pid_file.read_text(encoding="utf-8"))
            pid, boot, started = int(known["pid"]), known["boot"], float(known["started"])
        except (OSError, ValueError, KeyError, TypeError):
            return None
        import psutil

        _collect(pid)
        try:
            process = psutil.Process(pid)
            same = boot == _boot() and abs(_started(process) - started) < START_TOLERANCE
            return process if same and not _ended(process) else None
        except psutil.NoSuchProcess:
            return None

    def ask_to_stop(self) -> None:
        """Send SIGTERM; harmless if it is not running."""
        self._signal(signal.SIGTERM)

    def wait_stopped(self, limit: float) -> bool:
        """Wait up to `limit` seconds for the end, then kill. True if it ended by itself."""
        gently = self._gone_within(limit)
        if not gently:
            self._signal(signal.SIGKILL)
            self._gone_within(limit)
        self.pid_file.unlink(missing_ok=True)
        return gently

    def _gone_within(self, limit: float) -> bool:
        end = time.monotonic() + limit
        while self.process() is not None:
            if time.monotonic() > end:
                return False
            time.sleep(POLL)
        return True

    def _signal(self, number: signal.Signals) -> None:
        process = self.process()
        if process is not None:
            import psutil

            with contextlib.suppress(psutil.NoSuchProcess):
                process.send_signal(number)


def _boot() -> str:
    return BOOT_ID.read_text(encoding="ascii").strip() if BOOT_ID.exists() else ""


def _started(process: "psutil.Process") -> float:
    """Seconds from boot to its start. The time of day it was started at moves whenever the clock is set."""
    import psutil

    return float(process.create_time() - psutil.boot_time())


def _collect(pid: int) -> None:
    """Collect the exit status if the process was started by this one, so that it does not stay as a zombie."""
    with contextlib.suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)


def _ended(process: "psutil.Process") -> bool:
    """Whether it only waits to be collected. While threads are left, it still holds its files and ports."""
    import psutil

    return bool(process.status() == psutil.STATUS_ZOMBIE and process.num_threads() <= 1)
