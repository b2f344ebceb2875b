"""What checksums are taken over: text that depends on nothing but the census (semantics 6.1).

- A **field** is its UTF-8 bytes behind their count: `<length in bytes>:<bytes>`. So no value can pose as a border.
- A **row** is nine fields: person_key as 32 lower-case hex digits; grade, room, student_number, sex as sent; birth_key
  as a decimal number; disadvantage, disability, boarding as sent. No value is the empty text; for birth_key it is `0`.
- A **slice** is a school's rows, sorted by person_key, one after the other, nothing between; its checksum is their
  SHA-256. A school with events below the cut and nobody on its roll has the slice of no rows.
- The **root** is the SHA-256 over all slices, sorted by school code: the 10 digits of the code, then the slice checksum
  as 64 lower-case hex digits, each as a field.
- The **cut** digest is the SHA-256 over the vector, sorted by topic and partition: topic, partition, offset, each as a
  field. Partitions with nothing below the cut are left out: that one more exists changes nothing.
"""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Final

Row = tuple[bytes, str, str, str, str, int, str, str, str]
"""person_key, then the attributes in the order above."""

TEXTS: Final = ("grade", "room", "student_number", "sex", "disadvantage", "disability", "boarding")

ROW_SQL: Final = "concat({})".format(
    ", ".join(
        f"toString(length({text})), ':', {text}"
        for text in (
            "lower(hex(person_key))",
            "grade",
            "room",
            "student_number",
            "sex",
            "toString(birth_key)",
            "disadvantage",
            "disability",
            "boarding",
        )
    )
)
"""A row's canonical text, in ClickHouse SQL."""

SLICE_SQL: Final = (
    f"SHA256(arrayStringConcat(arraySort((row, key) -> key, groupArray({ROW_SQL}),"
    " groupArray(byteSwap(reinterpretAsUInt128(person_key))))))"
)
"""A slice's checksum as an aggregate over its rows, in ClickHouse SQL."""

EMPTY_SLICE: Final = hashlib.sha256().digest()


def field(value: str) -> bytes:
    """One field."""
    encoded = value.encode()
    return b"%d:" % len(encoded) + encoded


def slice_checksum(rows: Iterable[Row]) -> bytes:
    """The checksum of a school's rows, given in the column order above, in any order of rows."""
    digest = hashlib.sha256()
    for key, *values in sorted(rows, key=lambda row: row[0]):
        digest.update(b"".join(field(str(value)) for value in (key.hex(), *values)))
    return digest.digest()


def root(checksums: Mapping[int, bytes]) -> bytes:
    """The root over slice checksums by school code."""
    digest = hashlib.sha256()
    for school_code, checksum in sorted(checksums.items()):
        digest.update(field(f"{school_code:010}") + field(checksum.hex()))
    return digest.digest()


def cut_digest(cut: Mapping[tuple[str, int], int]) -> bytes:
    """The digest of a cut vector."""
    digest = hashlib.sha256()
    for (topic, partition), offset in sorted(cut.items()):
        if offset:
            digest.update(field(topic) + field(str(partition)) + field(str(offset)))
    return digest.digest()
