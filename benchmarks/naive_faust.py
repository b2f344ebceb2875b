"""A child process in an environment of its own: (b), a naive Faust agent with a Table. Arguments: broker, topic, events."""

import json
import os
import resource
import sys
import tempfile
import time
import uuid

import faust

from benchmarks.small_job import is_valid, read

BROKER, TOPIC, WANTED = sys.argv[1], sys.argv[2], int(sys.argv[3])
folder = tempfile.TemporaryDirectory(prefix="bench-faust-")  # Faust makes one, though nothing is kept in it
app = faust.App(
    f"bench-faust-{uuid.uuid4().hex[:8]}",
    broker=f"kafka://{BROKER}",
    store="memory://",
    datadir=folder.name,
    topic_partitions=6,
    consumer_auto_offset_reset="earliest",
    web_enabled=False,
)
source = app.topic(TOPIC, value_type=bytes, value_serializer="raw", key_type=bytes, key_serializer="raw")
seen = app.Table("seen", default=int, partitions=6)
state = {"done": 0, "kept": 0, "began": 0.0, "cpu": 0.0}


@app.agent(source)
async def take(messages: faust.Stream) -> None:
    async for message in messages:
        if not state["began"]:
            state["began"], state["cpu"] = time.perf_counter(), time.process_time()
        event = read(message)
        if is_valid(event):
            event_id = str(event["event_id"])
            if not seen[event_id]:
                seen[event_id] = 1
                state["kept"] += 1
        state["done"] += 1
        if state["done"] == WANTED:
            report()


def report() -> None:
    found = {
        "events": state["done"],
        "kept": state["kept"],
        "seconds": time.perf_counter() - state["began"],
        "cpu_seconds": time.process_time() - state["cpu"],
        "rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    os.write(1, json.dumps(found).encode() + b"\n")  # Faust turns print into logging
    os._exit(0)


if __name__ == "__main__":
    sys.argv = [sys.argv[0], "worker", "-l", "warn", "--without-web"]
    app.main()
