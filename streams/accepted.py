"""Messages of register.accepted, read into what the stream keeps."""

import io
from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple

import fastavro

from schemas import answers
from schemas.framing import SINGLE_OBJECT_LENGTH
from streams.event import IDENTITY, NONE, VOID, Acting, Event, rank_of


class Accepted(NamedTuple):
    """One message: events of pupils, what acts on others, and the newest append time."""

    events: list[Event]
    acting: list[Acting]
    newest: int


def read(message: bytes) -> Accepted:
    """Raises ValueError for a message that intake did not write."""
    events, acting, newest = [], [], 0
    for change in _decode(message)["changes"]:
        place = (change["append_time"], change["topic"], change["partition"], change["offset"])
        newest = max(newest, place[0])
        act = change["act"]
        if act in (IDENTITY, VOID) or change["replaces"] != NONE or change["stands_before"]:
            acting.append(_acting(change, place))
        if act not in (IDENTITY, VOID):
            events.append(_event(change, act, place))
    return Accepted(events, acting, newest)


def _acting(change: Mapping[str, Any], place: tuple[int, str, int, int]) -> Acting:
    return Acting(
        change["school_code"], change["event_id"], place, change["voids"], change["replaces"], change["person_key"],
        change["new_person_key"],
    )  # fmt: skip


def _event(change: Mapping[str, Any], act: int, place: tuple[int, str, int, int]) -> Event:
    given = change["given"]
    return Event(
        change["academic_year"], change["effective_date"], change["recorded_at"], rank_of(act), change["event_id"],
        change["school_code"], act, change["person_key"], change["other_school"], place,
        change["grade"] if given & 1 else None,
        change["student_number"] if given & 4 else None,
        change["sex"] if given & 8 else None,
        (change["birth_key"] % 2**64, change["birth_cohort"]) if given & 16 else None,
    )  # fmt: skip


def _decode(message: bytes) -> Any:  # noqa: ANN401 - what the schema says
    writer = _writers().get(message[:SINGLE_OBJECT_LENGTH])
    if writer is None:
        raise ValueError("not a message of AcceptedChanges")
    try:
        return fastavro.schemaless_reader(io.BytesIO(message[SINGLE_OBJECT_LENGTH:]), writer, _reader())
    except Exception as error:  # the reader raises whatever broken bytes make it raise
        raise ValueError("a broken message of AcceptedChanges") from error


@cache
def _reader() -> Any:  # noqa: ANN401
    return fastavro.parse_schema(_plain(answers.definition("AcceptedChanges")))


@cache
def _writers() -> Mapping[bytes, Any]:
    """As `answers` has them, dates and times left as the numbers they are: objects would cost as much as all the rest."""
    return {prefix: fastavro.parse_schema(_plain(text)) for prefix, text in answers.texts("AcceptedChanges").items()}


def _plain(avro: Any) -> Any:  # noqa: ANN401
    if isinstance(avro, list):
        return [_plain(item) for item in avro]
    if isinstance(avro, dict):
        return {name: _plain(item) for name, item in avro.items() if name != "logicalType"}
    return avro
