"""What comes out of a look at some pupils or schools."""

from collections import defaultdict
from dataclasses import dataclass, field

from streams.crossing import Frame, pack
from streams.finding import Finding


@dataclass
class Told:
    """To be sent before what led to it is stored."""

    newest: int = 0
    """Newest append time of what caused it, ms; 0: the clock did."""
    frames: defaultdict[int, list[bytes]] = field(default_factory=lambda: defaultdict(list))
    """By partition."""
    findings: list[tuple[Finding, bool]] = field(default_factory=list)
    """Each with whether it is open, in the order it was found."""

    def cross(self, partition: int, frame: Frame) -> None:
        """Let another partition, or this one, know."""
        self.frames[partition].append(pack(frame))

    def broadcast(self, partitions: int, frame: Frame) -> None:
        """Let every partition know."""
        packed = pack(frame)
        for partition in range(partitions):
            self.frames[partition].append(packed)
