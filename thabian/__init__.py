"""The `thabian` command: settings, clock, connections and wiring. Thin; what is decided lives in the other packages."""

import os

# Columns of thousands are too short to be worth a hand-over between threads: one is a fifth faster, at less CPU. Intake grows
# by processes, each with its share of the partitions. Has to be said before polars is imported.
os.environ.setdefault("POLARS_MAX_THREADS", "1")
# What a batch has freed goes back to the system, and the next one finds it again: a tenth less memory, at the same speed.
# Read by the allocator that is built into polars.
os.environ.setdefault("_RJEM_MALLOC_CONF", "narenas:1,dirty_decay_ms:100,muzzy_decay_ms:0")
