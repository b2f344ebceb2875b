"""A child process: the whole intake, `thabian intake --until-end`, with its steps measured. Prints one line of JSON."""

import json
import resource
import threading
import time
from collections import defaultdict

from thabian import intake_process, logs
from thabian import settings as settings_module


class Steps:
    """Seconds and CPU seconds by step, and the span from the first batch to the last commit."""

    def __init__(self) -> None:
        self.wall: dict[str, float] = defaultdict(float)
        self.cpu: dict[str, float] = defaultdict(float)
        self.first = self.last = self.first_cpu = self.last_cpu = 0.0
        self.batches = 0
        self._begun = threading.local()

    def __call__(self, step: str, when: str) -> None:
        if when == "before":
            self._begun.at = time.perf_counter(), time.thread_time()
            if step == "read" and not self.first:
                self.first, self.first_cpu = time.perf_counter(), time.process_time()
            return
        wall, cpu = self._begun.at
        self.wall[step] += time.perf_counter() - wall
        self.cpu[step] += time.thread_time() - cpu
        if step == "commit":
            self.batches += 1
            self.last, self.last_cpu = time.perf_counter(), time.process_time()


def main() -> None:
    settings = settings_module.load()
    logs.configure(settings)
    steps = Steps()
    total = intake_process.run(settings, until_end=True, hook=steps)
    found = {
        "events": sum(total.values()),
        "outcomes": dict(total),
        "seconds": steps.last - steps.first,
        "cpu_seconds": steps.last_cpu - steps.first_cpu,
        "batches": steps.batches,
        "rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "steps_wall": steps.wall,
        "steps_cpu": steps.cpu,
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main()
