"""Each look on its own: one that fails or hangs leaves the others going, and says so by a code and never by a value."""

import threading

import structlog
from prometheus_client import REGISTRY

from monitoring.health import Health
from schemas.errors import ThabianError
from thabian.monitor_process import Monitor, Watcher


class Clock:
    now = 1_000.0

    def __call__(self):
        return self.now


class Asked:
    """A look that does as it is told."""

    def __init__(self, name, clock=None, error=None, takes=0.0):
        self.name, self.clock, self.error, self.takes, self.told = name, clock, error, takes, []

    def read(self):
        if self.clock:
            self.clock.now += self.takes
        if self.error:
            raise self.error
        return len(self.told)

    def tell(self, found):
        self.told.append(found)


def last_look(name):
    return REGISTRY.get_sample_value("thabian_monitor_last_look_timestamp_seconds", {"look": name})


def test_a_failure_is_logged_once_by_its_code_and_so_is_its_end():
    look = Asked("t-fails")
    watcher = Watcher(look, 1, Clock(), Clock())
    with structlog.testing.capture_logs() as logged:
        for error in (ThabianError("BROKER_UNAVAILABLE", "secret 1101700230708"), ValueError("1101700230708"), None):
            look.error = error
            watcher.once()
            watcher.once()
    assert [(line["event"], line.get("code")) for line in logged] == [
        ("look failed", "BROKER_UNAVAILABLE"),
        ("look failed", "UNEXPECTED"),
        ("looks again", None),
    ]
    assert "1101700230708" not in str(logged)


def test_what_failed_is_as_old_as_it_says():
    clock = Clock()
    look = Asked("t-old")
    watcher = Watcher(look, 1, clock, clock)
    watcher.once()
    clock.now += 60
    look.error = ThabianError("WAREHOUSE_UNAVAILABLE", "x")
    watcher.once()
    assert last_look("t-old") == 1_000
    assert look.told == [0]


def test_a_look_rests_ten_times_as_long_as_it_took():
    clock = Clock()
    assert Watcher(Asked("t-slow", clock, takes=7), 15, clock, clock).once() == 70
    assert Watcher(Asked("t-fast", clock, takes=1), 15, clock, clock).once() == 15


def test_one_that_hangs_stops_no_other_and_makes_the_process_not_alive():
    clock, free, seen, stopping = Clock(), threading.Event(), threading.Event(), threading.Event()

    class Hangs(Asked):
        def read(self):
            seen.set()
            free.wait(30)

    class Goes(Asked):
        def tell(self, found):
            if seen.is_set():
                stopping.set()

    watchers = [Watcher(Hangs("t-hangs"), 1, clock, clock), Watcher(Goes("t-goes"), 0.01, clock, lambda: 0.0)]
    health = Health(10, 10, {}, clock, partitions=False)
    monitor = Monitor(watchers, health, hang_s=20, stopping=stopping)
    monitor.run(turn_s=0.01)
    assert health.alive().is_well
    clock.now += 21
    monitor.turn()
    assert not health.alive().is_well
    free.set()


def test_a_process_without_partitions_is_ready_when_its_parts_answer():
    assert Health(10, 10, {}, Clock(), partitions=False).ready().is_well
