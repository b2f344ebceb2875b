"""The `thabian` command: settings, clock, connections and wiring. Thin; what is decided lives in the other packages."""

import os

# Columns of thousands are too short to be worth a hand-over between threads: one is a fifth faster, at less CPU. Intake grows
# by processes, each with its share of the partitions. Has to be said before polars is imported.
os.environ.setdefault("POLARS_MAX_THREADS", "1")
