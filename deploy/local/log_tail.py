"""The end of a log file, and keeping log files small."""

from pathlib import Path

WINDOW = 256 << 10  # bytes read from the end: more than any tail that is shown
LARGEST = 20 << 20  # bytes; a log larger than this is put aside at the next start


def last_lines(file: Path, count: int, since: int = 0) -> list[str]:
    """Up to `count` last lines of `file`, of what was written after byte `since`; none if there is no file."""
    try:
        with file.open("rb") as log:
            end = log.seek(0, 2)
            log.seek(max(since, end - WINDOW))
            return log.read().decode("utf-8", "replace").splitlines()[-count:] if count > 0 else []
    except FileNotFoundError:
        return []


def size(file: Path) -> int:
    """Bytes in `file`; 0 if it is not there."""
    return file.stat().st_size if file.exists() else 0


def put_aside_if_large(file: Path) -> None:
    """Rename a large log to `.1`, in place of the one before."""
    if size(file) > LARGEST:
        file.replace(file.with_name(file.name + ".1"))
