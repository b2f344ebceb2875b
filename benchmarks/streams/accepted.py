"""Messages of register.accepted of pupils who do not exist, as intake writes them: arrays by pupil's partition."""

from collections.abc import Iterator

import numpy as np
import polars as pl

from schemas.answers.columns import messages
from schemas.segments import fixed
from schemas.topics import ACCEPTED

BATCH = 16_000
"""Changes of one batch of intake."""
SCHOOLS = 5_000
_ENROLLED, _CHANGED = 1, 12


def batches(pupils: int, changes: int, seed: int = 2565) -> Iterator[list[tuple[int, bytes]]]:
    """(partition, message) of each batch: every pupil's entry first, then changes of room."""
    chance = np.random.default_rng(seed)
    keys = chance.integers(0, 256, (pupils, 16), dtype=np.uint8)
    for first in range(0, changes, BATCH):
        rows = np.arange(first, min(first + BATCH, changes))
        yield list(_messages(keys[rows % pupils], rows, rows < pupils, chance))


def _messages(keys, rows, is_entry, chance) -> Iterator[tuple[int, bytes]]:  # noqa: ANN001 - arrays of one batch
    count, none = len(rows), np.zeros((len(rows), 16), dtype=np.uint8)
    ids = chance.integers(0, 256, (count, 16), dtype=np.uint8)
    schools = keys[:, :4].copy().view("<u4").ravel().astype(np.int64) % SCHOOLS
    grade = keys[:, 5].astype(np.int64) % 6
    frame = pl.DataFrame(
        {
            "school_code": 1_000_000_001 + schools * 1_000,
            "person_key": pl.Series(fixed(keys)),
            "academic_year": np.full(count, 2565),
            "effective_date": np.full(count, 19_128),
            "recorded_at": 1_653_000_000_000 + rows,
            "act": np.where(is_entry, _ENROLLED, _CHANGED),
            "event_id": pl.Series(fixed(ids)),
            **{name: pl.Series(fixed(none)) for name in ("replaces", "voids", "new_person_key")},
            "given": np.where(is_entry, 0b11111, 0b10),
            "grade": np.where(is_entry, np.char.zfill((grade + 4).astype(str), 2), ""),
            "room": (rows % 9).astype(str),
            "student_number": np.where(is_entry, rows.astype(str), ""),
            "sex": np.where(is_entry, np.where(keys[:, 6] % 2, "M", "F"), ""),
            "birth_key": np.where(is_entry, grade + 1, 0),
            "birth_cohort": np.where(is_entry, 2016 - grade, 0),
            **dict.fromkeys(("disadvantage", "disability", "boarding", "reason"), ""),
            "other_school": np.zeros(count, dtype=np.int64),
            "topic": "student-changes.bench",
            "partition": np.zeros(count, dtype=np.int64),
            "offset": rows,
            "append_time": 1_653_000_000_000 + rows,
            "stands_before": np.zeros(count, dtype=bool),
        }
    )
    places = keys[:, :4].copy().view(">u4").ravel().astype(np.int64) % ACCEPTED.partitions
    yield from messages("AcceptedChanges", frame, places, {"watermarks": []})
