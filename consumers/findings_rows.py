"""Messages of register.findings as rows of `findings`."""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from consumers.messages import Batch
from schemas import answers
from schemas.errors import ThabianError
from warehouse.interface import Columns

STATES: Final[Mapping[str, int]] = {"OPEN": 1, "RESOLVED": 2}
"""As findings.state counts them."""

_SAME: Final = (
    "finding_id",
    "code",
    "person_key",
    "school_code",
    "other_school",
    "subject",
    "persons",
    "evidence",
    "day",
)
_TIMES: Final = ("told_at", "caused_at")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class FindingRows:
    """Rows to insert, without stored_at, as columns; times are ms since 1970 UTC. Equal messages have an equal token."""

    columns: Columns
    token: str
    told: Counter[tuple[str, str]]
    """(code, state) → messages."""


def rows_of(batch: Batch) -> FindingRows:
    """The rows of a batch. A tombstone is none: compaction makes room, the finding's history stays.

    Raises ThabianError FINDING_UNREADABLE, which names the place, for a message that is no finding: nothing is skipped.
    """
    found: list[dict[str, Any]] = []
    places: list[tuple[str, int, int]] = []
    digest = hashlib.sha256()
    for place, message in zip(
        batch.place.select("topic", "partition", "offset").iter_rows(), batch.values, strict=True
    ):
        if message is None:
            continue
        found.append(_decoded(bytes(message), place))
        places.append(place)
        digest.update(repr(place).encode() + hashlib.sha256(message).digest())
    told = Counter((one["code"], one["state"]) for one in found)
    return FindingRows(_columns(found, places), f"findings-{digest.hexdigest()}", told)


def _decoded(message: bytes, place: tuple[str, int, int]) -> dict[str, Any]:
    topic, partition, offset = place
    where = f"{topic}[{partition}]@{offset}"
    try:
        one = answers.decode("Finding", message)
    except ValueError as error:
        raise ThabianError("FINDING_UNREADABLE", f"{where}: {error}; nothing after it is stored") from None
    if one["state"] not in STATES:
        raise ThabianError("FINDING_UNREADABLE", f"{where} has a state newer than this reader; update Thabian")
    return one


def _columns(found: Sequence[Mapping[str, Any]], places: Sequence[tuple[str, int, int]]) -> Columns:
    columns: dict[str, Sequence[Any]] = {name: [one[name] for one in found] for name in _SAME}
    columns |= {name: [(one[name] - _EPOCH) // _MILLISECOND for one in found] for name in _TIMES}
    columns["state"] = [STATES[one["state"]] for one in found]
    for at, name in enumerate(("topic", "partition", "offset")):
        columns[name] = [place[at] for place in places]
    return columns
