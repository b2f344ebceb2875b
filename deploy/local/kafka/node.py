"""One broker of the local cluster: where it listens, where its files are, and its `server.properties`."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from deploy.local.loopback import address

LISTENER, CONTROLLER = "PLAINTEXT", "CONTROLLER"
CLUSTER = {
    # What was acknowledged is on two disks, so any one broker may be lost for good.
    "min.insync.replicas": "2",
    # All brokers are told to stop at once: handing over to one that stops as well would only take time.
    "controlled.shutdown.enable": "false",
}


@dataclass(frozen=True)
class Node:
    """A broker that is a controller too (KRaft combined mode). Several nodes make a cluster."""

    node_id: int
    host: str
    port: int
    controller_port: int
    folder: Path

    @property
    def data(self) -> Path:
        """The log folder."""
        return self.folder / "data"

    @property
    def properties_file(self) -> Path:
        """Its configuration, written anew at each start."""
        return self.folder / "server.properties"


def server_properties(node: Node, nodes: Sequence[Node]) -> dict[str, str]:
    """The configuration of `node` in the cluster of `nodes` (itself included): small, quick to start, loopback only."""
    copies = str(min(3, len(nodes)))
    more = CLUSTER if len(nodes) >= 3 else {}
    return more | {
        "process.roles": "broker,controller",
        "node.id": str(node.node_id),
        "controller.quorum.voters": ",".join(f"{n.node_id}@{address(n.host, n.controller_port)}" for n in nodes),
        "controller.listener.names": CONTROLLER,
        "listener.security.protocol.map": f"{LISTENER}:PLAINTEXT,{CONTROLLER}:PLAINTEXT",
        "listeners": (
            f"{LISTENER}://{address(node.host, node.port)},{CONTROLLER}://{address(node.host, node.controller_port)}"
        ),
        "advertised.listeners": f"{LISTENER}://{address(node.host, node.port)}",
        "inter.broker.listener.name": LISTENER,
        "log.dirs": str(node.data),
        # Topics are made by `thabian topics apply`: a misspelt name is an error, not a new topic.
        "auto.create.topics.enable": "false",
        "delete.topic.enable": "true",
        "default.replication.factor": copies,
        "offsets.topic.replication.factor": copies,
        "transaction.state.log.replication.factor": copies,
        "transaction.state.log.min.isr": "1" if len(nodes) == 1 else "2",
        "share.coordinator.state.topic.replication.factor": copies,
        "share.coordinator.state.topic.min.isr": "1",
        # Internal topics default to 50 partitions: on one machine that is only start-up time and open files.
        "offsets.topic.num.partitions": "8",
        "transaction.state.log.num.partitions": "4",
        # A broker that was killed may come back once the controller has given up its predecessor: by default after 9 s.
        "broker.heartbeat.interval.ms": "500",
        "broker.session.timeout.ms": "4000",
        "group.initial.rebalance.delay.ms": "0",
        "num.network.threads": "2",
        "num.io.threads": "4",
        "log.cleaner.dedupe.buffer.size": str(16 << 20),
    }


def as_text(properties: dict[str, str]) -> str:
    """Properties as Java reads them (a backslash is its escape)."""
    return "".join(f"{key}={value.replace(chr(92), chr(92) * 2)}\n" for key, value in properties.items())
