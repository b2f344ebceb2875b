"""What sealing asks of the log."""

from collections.abc import Mapping, Sequence
from typing import Protocol

Place = tuple[str, int]
"""Topic and partition."""

Cut = Mapping[Place, int]
"""(topic, partition) -> the first offset outside (semantics 4), for every partition of every ingress topic."""


class LogEnds(Protocol):
    """Where the ingress topics stand."""

    def positions_at(self, known_at_ms: int) -> Cut:
        """Per partition the first offset appended at or after known_at (ms since 1970 UTC), else the log end."""
        ...

    def first_record(self, place: Place, ranges: Sequence[tuple[int, int]]) -> int | None:
        """The first offset in these ranges (first, first after), in order, that holds a record, or may have held one.

        Some offsets never do: the markers that end a transaction, and what an aborted one wrote. What has expired is no
        longer known, and counts as a record.
        """
        ...
