"""`make bench-census`: what a nation's census costs, on the local engine; medians."""

import argparse
import json
import os
import platform
import statistics
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

import psutil

from benchmarks.census import register
from deploy.local.stack import LocalStack
from snapshots import explain
from snapshots.barrier import Clock
from snapshots.diff import diff
from snapshots.explain import CellFilter
from snapshots.log_ends import Cut
from snapshots.reports import grade_sex_room
from snapshots.reports.scope import Scope, scope
from snapshots.seal import Request, Sealing, seal
from snapshots.verify import verify
from snapshots.versions import Version
from thabian import settings as settings_module
from warehouse.clickhouse import ClickHouseWarehouse

RESULTS = Path(__file__).parents[1] / "results"
TENTH = date(2022, 6, 10)
SCHOOL = 1000000042
Figures = dict[str, Any]
T = TypeVar("T")


class Log:
    """A log that ends where it is told."""

    def __init__(self, ends: Cut) -> None:
        self.ends = ends

    def positions_at(self, _known_at_ms: int) -> Cut:
        return self.ends

    def first_record(self, _place: tuple[str, int], ranges: Sequence[tuple[int, int]]) -> int:
        return ranges[0][0]


def engine() -> psutil.Process:
    """The local engine's process."""
    parts = LocalStack(settings_module.load().local_home).status()
    return next(psutil.Process(part.pid) for part in parts if part.name == "clickhouse")


class Meter:
    """Wall and CPU seconds, of the engine and of this process, and the engine's peak resident memory."""

    def __init__(self) -> None:
        self.engine = engine()
        self.peak = 0

    def measure(self, work: Callable[[], T]) -> tuple[Figures, T]:
        self.peak, stop = 0, threading.Event()
        watcher = threading.Thread(target=self._watch, args=(stop,))
        watcher.start()
        wall, cpu, own = time.perf_counter(), self._cpu(), time.process_time()
        made = work()
        figures = {
            "seconds": time.perf_counter() - wall,
            "engine_cpu_seconds": self._cpu() - cpu,
            "own_cpu_seconds": time.process_time() - own,
        }
        stop.set()
        watcher.join()
        return figures | {"engine_peak_mb": self.peak / 2**20, "load": os.getloadavg()[0]}, made

    def _cpu(self) -> float:
        times = self.engine.cpu_times()
        return float(times.user + times.system)

    def _watch(self, stop: threading.Event) -> None:
        while not stop.is_set():
            self.peak = max(self.peak, self.engine.memory_info().rss)
            stop.wait(0.05)


class Bench:
    """One register, and everything measured on it."""

    def __init__(self, warehouse: ClickHouseWarehouse, events: int, rounds: int) -> None:
        self.events, self.rounds = events, rounds
        self.meter = Meter()
        runs = count(1)
        connect = partial(ClickHouseWarehouse, warehouse.address)
        clock = Clock(lambda: int(time.time() * 1000), lambda _: None)
        self.work = Sealing(warehouse, Log({}), clock, lambda: next(runs), "bench", connect=connect)
        self.rounds_of: dict[str, list[Figures]] = {}

    def step(self, name: str, work: Callable[[], T]) -> T:
        """Measure a step once more."""
        figures, made = self.meter.measure(work)
        self.rounds_of.setdefault(name, []).append(figures)
        said = {key: round(value, 2) for key, value in figures.items()}
        print(f"{self.events:>11,} {name:34} {said}", flush=True)
        return made

    def seal(self, events: int, day: date = TENTH, full: bool = False) -> Version:
        log = Log(register.cut(events))
        return seal(replace(self.work, log=log), Request(2565, 1, day, wait_ms=0, full=full)).version

    def run(self) -> dict[str, Figures]:
        later = self.events + register.later(self.events)
        for _ in range(self.rounds):
            for table in register.SEALED:
                self.work.warehouse.execute(f"TRUNCATE TABLE {table}")
            whole = self.step("seal", lambda: self.seal(self.events, full=True))
            partly = self.step("seal after 1 % of the schools", lambda: self.seal(later))
            self.look(whole, partly)
        self.check(whole, partly)
        return {name: medians(found) for name, found in self.rounds_of.items()}

    def look(self, whole: Version, partly: Version) -> None:
        """What is asked of sealed versions."""
        warehouse = self.work.warehouse
        school = scope(warehouse, whole, str(SCHOOL))
        cell = CellFilter("06", "F", "3")
        self.step("grade x sex x room of a school", lambda: grade_sex_room.table(warehouse, school))
        self.step("grade x sex x room of the nation", lambda: grade_sex_room.table(warehouse, Scope(whole)))
        self.step("explain a cell", lambda: explain.of_school(warehouse, whole, SCHOOL, cell))
        changed = self.step("diff of the two", lambda: sum(len(one.pupils) for one in diff(warehouse, whole, partly)))
        assert changed > register.later(self.events) // 3, changed
        self.step("verify", lambda: verify(warehouse, partly, connect=self.work.connect))

    def check(self, whole: Version, partly: Version) -> None:
        """What was measured must have been the census."""
        found = self.work.warehouse.rows(
            "SELECT uniqExact(folded_by), count() FROM census_slices WHERE version = %(v)s", {"v": partly.version}
        )
        assert found == [(2, register.SCHOOLS)], found
        assert whole.pupils > self.events // 5
        assert whole.root != partly.root


def medians(found: list[Figures]) -> Figures:
    return {name: statistics.median(one[name] for one in found) for name in found[0]}


def show(results: dict[int, dict[str, Figures]]) -> None:
    for events, steps in results.items():
        print(f"\n{events:,} events\n{'':36} {'wall s':>8} {'CPU s':>8} {'own CPU':>8} {'peak MB':>8}")
        for name, one in steps.items():
            print(
                f"{name:36} {one['seconds']:8.2f} {one['engine_cpu_seconds']:8.2f} {one['own_cpu_seconds']:8.2f}"
                f" {one['engine_peak_mb']:8.0f}"
            )


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench-census", description=__doc__)
    parser.add_argument("--events", default="1000000,3000000,10000000,30000000", help="sizes, with commas between")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    results = {}
    for wanted in map(int, options.events.split(",")):
        events = wanted // 30 * 30  # seven of thirty are entries
        warehouse = register.opened(events)
        results[events] = Bench(warehouse, events, options.rounds).run()
        warehouse.close()
    at = datetime.now(UTC).isoformat(timespec="seconds")
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"census-{at.replace(':', '')}.json"
    facts = {"at": at, "python": platform.python_version(), "cpus": os.cpu_count(), "rounds": options.rounds}
    path.write_text(json.dumps(facts | {"medians": results}, indent=1) + "\n", encoding="utf-8")
    show(results)
    print(f"\n{path.relative_to(Path.cwd())}")


if __name__ == "__main__":
    main()
