"""`make bench-streams`: the stream on a backlog of accepted changes, beside a naive Faust agent with a Table; and how long
until a finding is in the warehouse.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import uuid
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import stage
from benchmarks.streams import accepted, visible
from schemas.topics import ACCEPTED
from thabian.connections import kafka_options, open_producer
from thabian.settings import Settings

PROJECT = Path(__file__).parents[2]
RESULTS = PROJECT / "benchmarks" / "results"


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench-streams", description=__doc__)
    parser.add_argument("--pupils", type=int, default=200_000)
    parser.add_argument("--changes", type=int, default=250_000, help="every pupil's entry, then changes")
    parser.add_argument("--faust", type=int, default=30_000, help="events for the naive agent; 0: leave it out")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--latency-seconds", type=int, default=20, help="0: leave it out")
    parser.add_argument("--rate", type=int, default=1_000, help="events a second for the latency")
    return parser.parse_args()


def child(command: list[str], env: dict[str, str]) -> dict[str, float]:
    """Run a measured process; its last line is its figures."""
    done = subprocess.run(command, env=env, cwd=PROJECT, text=True, stdout=subprocess.PIPE, check=True)
    line = next(line for line in reversed(done.stdout.splitlines()) if line.startswith("{"))
    found: dict[str, float] = json.loads(line)
    return found


def load(settings: Settings, pupils: int, changes: int) -> None:
    producer = open_producer(settings, linger_ms=20)
    for batch in accepted.batches(pupils, changes):
        for partition, message in batch:
            producer.send(settings.topic_prefix + ACCEPTED.name, value=message, partition=partition)
    producer.flush(timeout=600)
    producer.close(timeout=5)


def stream_round(settings: Settings, changes: int) -> dict[str, float]:
    """A new group and new tables: all from the beginning."""
    with tempfile.TemporaryDirectory() as folder:
        more = {
            "THABIAN_STREAMS_GROUP": f"{settings.intake_group}-{uuid.uuid4().hex[:6]}",
            "THABIAN_STREAMS_FOLDER": folder,
            "THABIAN_CLOCK": "2565-06-10 12:00",
        }
        env = os.environ | stage.environment(settings) | more
        found = child([sys.executable, "-m", "benchmarks.streams.measured"], env)
        disk = sum(file.stat().st_size for file in Path(folder).rglob("*") if file.is_file())
    return found | {
        "rate": changes / found["seconds"],
        "cpu_us": found["cpu_seconds"] / changes * 1e6,
        "disk_mb": disk / 2**20,
    }


def naive_round(settings: Settings, events: int) -> dict[str, float]:
    broker = kafka_options(settings)["bootstrap_servers"]
    command = [sys.executable, "-m", "benchmarks.naive_faust", str(broker), stage.topic(settings), str(events)]
    found = child(command, dict(os.environ))
    return found | {"rate": events / found["seconds"], "cpu_us": found["cpu_seconds"] / events * 1e6}


def main() -> None:
    options = arguments()
    ours, naive = [], []
    for number in range(options.rounds):
        settings = stage.new_settings("streams" + uuid.uuid4().hex[:6])
        with stage.topics(settings):  # of the round's own: the crossings of one would be work for the next
            load(settings, options.pupils, options.changes)
            ours.append(stream_round(settings, options.changes))
            if options.faust:
                stage.publish(settings, options.faust, 7)
                naive.append(naive_round(settings, options.faust))
        print(f"round {number + 1}: {ours[-1]['rate']:,.0f} changes/s", flush=True)
    found = {"stream": _medians(ours), "naive": _medians(naive)}
    _tell(found, options)
    if options.latency_seconds:
        found["visible"] = visible.measure(options.latency_seconds, options.rate)
        figures = ", ".join(f"{name} {value:,.0f} ms" for name, value in found["visible"].items())
        print(f"\naccepted → finding in the warehouse at {options.rate:,}/s: {figures}")
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"streams-{datetime.now(UTC):%Y-%m-%dT%H%M%S%z}.json"
    path.write_text(json.dumps({"options": vars(options), "medians": found, "rounds": ours, "naive": naive}, indent=1))
    print(f"\n{path.relative_to(PROJECT)}")


def _medians(rounds: list[dict[str, float]]) -> dict[str, float]:
    return {name: statistics.median(one[name] for one in rounds) for name in rounds[0]} if rounds else {}


def _tell(found: dict[str, dict[str, float]], options: argparse.Namespace) -> None:
    print(f"\n{'':10} {'per second':>11} {'CPU µs':>8} {'RSS MB':>8}")
    for name, figures in found.items():
        if figures:
            print(f"{name:10} {figures['rate']:>11,.0f} {figures['cpu_us']:>8.1f} {figures['rss_mb']:>8.0f}")
    if found["naive"]:
        print(f"the stream is {found['stream']['rate'] / found['naive']['rate']:.1f} × as fast as the naive agent")
    per_million = 1e6 / options.pupils
    print(
        f"{options.pupils:,} pupils: {found['stream']['rss_mb']:,.0f} MB of memory in all,"
        f" {found['stream']['disk_mb'] * per_million:,.0f} MB on disk per million"
    )


if __name__ == "__main__":
    main()
