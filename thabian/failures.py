"""What the command line says, and how it ends, when a command raises: always one line, never a value from the data."""

import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from schemas.errors import ThabianError

INTERRUPTED: Final = 130
"""128 and the number of SIGINT, as shells have it."""
UNEXPECTED: Final = 70
"""EX_SOFTWARE of sysexits.h."""


def as_error(error: BaseException) -> ThabianError:
    """Any failure as one with a code and an exit code."""
    if isinstance(error, ThabianError):
        return error
    if type(error).__module__.startswith("kafka."):  # importing it to look at its classes takes half a second
        return ThabianError("BROKER_UNAVAILABLE", f"Kafka does not answer ({type(error).__name__})")
    if isinstance(error, OSError):
        return ThabianError("SYSTEM_REFUSED", _system(error))
    advice = "a fault of ours: please report it with what THABIAN_LOG_LEVEL=debug adds"
    return ThabianError("UNEXPECTED", f"{type(error).__name__}: {advice}", exit_code=UNEXPECTED)


def _system(error: OSError) -> str:
    name = "" if not isinstance(error.filename, str | bytes) else f"{Path(_text(error.filename)).name}: "
    return f"{name}{error.strerror or type(error).__name__}"


def _text(name: str | bytes) -> str:
    return name if isinstance(name, str) else name.decode(errors="replace")


def trace(error: BaseException) -> str:
    """Where it was raised, and what led to it. Of the exceptions only the types: their texts may hold values."""
    return "".join(_frames(error))


def _frames(error: BaseException) -> Iterator[str]:
    before = error.__cause__ or error.__context__
    if before is not None:
        yield from _frames(before)
        yield "which led to\n"
    yield from traceback.format_tb(error.__traceback__)
    yield f"{type(error).__module__}.{type(error).__qualname__}\n"
