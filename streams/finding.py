"""A finding: what it is, and its id (docs/findings.md)."""

import hashlib
from typing import NamedTuple

from streams.event import NONE


class Finding(NamedTuple):
    """The first five say which finding it is, the rest what it is about."""

    code: str
    person: bytes = NONE
    school: int = 0
    other_school: int = 0
    subject: bytes = NONE
    persons: tuple[bytes, ...] = ()
    evidence: tuple[bytes, ...] = ()

    @property
    def finding_id(self) -> bytes:
        """16 bytes."""
        text = f"{self.code}|{self.person.hex()}|{self.school}|{self.other_school}|{self.subject.hex()}"
        return hashlib.sha256(text.encode()).digest()[:16]


def number_subject(student_number: str) -> bytes:
    """The subject of a finding about a student number."""
    return hashlib.sha256(student_number.encode()).digest()[:16]
