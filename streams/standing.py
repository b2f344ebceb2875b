"""What the stream last told of a pupil: kept so that it tells what changed alone, and what is settled."""

import struct
from typing import Final, NamedTuple

from streams.crossing import Rolled, pack_rolled, unpack_rolled
from streams.finding import Finding

_HEAD: Final = struct.Struct(">iiHH")
_FINDING: Final = struct.Struct(">BQQ16s")
_LENGTH: Final = struct.Struct(">H")
NEVER: Final = 2**31 - 1


class Standing(NamedTuple):
    """`day`: the day it was looked at for; `due`: the first day on which it may be another one without a new event."""

    day: int = 0
    due: int = NEVER
    rolls: tuple[Rolled, ...] = ()
    findings: tuple[Finding, ...] = ()
    """Those that are open; of each what says which it is."""


NOTHING: Final = Standing()


def pack(standing: Standing) -> bytes:
    """Its bytes."""
    parts = [_HEAD.pack(standing.day, standing.due, len(standing.rolls), len(standing.findings))]
    for rolled in standing.rolls:
        packed = pack_rolled(rolled)
        parts += (_LENGTH.pack(len(packed)), packed)
    for found in standing.findings:
        parts += (_FINDING.pack(len(found.code), found.school, found.other_school, found.subject), found.code.encode())
    return b"".join(parts)


def unpack(packed: bytes | None, person: bytes) -> Standing:
    """What was packed of this pupil; nothing where there is none."""
    if packed is None:
        return NOTHING
    day, due, rolls, findings = _HEAD.unpack_from(packed)
    at = _HEAD.size
    on = []
    for _ in range(rolls):
        (length,) = _LENGTH.unpack_from(packed, at)
        at += _LENGTH.size
        on.append(unpack_rolled(packed[at : at + length]))
        at += length
    found = []
    for _ in range(findings):
        length, school, other, subject = _FINDING.unpack_from(packed, at)
        at += _FINDING.size
        found.append(Finding(packed[at : at + length].decode(), person, school, other, subject))
        at += length
    return Standing(day, due, tuple(on), tuple(found))


def is_due(packed: bytes, day: int) -> bool:
    """Whether it has to be looked at again for a day. A clock that was set back counts as well."""
    looked_at, due, _, _ = _HEAD.unpack_from(packed)
    return bool(due <= day or looked_at > day)
