"""Intake in a process that may end itself: `python -m tests.faults.child STEP MOMENT NTH`, or without arguments.

STEP is a step of intake, or a table; MOMENT before or after. At the NTH such moment the process is killed by its own SIGKILL.
"""

import faulthandler
import os
import signal
import sys
from typing import Any

from thabian import logs, settings
from thabian.failures import as_error, trace
from thabian.intake_process import Hook, run
from warehouse.clickhouse import ClickHouseWarehouse

POLLING = "polling"


def suicide(step: str, moment: str, nth: int) -> Hook:
    """A hook that counts the moments it waits for."""
    left = [nth]

    def hook(at: str, when: str) -> None:
        if (at, when) == (step, moment):
            left[0] -= 1
            if not left[0]:
                os.kill(os.getpid(), signal.SIGKILL)

    return hook


def announcing(hook: Hook | None) -> Hook:
    """Tell that signals are heard from now on, before anything else happens."""
    told: list[str] = []

    def announce(at: str, when: str) -> None:
        if not told:
            told.append(at)
            sys.stderr.write(f"{POLLING}\n")
            sys.stderr.flush()
        if hook is not None:
            hook(at, when)

    return announce


def hook_tables(hook: Hook) -> None:
    """Let the hook see each table's insert as a step of the table's name."""
    for name in ("insert", "insert_frame"):
        inner = getattr(ClickHouseWarehouse, name)

        def insert(self: Any, table: str, *arguments: Any, inner: Any = inner, **named: Any) -> None:
            hook(table, "before")
            inner(self, table, *arguments, **named)
            hook(table, "after")

        setattr(ClickHouseWarehouse, name, insert)


def main() -> None:
    faulthandler.register(signal.SIGUSR1)  # tells where it stands, for whoever wonders
    loaded = settings.load()
    logs.configure(loaded)
    hook = suicide(sys.argv[1], sys.argv[2], int(sys.argv[3])) if len(sys.argv) > 1 else None
    if hook is not None:
        hook_tables(hook)
    try:
        run(loaded, hook=announcing(hook))
    except Exception as error:
        told = as_error(error)
        sys.stderr.write(f"thabian: {told}\n")
        if told.code == "UNEXPECTED":
            sys.stderr.write(f"Traceback: {trace(error)}\n")
        sys.exit(told.exit_code)


if __name__ == "__main__":
    main()
