"""The brokers of one home: what they are called, and where their files are."""

from collections.abc import Collection, Mapping
from pathlib import Path

from deploy.local.kafka.node import Node

FIRST = "kafka"
SIZES = (1, 3)


def names(brokers: int) -> tuple[str, ...]:
    """`kafka`, `kafka-2`, `kafka-3`: the first is called as the only one is."""
    return (FIRST, *(f"{FIRST}-{number}" for number in range(2, brokers + 1)))


def controller(name: str) -> str:
    """What the port of a broker's controller is remembered as."""
    return f"{name}_controller"


def size(ports: Collection[str]) -> int:
    """How many brokers these names of ports are of."""
    return sum(controller(name) in ports for name in names(max(SIZES)))


def nodes(host: str, ports: Mapping[str, int], folder: Path) -> dict[str, Node]:
    """The brokers by name; `folder` is the cluster's own."""
    return {
        name: Node(number, host, ports[name], ports[controller(name)], folder / f"node-{number}")
        for number, name in enumerate(names(size(ports)), start=1)
    }
