"""`python -m deploy.local.kafka.lock [VERSION]`: makes `jars.csv` anew, for another version of Kafka."""

import csv
import hashlib
import sys
from pathlib import Path

import jgo

from deploy.local.cache import cache_dir
from deploy.local.kafka.jars import LIST, maven

KAFKA = "4.1.1"
# Kafka logs through slf4j 1.7, and its artefact does not bring the bridge to log4j: the version is its log4j-core's.
# Resolved apart from Kafka: together, the bill of materials of log4j pulls kafka-clients back to 3.8.
LOGGING_BRIDGE = "org.apache.logging.log4j:log4j-slf4j-impl"


def main() -> None:
    """Resolve Kafka's runtime artefacts, download them and write the list."""
    version = sys.argv[1] if len(sys.argv) > 1 else KAFKA
    context = maven(cache_dir() / "maven")
    artifacts = jgo.resolve(f"org.apache.kafka:kafka_2.13:{version}")
    log4j = next(each.version for each in artifacts if each.artifactId == "log4j-core")
    artifacts.append(jgo.resolve(f"{LOGGING_BRIDGE}:{log4j}")[0])
    with LIST.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(["group", "artifact", "version", "size", "sha256"])
        for each in artifacts:
            jar = context.project(each.groupId, each.artifactId).at_version(each.version).artifact()
            content = Path(jar.resolve()).read_bytes()
            digest = hashlib.sha256(content).hexdigest()
            rows.writerow([each.groupId, each.artifactId, each.version, len(content), digest])


if __name__ == "__main__":
    main()
