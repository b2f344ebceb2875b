"""A batch of messages as events: decoded, normalised, held against the rules that look at content alone. Asks nobody."""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

import consumers.rules.findings
import consumers.rules.rejections  # noqa: F401 - both register their rules
from consumers import replay
from consumers.columns import ROW
from consumers.decode import decode
from consumers.messages import Batch
from consumers.normalise import normalise
from consumers.pseudonyms import Pseudonyms
from consumers.replay import Replay
from consumers.rules import registry


@dataclass(frozen=True, slots=True)
class Read:
    """What the messages of a batch say.

    `place`: one row a message, with its row. `events`: one row a readable message, with its place. `unreadable`: row → why.
    `rejected`: row → codes of the rules it breaks. `findings`: row → what any other shows
    about itself. `replays`: row → what a replayed dead letter says of its first delivery.
    """

    batch: Batch
    place: pl.DataFrame
    events: pl.DataFrame
    unreadable: Mapping[int, str]
    rejected: Mapping[int, list[str]]
    findings: Mapping[int, list[str]]
    replays: Mapping[int, Replay]


def read(batch: Batch, pseudonyms: Pseudonyms, max_event_bytes: int) -> Read:
    """All messages of a batch, whoever sent them."""
    place = batch.place.with_row_index(ROW)
    decoded = decode(batch.values, max_event_bytes)
    events = normalise(decoded.events)
    events = events.hstack(batch.place[events[ROW]])
    rejected = registry.rejections(events)
    sound = events.filter(~pl.col(ROW).is_in(list(rejected))) if rejected else events
    replays = replay.found(batch, pseudonyms.person)
    return Read(batch, place, events, decoded.unreadable, rejected, registry.findings(sound), replays)
