"""`make bench`: (a) our intake, (b) a naive Faust agent, (c) a hand-written loop, on one topic in one run; medians."""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil

from benchmarks import latency, stage
from thabian.connections import kafka_options
from thabian.settings import Settings

RESULTS = Path(__file__).parent / "results"
PROJECT = Path(__file__).parent.parent
Figures = dict[str, Any]


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--backlog", type=int, default=600_000, help="events for (a)")
    parser.add_argument("--faust", type=int, default=60_000, help="of them for (b); 0: leave it out")
    parser.add_argument("--loop", type=int, default=200_000, help="of them for (c); 0: leave it out")
    parser.add_argument("--stored", type=int, default=10_000_000, help="identities the register holds before")
    parser.add_argument("--ids", type=int, default=7, choices=(4, 7), help="UUID version of the event ids: 4 is random")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--latency-seconds", type=int, default=20, help="0: leave it out")
    parser.add_argument("--rate", type=int, default=1_000, help="events a second for the latency")
    return parser.parse_args()


def child(command: list[str], env: dict[str, str]) -> Figures:
    """Run a measured process; its last line is its figures. The memory of its first and last third tells whether it grows."""
    process = psutil.Popen(command, env=env, cwd=PROJECT, text=True, stdout=subprocess.PIPE)
    memory: list[float] = []
    while process.poll() is None:
        try:
            memory.append(process.memory_info().rss / 2**20)
            process.wait(timeout=0.5)
        except (psutil.TimeoutExpired, psutil.NoSuchProcess):
            continue
    if process.returncode:
        raise SystemExit(f"{' '.join(command[:4])} ended with {process.returncode}")
    found: Figures = json.loads(process.stdout.read().strip().splitlines()[-1])
    third = len(memory) // 3
    return found | {
        "rate": found["events"] / found["seconds"],
        "cpu_us": found["cpu_seconds"] / found["events"] * 1e6,
        "rss_middle_mb": max(memory[third : 2 * third], default=0.0),
        "rss_end_mb": max(memory[2 * third :], default=0.0),
    }


def servers() -> dict[str, float]:
    """CPU seconds so far of broker and engine."""
    from deploy.local.stack import LocalStack
    from thabian import settings as settings_module

    parts = LocalStack(settings_module.load().local_home).status()
    found = {}
    for part in parts:
        times = psutil.Process(part.pid).cpu_times()
        found[part.name] = times.user + times.system
    return found


def intake_round(settings: Settings, options: argparse.Namespace) -> Figures:
    with stage.register(settings, options.stored, options.ids) as warehouse:
        group = f"{settings.intake_group}-{uuid.uuid4().hex[:6]}"
        own = settings.model_copy(update={"clickhouse_database": warehouse.address.database, "intake_group": group})
        before = servers()
        found = child([sys.executable, "-m", "benchmarks.measured_intake"], os.environ | stage.environment(own))
        used = {name: after - before[name] for name, after in servers().items()}
        if found["events"] != options.backlog or found["outcomes"] != {"ACCEPTED": options.backlog}:
            raise SystemExit(f"not everything was accepted: {found['outcomes']}")
    return found | {f"{name}_cpu_us": seconds / found["events"] * 1e6 for name, seconds in used.items()}


def latency_run(options: argparse.Namespace) -> Figures:
    own = stage.new_settings(uuid.uuid4().hex[:8])
    with stage.topics(own), stage.register(own, options.stored, options.ids) as warehouse:
        own = own.model_copy(update={"clickhouse_database": warehouse.address.database})
        command = [sys.executable, "-c", "from thabian.cli import main; main()", "intake"]
        env = os.environ | stage.environment(own)
        return latency.measure(own, warehouse, command, env, options.latency_seconds, options.rate)


def run(options: argparse.Namespace) -> Figures:
    settings = stage.new_settings(uuid.uuid4().hex[:8])
    broker = str(kafka_options(settings)["bootstrap_servers"])
    rounds: dict[str, list[Figures]] = {"intake": [], "faust": [], "loop": []}
    with stage.topics(settings):
        print(f"publishing {options.backlog:,} events …", flush=True)
        stage.publish(settings, options.backlog, options.ids)
        for number in range(options.rounds):
            rounds["intake"].append(intake_round(settings, options))
            for name, python, count in (
                ("faust", sys.executable, options.faust),
                ("loop", sys.executable, options.loop),
            ):
                if count:
                    command = [python, "-m", f"benchmarks.naive_{name}", broker, stage.topic(settings), str(count)]
                    rounds[name].append(child(command, dict(os.environ)))
            said = ", ".join(f"{name} {found[-1]['rate']:,.0f}/s" for name, found in rounds.items() if found)
            print(f"round {number + 1}: {said}", flush=True)
    return {name: found for name, found in rounds.items() if found}


def medians(found: list[Figures]) -> Figures:
    names = [name for name, value in found[0].items() if isinstance(value, int | float)]
    return {name: statistics.median(one[name] for one in found) for name in names}


def show(results: Figures) -> None:
    middle = {name: medians(found) for name, found in results["rounds"].items()}
    print(f"\n{'':8} {'events/s':>10} {'CPU µs':>8} {'RSS MB':>8}")
    for name, one in middle.items():
        print(f"{name:8} {one['rate']:10,.0f} {one['cpu_us']:8.1f} {one['rss_mb']:8.0f}")
    inside = middle["intake"]
    for name in ("faust", "loop"):
        if name in middle:
            rate, cpu = inside["rate"] / middle[name]["rate"], middle[name]["cpu_us"] / inside["cpu_us"]
            print(f"intake is {rate:.1f} × as fast as {name}, at 1/{cpu:.1f} of its CPU per event")
    first = results["rounds"]["intake"][0]
    print("\nintake by step, µs per event (round 1)")
    for step, seconds in first["steps_wall"].items():
        wall, cpu = (spent / first["events"] * 1e6 for spent in (seconds, first["steps_cpu"][step]))
        print(f"  {step:8} wall {wall:6.2f}  CPU {cpu:6.2f}")
    inside = middle["intake"]
    print(
        f"  broker CPU {inside['kafka_cpu_us']:.2f}, engine CPU {inside['clickhouse_cpu_us']:.2f} (start-up included)"
    )
    print(f"  RSS in the middle {inside['rss_middle_mb']:.0f} MB, at the end {inside['rss_end_mb']:.0f} MB")
    if "latency" in results:
        late = results["latency"]
        print(f"\npublish → visible at {late['rate']:,}/s: p50 {late['p50_ms']:.0f} ms, p99 {late['p99_ms']:.0f} ms")


def main() -> None:
    options = arguments()
    results: Figures = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "cpus": os.cpu_count(),
        "options": vars(options),
        "rounds": run(options),
    }
    results["medians"] = {name: medians(found) for name, found in results["rounds"].items()}
    if options.latency_seconds:
        results["latency"] = latency_run(options)
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{results['at'].replace(':', '')}.json"
    path.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    show(results)
    print(f"\n{path.relative_to(PROJECT)}")


if __name__ == "__main__":
    main()
