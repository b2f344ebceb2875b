"""People planted to be looked for: their number, names and birth date in every shape in which they could come out."""

import base64
import json
import urllib.parse
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from tests.events import enrolled, person_id


@dataclass(frozen=True)
class Planted:
    """One person who does not exist, and whose values stand nowhere else."""

    number: int
    first_name: str = "รั่วไหลทดสอบ"
    last_name: str = "ปลูกไว้ตามหา"
    birth_date: date = date(2013, 2, 27)

    @property
    def person_id(self) -> str:
        return person_id(self.number)

    def enrolled(self, **fields: Any) -> dict[str, Any]:
        """A StudentEnrolled of this person."""
        own = {"first_name": self.first_name, "last_name": self.last_name, "birth_date": self.birth_date}
        return enrolled(self.number, **(own | fields))

    def found_in(self, said: str | bytes) -> list[str]:
        """Which of the values stand there, in whatever shape."""
        text = said.decode("utf-8", errors="replace") if isinstance(said, bytes) else said
        raw = said if isinstance(said, bytes) else said.encode()
        return [
            name
            for name, value in self._values()
            if any(shape in raw or shape.decode() in text for shape in shapes(value))
        ]

    def _values(self) -> Iterator[tuple[str, str]]:
        number, born = self.person_id, self.birth_date
        be = born.year + 543
        yield from (("person_id", number), ("first_name", self.first_name), ("last_name", self.last_name))
        yield "person_id", f"{number[0]}-{number[1:5]}-{number[5:10]}-{number[10:12]}-{number[12]}"
        for year in (born.year, be):
            yield "birth_date", f"{year}-{born:%m-%d}"
            yield "birth_date", f"{born:%d/%m}/{year}"
            yield "birth_date", f"{born.day}/{born.month}/{year}"
            yield "birth_date", f"{year}{born:%m%d}"
            yield "birth_date", f"date({year}, {born.month}, {born.day})"
            yield "birth_date", f"{born.day} ก.พ. {year}"


def shapes(value: str) -> Iterator[bytes]:
    """A text plain, escaped, in hex, in base64, in a URL."""
    raw = value.encode()
    yield from (raw, raw.hex().encode(), raw.hex().upper().encode(), raw.hex(" ").encode())
    yield json.dumps(value).strip('"').encode()
    yield repr(raw).strip("b'").encode()
    yield urllib.parse.quote(value).encode()
    for before in range(3):  # wherever it begins among the threes of base64; the ends depend on what stands beside it
        yield base64.b64encode(bytes(before) + raw)[4 if before else 0 : -4]
