"""A child process: (c), a hand-written loop over kafka-python and fastavro with a dict. Arguments: broker, topic, events."""

import json
import resource
import sys
import time

from kafka import KafkaConsumer, TopicPartition

from benchmarks.small_job import is_valid, read


def main(broker: str, topic: str, wanted: int) -> None:
    consumer = KafkaConsumer(bootstrap_servers=broker, enable_auto_commit=False, auto_offset_reset="earliest")
    consumer.assign([TopicPartition(topic, part) for part in consumer.partitions_for_topic(topic) or ()])
    seen: dict[str, bool] = {}
    done, began, began_cpu = 0, 0.0, 0.0
    while done < wanted:
        polled = consumer.poll(timeout_ms=1_000, max_records=10_000)
        if polled and not began:
            began, began_cpu = time.perf_counter(), time.process_time()
        for records in polled.values():
            for record in records:
                event = read(record.value)
                if is_valid(event):
                    seen.setdefault(str(event["event_id"]), True)
                done += 1
    found = {
        "events": done,
        "kept": len(seen),
        "seconds": time.perf_counter() - began,
        "cpu_seconds": time.process_time() - began_cpu,
        "rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
