"""Messages of register.crossings: what one partition has to know of another's pupils.

The stream's own format, not for others: a version, the newest append time that led to it, then frames end to end. Delivered
at least once, each sender's in order; every frame says what is, not what was added, so that a repeat changes nothing.
"""

import struct
from collections.abc import Iterator
from typing import Final, NamedTuple

from streams.event import Acting, pack_acting, unpack_acting

_VERSION: Final = 1
_HEAD: Final = struct.Struct(">Bq")
_FRAME: Final = struct.Struct(">BI")
_ROLL: Final = struct.Struct(">Q16sBHHH")
_ACTING, _MOVED, _ROLLED = 1, 2, 3
LARGEST_BYTES: Final = 500_000
"""Of the frames of one message, unless one frame alone is larger."""


class Moved(NamedTuple):
    """Events of a number that leads to a pupil of the partition this is sent to, packed."""

    person: bytes
    events: bytes


class Rolled(NamedTuple):
    """Whether a pupil is on the roll of a school of the partition this is sent to, and as what."""

    school: int
    person: bytes
    is_on: bool
    grade: str = ""
    sex: str = ""
    student_number: str = ""


Frame = Acting | Moved | Rolled


def pack(frame: Frame) -> bytes:
    """One frame."""
    match frame:
        case Acting():
            kind, body = _ACTING, pack_acting(frame)
        case Moved():
            kind, body = _MOVED, frame.person + frame.events
        case Rolled():
            kind, body = _ROLLED, pack_rolled(frame)
    return _FRAME.pack(kind, len(body)) + body


def messages(frames: list[bytes], newest: int) -> Iterator[bytes]:
    """Frames as messages."""
    head = _HEAD.pack(_VERSION, newest)
    parts, size = [head], 0
    for frame in frames:
        if size and size + len(frame) > LARGEST_BYTES:
            yield b"".join(parts)
            parts, size = [head], 0
        parts.append(frame)
        size += len(frame)
    if size:
        yield b"".join(parts)


def read(message: bytes) -> tuple[list[Frame], int]:
    """(frames, newest append time). Raises ValueError for any other message."""
    try:
        version, newest = _HEAD.unpack_from(message)
        if version != _VERSION:
            raise ValueError(f"crossings of version {version} are not known here")
        return list(_frames(message)), newest
    except (struct.error, IndexError, UnicodeDecodeError) as error:
        raise ValueError("a broken message of register.crossings") from error


def _frames(message: bytes) -> Iterator[Frame]:
    at = _HEAD.size
    while at < len(message):
        kind, length = _FRAME.unpack_from(message, at)
        at += _FRAME.size
        body = message[at : at + length]
        at += length
        if len(body) != length or kind not in (_ACTING, _MOVED, _ROLLED):
            raise ValueError("a broken message of register.crossings")
        if kind == _ROLLED:
            yield unpack_rolled(body)
        elif kind == _MOVED:
            yield Moved(body[:16], body[16:])
        else:
            yield from unpack_acting(body)


def pack_rolled(rolled: Rolled) -> bytes:
    """Its bytes; also what lies on the shelf of rolls."""
    school, person, is_on, *texts = rolled
    grade, sex, number = texts[0].encode(), texts[1].encode(), texts[2].encode()
    return _ROLL.pack(school, person, is_on, len(grade), len(sex), len(number)) + grade + sex + number


def unpack_rolled(packed: bytes) -> Rolled:
    """What was packed."""
    school, person, is_on, grade, sex, number = _ROLL.unpack_from(packed)
    texts = packed[_ROLL.size :]
    return Rolled(
        school, person, bool(is_on), texts[:grade].decode(), texts[grade : grade + sex].decode(),
        texts[grade + sex : grade + sex + number].decode(),
    )  # fmt: skip
