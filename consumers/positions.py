"""Where a group stands against the log and the receipts (semantics 3.3): checked at every assignment, mended by rewind."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from consumers.log_scan import LogScan
from consumers.ports import Position
from schemas.errors import ThabianError
from warehouse.interface import Columns, Warehouse
from warehouse.receipt_gaps import gaps


@dataclass(frozen=True, slots=True)
class Standing:
    """One partition. Offsets; `committed` None: nobody has committed yet.

    `gap`: the first record still in the log that is below the committed offset and has no receipt; None: there is none.
    """

    topic: str
    partition: int
    committed: int | None
    begin: int
    end: int
    gap: int | None

    @property
    def target(self) -> int | None:
        """Where the committed offset belongs instead; None: it may stay.

        Behind the receipts it stays: what is delivered again changes nothing.
        """
        if self.gap is not None:
            return self.gap
        return self.end if self.committed is not None and self.committed > self.end else None


def standings(
    warehouse: Warehouse,
    scan: LogScan,
    committed: Mapping[Position, int | None],
    begins: Mapping[Position, int],
    ends: Mapping[Position, int],
) -> list[Standing]:
    """Partitions as they stand. The log is read only where receipts do not account for every offset."""
    without = gaps(
        warehouse,
        {
            position: (begins[position], min(offset, ends[position]))
            for position, offset in committed.items()
            if offset is not None
        },
    )
    return [
        Standing(
            *position,
            offset,
            begins[position],
            ends[position],
            next(scan.offsets_in(position, without[position]), None) if position in without else None,
        )
        for position, offset in sorted(committed.items())
    ]


def check_positions(standings: Iterable[Standing]) -> None:
    """Refuse to go on where records would be skipped: POSITION_AHEAD, POSITION_BEYOND_LOG. The repair is in the message."""
    for one in standings:
        repair = f"run `thabian intake rewind --topic {one.topic} --partition {one.partition}`"
        if one.gap is not None:
            raise ThabianError(
                "POSITION_AHEAD",
                f"{one.topic} partition {one.partition} is committed up to {one.committed}, but offset {one.gap} has no"
                f" receipt and would be skipped: {repair}",
            )
        if one.committed is not None and one.committed > one.end:
            raise ThabianError(
                "POSITION_BEYOND_LOG",
                f"{one.topic} partition {one.partition} is committed up to {one.committed}, but the log ends at"
                f" {one.end}: {repair}",
            )


def check_topic_ids(
    warehouse: Warehouse,
    found: Mapping[str, str],
    now_ms: int,
    repair: str = "give the publisher another name (`thabian publishers add`)",
) -> None:
    """TOPIC_RECREATED when a topic is not the one whose receipts are stored; a new topic's id is noted.

    The offsets of a topic that was deleted and made again begin anew: its records would be taken for the old ones.
    `found`: topic → id as the broker tells it. Topics whose id it does not tell are left out by the caller.
    """
    known = {(topic, topic_id) for topic, topic_id in warehouse.rows("SELECT DISTINCT topic, topic_id FROM topic_ids")}
    noted = {topic for topic, _ in known}
    for topic, topic_id in sorted(found.items()):
        if topic in noted and {known_id for name, known_id in known if name == topic} != {topic_id}:
            raise ThabianError(
                "TOPIC_RECREATED",
                f"{topic} was deleted and made again: its records would be taken for those that are stored; {repair}",
            )
    new = sorted(set(found) - noted)
    columns: Columns = {"topic": new, "topic_id": [found[topic] for topic in new], "noted_at": [now_ms] * len(new)}
    warehouse.insert("topic_ids", columns)
