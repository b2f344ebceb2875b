"""What the stream told of a pupil: kept so that it tells what changed alone, and what is settled."""

import struct
from collections.abc import Iterable
from typing import Final, NamedTuple

from streams.crossing import Rolled, pack_rolled, unpack_rolled
from streams.finding import Finding

_HEAD: Final = struct.Struct(">iiHHHH")
_FINDING: Final = struct.Struct(">BQQ16s")
_LENGTH: Final = struct.Struct(">H")
NEVER: Final = 2**31 - 1


class Said(NamedTuple):
    """On which rolls a pupil is, and which findings are open: of each what says which it is."""

    rolls: tuple[Rolled, ...] = ()
    findings: tuple[Finding, ...] = ()


class Standing(NamedTuple):
    """`day`: the day it was looked at for; `due`: the first day on which it may be another one without a new event."""

    day: int = 0
    due: int = NEVER
    told: Said = Said()
    perhaps: Said = Said()
    """Stored before it was sent: whether it was is known only once it is `told`. A crash in between leaves it here, and the
    messages that led to it may come again in another order.
    """


NOTHING: Final = Standing()


def pack(standing: Standing) -> bytes:
    """Its bytes."""
    day, due, told, perhaps = standing
    rolls, findings = told
    rolls_too, findings_too = perhaps
    parts = [_HEAD.pack(day, due, len(rolls), len(findings), len(rolls_too), len(findings_too))]
    _add(parts, rolls, findings)
    _add(parts, rolls_too, findings_too)
    return b"".join(parts)


def _add(parts: list[bytes], rolls: Iterable[Rolled], findings: Iterable[Finding]) -> None:
    for rolled in rolls:
        packed = pack_rolled(rolled)
        parts += (_LENGTH.pack(len(packed)), packed)
    for found in findings:
        parts += (_FINDING.pack(len(found.code), found.school, found.other_school, found.subject), found.code.encode())


def unpack(packed: bytes | None, person: bytes) -> Standing:
    """What was packed of this pupil; nothing where there is none."""
    if packed is None:
        return NOTHING
    day, due, *lengths = _HEAD.unpack_from(packed)
    told, at = _said(packed, _HEAD.size, person, lengths[0], lengths[1])
    perhaps, _ = _said(packed, at, person, lengths[2], lengths[3])
    return Standing(day, due, told, perhaps)


def _said(packed: bytes, at: int, person: bytes, rolls: int, findings: int) -> tuple[Said, int]:
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
    return Said(tuple(on), tuple(found)), at


def is_due(packed: bytes, day: int) -> bool:
    """Whether it has to be looked at again: for the day, for a clock that was set back, or after a crash."""
    looked_at, due, _, _, perhaps_rolls, perhaps_findings = _HEAD.unpack_from(packed)
    return bool(due <= day or looked_at > day or perhaps_rolls or perhaps_findings)
