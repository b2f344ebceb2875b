"""A child process: `thabian streams --until-end`, with its cycles measured. Prints one line of JSON."""

import json
import resource
import sys
import time

from streams.worker import Watch
from thabian import settings as settings_module
from thabian import streams_process


class Cycles(Watch):
    """The span from the first cycle's begin to the last one's end."""

    first = last = first_cpu = last_cpu = 0.0
    messages = cycles = 0

    def cycle(self, messages, told, seconds) -> None:  # noqa: ANN001, ARG002 - as Watch
        if not self.first:
            self.first, self.first_cpu = time.perf_counter() - seconds, time.process_time() - seconds
        self.last, self.last_cpu = time.perf_counter(), time.process_time()
        self.messages, self.cycles = self.messages + messages, self.cycles + 1


def main() -> None:
    watch = Cycles()
    code = streams_process.run(settings_module.load(), until_end=True, watch=watch)
    found = {
        "exit_code": code,
        "messages": watch.messages,
        "cycles": watch.cycles,
        "seconds": watch.last - watch.first,
        "cpu_seconds": watch.last_cpu - watch.first_cpu,
        "rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    main()
