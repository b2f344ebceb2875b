"""What /metrics says: this process's values, or those of all that share PROMETHEUS_MULTIPROC_DIR."""

import os
from typing import Final

from prometheus_client import REGISTRY, CollectorRegistry
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

DIRECTORY: Final = "PROMETHEUS_MULTIPROC_DIR"
"""Read by prometheus_client when metrics are made: it must be set before the process starts, to an empty folder."""


def registry() -> CollectorRegistry:
    """The registry to serve. In a shared folder it holds what all processes wrote, whichever of them is asked."""
    if not os.environ.get(DIRECTORY):
        return REGISTRY
    shared = CollectorRegistry()
    MultiProcessCollector(shared)  # type: ignore[no-untyped-call]
    return shared


def leave() -> None:
    """Take this process's live gauges out of the shared folder: what it counted stays, what it is ends with it."""
    if os.environ.get(DIRECTORY):
        mark_process_dead(os.getpid())  # type: ignore[no-untyped-call]
