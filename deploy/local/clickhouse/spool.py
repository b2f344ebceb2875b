"""Where the rows of an INSERT wait until all have come: a lost client then leaves nothing behind.

They go to memory-backed files if there are any, else to files beside the data. The files hold pupils' data, so only
their owner may read them. What a killed server has left is deleted at the next start.
"""

import errno
import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.local.clickhouse.errors import NO_SPACE, TOO_LARGE, ServerError

MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of our own, for us alone, is made in it
LEAST_FREE = 2 << 30  # bytes; with less, memory is left alone
LARGEST = 1 << 30  # bytes of one INSERT


class SpoolFile:
    """One INSERT's blocks."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._size = 0
        self._file = path.open("xb", buffering=0)

    def write(self, raw: memoryview) -> None:
        """Add a block. Raises `ServerError` if it becomes too much."""
        self._size += len(raw)
        if self._size > LARGEST:
            raise ServerError(TOO_LARGE, f"One INSERT brings more than {LARGEST} bytes (MEMORY_LIMIT_EXCEEDED)")
        try:
            while raw:
                raw = raw[self._file.write(raw) :]
        except OSError as error:
            if error.errno == errno.ENOSPC:
                raise ServerError(NO_SPACE, "No space for the rows of this INSERT (NOT_ENOUGH_SPACE)") from error
            raise

    def close(self) -> None:
        """Delete it."""
        self._file.close()
        self.path.unlink(missing_ok=True)


class Spool:
    """The spool files of the one server over `folder`. A lock on their folder tells others that the server lives."""

    def __init__(self, folder: Path) -> None:
        sweep()
        self.folder = _place(folder)
        self._lock = _lock(self.folder)

    @contextmanager
    def file(self, label: str) -> Iterator[SpoolFile]:
        """A new file, deleted in the end. `label` tells apart those that are open at once."""
        file = SpoolFile(self.folder / f"{label}.native")
        try:
            yield file
        finally:
            file.close()

    def close(self) -> None:
        """Delete all of it."""
        shutil.rmtree(self.folder, ignore_errors=True)
        os.close(self._lock)


def sweep() -> None:
    """Delete what killed servers of this user have left in memory, of whichever folder they were."""
    for left in MEMORY.glob(f"{_prefix()}*"):
        try:
            lock = os.open(left, os.O_RDONLY)
        except OSError:
            continue
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(left, ignore_errors=True)
        except BlockingIOError:
            continue
        finally:
            os.close(lock)


def _lock(folder: Path) -> int:
    """Make the folder anew and lock it. What is in it was left by a dead server: the engine lets one open its data."""
    while True:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(mode=0o700)
        lock = os.open(folder, os.O_RDONLY)
        fcntl.flock(lock, fcntl.LOCK_EX)
        if folder.exists() and os.fstat(lock).st_ino == folder.stat().st_ino:
            return lock
        os.close(lock)  # swept away by another server's start before the lock held


def _prefix() -> str:
    return f"thabian-spool-{os.getuid()}-"


def _place(folder: Path) -> Path:
    try:
        space = shutil.disk_usage(MEMORY).free
    except OSError:
        space = 0
    if space < LEAST_FREE or not os.access(MEMORY, os.W_OK):
        return folder / "spool"
    return MEMORY / f"{_prefix()}{hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:16]}"
