"""Formatting a node's log folder: Kafka's storage tool, once per node."""

import base64
import os
import subprocess
import uuid
from collections.abc import Sequence
from pathlib import Path

from deploy.local.errors import LocalPartError
from deploy.local.kafka.java import java_command, java_environment
from deploy.local.kafka.node import Node

LIMIT = 60  # seconds
FORMATTED = "meta.properties"  # what the tool writes last into a formatted folder


def cluster_id(file: Path) -> str:
    """The cluster's id: made once, kept in `file`, the same for all nodes."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        made = base64.urlsafe_b64encode(uuid.UUID(bytes=os.urandom(16), version=4).bytes).decode().rstrip("=")
        file.write_text(made.replace("-", "x"), encoding="ascii")  # a leading dash would read as an option
    return file.read_text(encoding="ascii")


def format_storage(node: Node, cluster: str, jars: Sequence[Path], logging_file: Path) -> None:
    """Format `node.data` for the cluster unless that was done before."""
    if (node.data / FORMATTED).exists():
        return
    arguments = ("format", "--ignore-formatted", "-t", cluster, "-c", str(node.properties_file))
    command = java_command(jars, logging_file, "kafka.tools.StorageTool", *arguments)
    try:
        subprocess.run(
            command, env=java_environment(), check=True, timeout=LIMIT, capture_output=True, text=True, errors="replace"
        )
    except subprocess.CalledProcessError as error:
        said = f"{error.stdout}{error.stderr}".strip()
        raise LocalPartError(f"Kafka's storage could not be formatted:\n{said}") from error
    except subprocess.TimeoutExpired as error:
        raise LocalPartError(f"Kafka's storage could not be formatted within {LIMIT} seconds") from error
