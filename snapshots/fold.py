"""census(Y, D, C) of semantics 5, in ClickHouse: the numbered steps of snapshots/sql, put together.

Steps 01 to 06 look at the whole cut and leave small tables: temporary ones, private to this connection and gone with
it, so that two seals at once cannot meet. Steps 10 to 17 are one query, each step a name in its WITH, run for one range of
schools at a time: memory is bounded by the range. Year and day enter in steps 15 and 16 alone.
"""

import hashlib
from dataclasses import dataclass
from datetime import date
from importlib import resources
from typing import Any, Final

from schemas.attributes import CENSUS
from snapshots.log_ends import Cut
from warehouse.interface import Warehouse

ALL_SCHOOLS: Final = (0, 2**64 - 1)
"""A range of school codes, both ends inside."""

_KINDS: Final = ("nothing", "entry", "leaving", "change", "mend", "goes_on", "stops", "years_end")
_NONE: Final = "toFixedString('', 16)"
_IN_CUT: Final = (
    "offset < transform(transform(topic, %(cut_topics)s, %(cut_topic_numbers)s, 65535) * 65536 + partition,"
    " %(cut_keys)s, %(cut_offsets)s, 0)"
)
_SETTINGS: Final = {
    "optimize_aggregation_in_order": 1,
    "aggregation_in_order_max_block_bytes": 4_000_000,
    "max_threads": 2,
}


def _steps() -> dict[str, str]:
    files = [file for file in (resources.files("snapshots") / "sql").iterdir() if file.name.endswith(".sql")]
    return {file.name.removesuffix(".sql"): file.read_text(encoding="utf-8") for file in files}


STEPS: Final = dict(sorted(_steps().items()))
"""Texts of the steps by name, in order."""

TABLES: Final = tuple(name for name in STEPS if name < "10")


def rules_digest() -> bytes:
    """SHA-256 over every step's name and text and the attributes' order: pinned in each version (semantics 6.1)."""
    digest = hashlib.sha256()
    for part in (*(part for step in STEPS.items() for part in step), *CENSUS):
        encoded = part.encode()
        digest.update(b"%d:" % len(encoded) + encoded)
    return digest.digest()


@dataclass(frozen=True)
class Fold:
    """The census of (year B.E., day C.E.) at a cut, over one connection.

    `prepare` comes first; it may be called again, and must be after a lost connection.
    """

    warehouse: Warehouse
    year: int
    day: date
    cut: Cut

    def prepare(self) -> None:
        """Build the small tables of steps 01 to 06."""
        for name in reversed(TABLES):
            self.warehouse.execute(f"DROP TEMPORARY TABLE IF EXISTS {_bare(name)}")
        for name in TABLES:
            self.warehouse.execute(
                f"CREATE TEMPORARY TABLE {_bare(name)} ENGINE = Memory AS {self._text(name)}",
                self.parameters(),
                settings=_SETTINGS,
            )

    def dispose(self) -> None:
        """Drop the small tables; the connection can be used for another fold."""
        for name in TABLES:
            self.warehouse.execute(f"DROP TEMPORARY TABLE IF EXISTS {_bare(name)}")

    def schools(self) -> list[tuple[int, int]]:
        """Every school with events below the cut, by code, and how many stored rows it has there."""
        statement = (
            f"SELECT school_code, count() FROM change_log WHERE {_IN_CUT} GROUP BY school_code ORDER BY school_code"
        )
        return [
            (school, count) for school, count in self.warehouse.rows(statement, self.parameters(), settings=_SETTINGS)
        ]

    def query(self, select: str) -> str:
        """A statement `select` that reads FROM census, one row per pupil on a roll.

        Columns: school_code UInt64, person_key FixedString(16), then the attributes of schemas.attributes.CENSUS: text,
        empty where there is none; birth_key UInt64, 0 where there is none.
        """
        names = ", ".join(f"{number} AS {name}" for number, name in enumerate(_KINDS))
        steps = ",\n".join(f"{_bare(name)} AS (\n{self._text(name)}\n)" for name in STEPS if name not in TABLES)
        return f"WITH {names},\n{steps}\n{select}"

    def parameters(self, schools: tuple[int, int] = ALL_SCHOOLS) -> dict[str, Any]:
        """Parameters of `query` for a range of school codes, both ends inside."""
        topics = sorted({topic for topic, _ in self.cut}) or [""]
        places = sorted(self.cut) or [("", 0)]
        return {
            "year": self.year,
            "point": self.year * 65536 + (self.day - date(1970, 1, 1)).days,
            "first_school": schools[0],
            "last_school": schools[1],
            "cut_topics": topics,
            "cut_topic_numbers": list(range(len(topics))),
            "cut_keys": [topics.index(topic) * 65536 + partition for topic, partition in places],
            "cut_offsets": [self.cut.get(place, 0) for place in places],
        }

    @property
    def settings(self) -> dict[str, Any]:
        """Settings `query` is run with."""
        return dict(_SETTINGS)

    def _text(self, name: str) -> str:
        lines = [line for line in STEPS[name].splitlines() if not line.startswith("--")]
        replacements = {
            "{in_cut}": _IN_CUT,
            "{none}": _NONE,
            "{schools}": "school_code BETWEEN %(first_school)s AND %(last_school)s",
            "{year}": "%(year)s",
            "{point}": "%(point)s",
        }
        text = "\n".join(lines)
        for mark, value in replacements.items():
            text = text.replace(mark, value)
        return text


def _bare(name: str) -> str:
    return name.partition("_")[2]
