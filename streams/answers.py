"""What the stream tells, as messages."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from schemas.answers import encode
from streams import crossing
from streams.days import date_of
from streams.finding import Finding
from streams.told import Told

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def crossings(told: Iterable[Told]) -> Iterator[tuple[int, Iterator[bytes]]]:
    """(partition, messages of register.crossings): what a cycle tells it, in few messages, for each costs its reader."""
    frames: defaultdict[int, list[bytes]] = defaultdict(list)
    newest = 0
    for one in told:
        newest = max(newest, one.newest)
        for partition, more in one.frames.items():
            frames[partition] += more
    for partition, every in frames.items():
        yield partition, crossing.messages(every, newest)


def findings(told: Told, day: int, now_ms: int) -> Iterator[tuple[bytes, bytes]]:
    """(finding_id, message of register.findings)."""
    for finding, is_open in told.findings:
        state = "OPEN" if is_open else "RESOLVED"
        yield finding.finding_id, finding_message(finding, state, day, now_ms, told.newest)


def finding_message(finding: Finding, state: str, day: int, now_ms: int, caused_ms: int) -> bytes:
    """One Finding."""
    return encode(
        "Finding",
        {
            "finding_id": finding.finding_id,
            "code": finding.code,
            "state": state,
            "person_key": finding.person,
            "school_code": finding.school,
            "other_school": finding.other_school,
            "subject": finding.subject,
            "persons": list(finding.persons),
            "evidence": list(finding.evidence),
            "day": date_of(day),
            "told_at": _moment(now_ms),
            "caused_at": _moment(caused_ms),
        },
    )


def headcount(school: int, counts: Mapping[tuple[str, str], int], day: int, now_ms: int) -> bytes:
    """One Headcount."""
    cells = [{"grade": grade, "sex": sex, "pupils": pupils} for (grade, sex), pupils in sorted(counts.items())]
    return encode(
        "Headcount", {"school_code": school, "day": date_of(day), "told_at": _moment(now_ms), "counts": cells}
    )


def _moment(milliseconds: int) -> datetime:
    return _EPOCH + timedelta(milliseconds=milliseconds)
