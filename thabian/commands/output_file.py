"""Where a command's result goes: a file, which appears whole or not at all, or standard output."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from schemas.errors import ThabianError


def made_folder(path: Path) -> Path:
    """The folder, made if it is not there; what it lies in must be."""
    try:
        path.mkdir(exist_ok=True)
    except FileExistsError:
        raise ThabianError("OUTPUT_NOT_WRITABLE", f"{path} is a file: -o names a folder", exit_code=2) from None
    except OSError as error:
        why = f"{path} cannot be made: {error.strerror}"
        raise ThabianError("OUTPUT_NOT_WRITABLE", why, exit_code=2) from None
    return path


@contextmanager
def opened(path: Path | None, *, is_binary: bool) -> Iterator[BinaryIO]:
    """A stream to write to. A format that is not text is not written to a terminal."""
    if path is None:
        if is_binary and sys.stdout.isatty():
            raise ThabianError("OUTPUT_IS_TERMINAL", "this format is not for a terminal: add -o FILE", exit_code=2)
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as stream:
            yield stream
        part.replace(path)
    except OSError as error:
        raise ThabianError("OUTPUT_NOT_WRITABLE", f"{path} cannot be written: {error.strerror}", exit_code=2) from None
    finally:
        part.unlink(missing_ok=True)
