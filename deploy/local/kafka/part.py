"""The broker as a part of the local stack."""

from dataclasses import dataclass, field
from pathlib import Path

from deploy.local.cache import cache_dir
from deploy.local.kafka.jars import fetch
from deploy.local.kafka.java import LOGGING, java_command, java_environment
from deploy.local.kafka.node import Node, as_text, server_properties
from deploy.local.kafka.probe import brokers
from deploy.local.kafka.storage import cluster_id, format_storage
from deploy.local.parts import Progress


@dataclass
class KafkaPart:
    """`node` of the cluster of `nodes`; `folder` is the cluster's own."""

    folder: Path
    node: Node
    nodes: tuple[Node, ...]
    name: str = "kafka"
    _jars: list[Path] = field(default_factory=list)

    @property
    def port(self) -> int:
        """Where clients bootstrap."""
        return self.node.port

    def prepare(self, progress: Progress) -> None:
        """Jars, configuration, formatted storage."""
        self._jars = fetch(cache_dir(), progress)
        self.node.folder.mkdir(parents=True, exist_ok=True)
        self._logging_file.write_text(LOGGING, encoding="utf-8")
        self.node.properties_file.write_text(as_text(server_properties(self.node, self.nodes)), encoding="utf-8")
        progress(self.name, "formatting", None, None)
        format_storage(self.node, cluster_id(self.folder / "cluster.id"), self._jars, self._logging_file)

    def command(self) -> list[str]:
        """The broker's command line; only after `prepare`."""
        return java_command(self._jars, self._logging_file, "kafka.Kafka", str(self.node.properties_file))

    def environment(self) -> dict[str, str]:
        """This process's, without what steers other Java programs."""
        return java_environment()

    def answers(self) -> bool:
        """Whether the controller has let it take work."""
        return self.node.port in brokers(self.node.host, self.node.port)

    @property
    def _logging_file(self) -> Path:
        return self.node.folder / "log4j2.properties"
