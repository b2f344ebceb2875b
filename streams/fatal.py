"""What goes wrong ends the process at once: Faust would acknowledge what an agent failed on and go on."""

import asyncio
import os
import traceback
from pathlib import Path
from typing import Final

import structlog

FAILED: Final = 1
"""The exit code."""


class fatal:  # noqa: N801 - reads as a statement
    """Around all work. Nothing that is not stored and told is committed, so that this is as harmless as any crash."""

    async def __aenter__(self) -> None:
        return None

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, _: object) -> None:
        if error is None or isinstance(error, asyncio.CancelledError | GeneratorExit):
            return
        where = [f"{Path(frame.filename).name}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)]
        # Where and what kind, never its text: that may hold a value.
        structlog.get_logger().error("STREAMS_FAILED", error=type(error).__name__, where=where)
        os._exit(FAILED)
