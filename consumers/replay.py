"""A dead letter sent again to the topic it came from, and what it keeps of its first delivery (semantics 3.5).

What a replay says of itself counts for lateness, so it is signed under the person secret, which no publisher has. The proof
is over the very bytes and the topic: a publisher that copies the headers of a replay says nothing new with them.
"""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from consumers.messages import Batch
from consumers.pseudonyms import KeyedHash

Headers = Sequence[tuple[str, bytes]]

REPLAY_OF: Final = "thabian.replay-of"
FIRST_RECEIVED: Final = "thabian.first-received"
ATTEMPT: Final = "thabian.attempt"
PROOF: Final = "thabian.proof"
NAMES: Final = frozenset({REPLAY_OF, FIRST_RECEIVED, ATTEMPT, PROOF})


@dataclass(frozen=True, slots=True)
class Replay:
    """Which message this one repeats, when that was received first (ms since 1970 UTC), and which attempt this is."""

    topic: str
    partition: int
    offset: int
    first_received: int
    attempt: int

    @property
    def place(self) -> str:
        """As in the header."""
        return f"{self.topic}/{self.partition}/{self.offset}"


def headers(replay: Replay, value: bytes | None, secret: KeyedHash) -> list[tuple[str, bytes]]:
    """What a replayed message carries."""
    return [
        (REPLAY_OF, replay.place.encode()),
        (FIRST_RECEIVED, str(replay.first_received).encode()),
        (ATTEMPT, str(replay.attempt).encode()),
        (PROOF, _proof(replay, value, secret)),
    ]


def genuine(topic: str, sent: Headers, value: bytes | None, secret: KeyedHash) -> Replay | None:
    """What a message of this topic says of itself, if it is a replay and we sent it."""
    kept = dict(sent)
    if not kept.keys() >= NAMES:
        return None
    replay = _read(kept)
    if replay is None or replay.topic != topic:
        return None
    return replay if hmac.compare_digest(_proof(replay, value, secret), kept[PROOF] or b"") else None


def found(batch: Batch, secret: KeyedHash) -> dict[int, Replay]:
    """Row → replay, of those messages of a batch that are one."""
    with_headers = [row for row, sent in enumerate(batch.headers) if sent]
    topics = batch.place["topic"]
    read = {row: genuine(topics[row], batch.headers[row], batch.values[row], secret) for row in with_headers}
    return {row: replay for row, replay in read.items() if replay is not None}


def _read(kept: dict[str, bytes]) -> Replay | None:
    try:
        topic, partition, offset = kept[REPLAY_OF].decode().rsplit("/", 2)
        return Replay(topic, int(partition), int(offset), int(kept[FIRST_RECEIVED]), int(kept[ATTEMPT]))
    except (AttributeError, TypeError, ValueError):
        return None


def _proof(replay: Replay, value: bytes | None, secret: KeyedHash) -> bytes:
    content = b"none" if value is None else hashlib.sha256(value).digest()
    said = f"replay:{replay.place}:{replay.first_received}:{replay.attempt}:"
    return secret.of(said.encode() + content).hex().encode()
