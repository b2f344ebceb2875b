"""census(Y, D, C) of semantics 5, in ClickHouse: the numbered steps of snapshots/sql, put together.

Steps 01 to 09 look at the whole cut and leave small tables: temporary ones, private to this connection and gone with
it, so that two seals at once cannot meet. Steps 10 to 18 are one query, each step a name in its WITH, run for one range of
schools at a time: memory is bounded by the range. Year and day enter in steps 15 and 16 alone.

All of it can be done for some schools alone, given the replaced numbers an earlier run found in the others.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from importlib import resources
from types import MappingProxyType
from typing import Any, Final

from schemas.attributes import CENSUS
from snapshots.log_ends import Cut
from snapshots.school_ranges import in_ranges
from warehouse.interface import Warehouse

ALL_SCHOOLS: Final = (0, 2**64 - 1)
"""A range of school codes, both ends inside."""

KINDS: Final = ("nothing", "entry", "leaving", "change", "mend", "goes_on", "stops", "years_end")
"""What steps 10 to 18 know of an event: the numbers of these names in their WITH."""

_NONE: Final = "toFixedString('', 16)"
_IN_CUT: Final = (
    "offset < transform(transform(topic, %(cut_topics)s, %(cut_topic_numbers)s, 65535) * 65536 + partition,"
    " %(cut_keys)s, %(cut_offsets)s, 0)"
)
_IN_BASE_CUT: Final = _IN_CUT.replace("%(cut_offsets)s", "%(base_offsets)s")
_WANTED: Final = "school_code IN (SELECT school_code FROM wanted_schools)"
_KNOWN_IDENTITIES: Final = f"""UNION ALL
SELECT school_code, old, new FROM census_identities WHERE run = %(known_run)s AND NOT {_WANTED}"""
_CODED: Final = """(
    SELECT (arrayPushBack(groupArray(text), ''), arrayPushBack(groupArray(code), 0)) FROM codes WHERE text != ''
) AS coded"""
"""(texts, codes): the empty text, and no text, are 0."""
_LONG: Final = "0xff00000000000000"
"""Above every number that eight bytes of UTF-8 can be: none of them is 0xff."""
_SHAPES: Final = {
    "code": "transform({}, coded.1, coded.2, 0)::UInt32",
    "text": "transform({}, coded.2, coded.1, '')",
    "fits": "(length({}) <= 8 AND NOT endsWith({}, char(0)))",
    "packed": f"if({{fits:{{}}}}, reinterpretAsUInt64({{}}), {_LONG} + {{code:{{}}}})",
    "unpacked": f"if({{}} < {_LONG}, reinterpretAsString({{}}), {{text:{{}} - {_LONG}}})",
}
"""What stands in a step as {shape:expression}: how texts become numbers and texts again (step 09)."""
_SHAPED: Final = re.compile(r"\{(\w+):([^{}]+)\}")

_SETTINGS: Final = {
    "optimize_aggregation_in_order": 1,
    "aggregation_in_order_max_block_bytes": 4_000_000,
    "preferred_block_size_bytes": 0,  # else a block has a few thousand rows, and each costs the same again
    "use_query_condition_cache": 0,  # with it the engine groups in no order, at several times the memory
    "query_plan_fuse_filter_into_array_join": 0,  # it computes steps 13 to 15 twice: to filter, and to go on with
}
_IN_NO_ORDER: Final = {"optimize_aggregation_in_order": 0}
"""Where little is grouped, as of a few schools: it takes less time then, and memory does not matter."""


def steps(folder: str) -> dict[str, str]:
    """Texts of the numbered steps in a folder, by name, in order."""
    files = [file for file in (resources.files("snapshots") / folder).iterdir() if file.name.endswith(".sql")]
    return {
        file.name.removesuffix(".sql"): file.read_text(encoding="utf-8")
        for file in sorted(files, key=lambda file: file.name)
    }


STEPS: Final = steps("sql")
"""Texts of the steps by name, in order."""

TABLES: Final = tuple(name for name in STEPS if "01" <= name < "10")

FEW_SCHOOLS: Final = 200
"""A part of so many schools is read once, into memory; a larger one from the log, step by step."""

_READ_ONCE: Final = "00_wanted_events"

_WALK: Final = ("06_identity_steps", "07_identity_ends")
_BEFORE_WALK: Final = tuple(name for name in TABLES if name < _WALK[0])
_AFTER_WALK: Final = tuple(name for name in TABLES if name > _WALK[-1])
_NOT_AS_KNOWN: Final = """
SELECT 1
FROM (
    SELECT DISTINCT school_code, old, new FROM live_identities WHERE {wanted}
    UNION ALL
    SELECT DISTINCT school_code, old, new FROM census_identities WHERE run = %(known_run)s AND {wanted}
)
GROUP BY school_code, old, new
HAVING count() = 1
LIMIT 1
"""
_KNOWN_ENDS: Final = "SELECT old, new FROM census_identity_ends WHERE run = %(known_run)s GROUP BY old, new"
"""Where numbers lead depends on the replacements alone: while those are an earlier run's, so are the ends. (Not DISTINCT: the
engine does it in order, a number at a time.)
"""

_BY_RANGE: Final = "01_known_schools"
_STORED: Final = "SELECT school_code, count() FROM {log} WHERE {wanted} GROUP BY school_code ORDER BY school_code"
_RANGE_ROWS: Final = 4_000_000

_LOOKED_INTO: Final = ("later_copies", "removed", "joined_numbers", "codes")
"""The small tables that steps 10 to 18 read."""

_ENGINES: Final = {"joined_numbers": "Join(ANY, LEFT, number)"}
"""Those that are not Memory. This one is asked by key: as arrays in the query's text it costs more than a school's fold."""


def point(year: int, day: date) -> int:
    """(year B.E., day C.E.) as the number days are counted in: `day` of step 10."""
    return year * 65536 + (day - date(1970, 1, 1)).days


def rules_digest() -> bytes:
    """SHA-256 over every step's name and text and the attributes' order: pinned in each version (semantics 6.1)."""
    digest = hashlib.sha256()
    for part in (*(part for step in STEPS.items() for part in step), *CENSUS):
        encoded = part.encode()
        digest.update(b"%d:" % len(encoded) + encoded)
    return digest.digest()


@dataclass(frozen=True, slots=True)
class Part:
    """Some schools of a fold, and the run that stored the live identities of all others in census_identities."""

    schools: frozenset[int]
    known_run: int


@dataclass(frozen=True)
class Fold:
    """The census of (year B.E., day C.E.) at a cut, over one connection.

    `prepare` comes first; it may be called again, and must be after a lost connection. `threads`: of the engine, a query.
    """

    warehouse: Warehouse
    year: int
    day: date
    cut: Cut
    part: Part | None = None
    threads: int = 2

    def prepare(self) -> bool:
        """Build the small tables of steps 01 to 09. Returns whether numbers surely lead where they led in the part's run."""
        self.dispose()
        if self.part:
            self.warehouse.execute("CREATE TEMPORARY TABLE wanted_schools (school_code UInt64) ENGINE = Memory")
            self.warehouse.insert("wanted_schools", {"school_code": sorted(self.part.schools)})
        if self.is_read_once:
            self._create(_READ_ONCE, self.settings)
        for name in _BEFORE_WALK:
            if name == _BY_RANGE and not self.is_read_once:
                self._create_by_range(name)
            else:
                self._create(name, self.settings)
        as_known = self.part is not None and not self.warehouse.rows(self.filled(_NOT_AS_KNOWN), self.parameters())
        if as_known:
            self._create(_WALK[-1], self.settings, text=_KNOWN_ENDS)
        for name in _AFTER_WALK if as_known else (*_WALK, *_AFTER_WALK):
            self._create(name, self.settings)
        return as_known

    def _create(self, name: str, settings: Mapping[str, Any], *, text: str = "", empty: bool = False) -> None:
        engine = f"ENGINE = {_engine(_bare(name))}{' EMPTY' if empty else ''}"
        statement = f"CREATE TEMPORARY TABLE {_bare(name)} {engine} AS {text or self.filled(STEPS[name])}"
        self.warehouse.execute(statement, self.parameters(), settings=dict(settings))

    def _create_by_range(self, name: str) -> None:
        self._create(name, self.settings, empty=True)
        insert = f"INSERT INTO {_bare(name)} {self.filled(STEPS[name])}"
        settings = self.settings | _IN_NO_ORDER
        stored = [(school, rows) for school, rows in self.warehouse.rows(self.filled(_STORED), self.parameters())]
        for schools in in_ranges(stored, _RANGE_ROWS):
            self.warehouse.execute(insert, self.parameters(schools.ends), settings=settings)

    def beside(self, warehouse: Warehouse) -> "Fold":
        """This prepared fold over another connection as well, with copies of the small tables that a query reads."""
        for name in (*(("wanted_schools",) if self.part else ()), *_LOOKED_INTO):
            columns = [(column, kind) for column, kind, *_ in self.warehouse.rows(f"DESCRIBE TABLE {name}")]
            structure = ", ".join(f"{column} {kind}" for column, kind in columns)
            warehouse.execute(f"CREATE TEMPORARY TABLE {name} ({structure}) ENGINE = {_engine(name)}")
            for rows in self.warehouse.stream(f"SELECT * FROM {name}"):
                values = zip(*rows, strict=True)
                warehouse.insert(name, dict(zip((column for column, _ in columns), values, strict=True)))
        return replace(self, warehouse=warehouse)

    def dispose(self) -> None:
        """Drop the small tables; the connection can be used for another fold."""
        names = ", ".join(("wanted_schools", *map(_bare, (_READ_ONCE, *TABLES))))
        self.warehouse.execute(f"DROP TEMPORARY TABLE IF EXISTS {names}")

    @property
    def is_read_once(self) -> bool:
        """Whether its events are those of a few schools, held beside the small tables; on this connection alone."""
        return self.part is not None and len(self.part.schools) <= FEW_SCHOOLS

    def folds(self, school_code: int) -> bool:
        """Whether this school is folded, if there are events of it."""
        return self.part is None or school_code in self.part.schools

    def schools(self) -> list[tuple[int, int]]:
        """Every school to fold with events below the cut, by code, and how many stored rows it has there."""
        found = self.warehouse.rows("SELECT school_code, events FROM known_schools ORDER BY school_code")
        return [(school, events) for school, events in found]

    def query(self, select: str, further: Mapping[str, str] = MappingProxyType({})) -> str:
        """A statement `select` that reads FROM census, one row per pupil on a roll, or from `further` steps, text by name.

        Columns: school_code UInt64, person_key FixedString(16), then the attributes of schemas.attributes.CENSUS: text,
        empty where there is none; birth_key UInt64, 0 where there is none.
        """
        names = ", ".join((*(f"{number} AS {name}" for number, name in enumerate(KINDS)), _CODED))
        texts = {name: text for name, text in STEPS.items() if name >= "10"} | dict(further)
        named = ",\n".join(f"{_bare(name)} AS (\n{self.filled(text)}\n)" for name, text in texts.items())
        return f"WITH {names},\n{named}\n{select}"

    def parameters(self, schools: tuple[int, int] = ALL_SCHOOLS) -> dict[str, Any]:
        """Parameters of `query` for a range of school codes, both ends inside."""
        topics = sorted({topic for topic, _ in self.cut}) or [""]
        places = sorted(self.cut) or [("", 0)]
        return {
            "year": self.year,
            "point": point(self.year, self.day),
            "first_school": schools[0],
            "last_school": schools[1],
            "known_run": self.part.known_run if self.part else 0,
            "cut_topics": topics,
            "cut_topic_numbers": list(range(len(topics))),
            "cut_keys": [topics.index(topic) * 65536 + partition for topic, partition in places],
            "cut_offsets": [self.cut.get(place, 0) for place in places],
        }

    @property
    def settings(self) -> dict[str, Any]:
        """Settings `query` is run with."""
        return _SETTINGS | {"max_threads": self.threads} | (_IN_NO_ORDER if self.is_read_once else {})

    def filled(self, text: str) -> str:
        """A step's text without its comments, its marks replaced: those of the cut and the schools, then parameters."""
        lines = [line for line in text.splitlines() if not line.startswith("--")]
        wanted = _WANTED if self.part else "1"
        replacements = {
            "{in_cut}": _IN_CUT,
            "{in_base_cut}": _IN_BASE_CUT,
            "{none}": _NONE,
            "{log}": "wanted_events" if self.is_read_once else "change_log",
            "{schools}": f"school_code BETWEEN %(first_school)s AND %(last_school)s AND {wanted}",
            "{wanted}": wanted,
            "{known_identities}": _KNOWN_IDENTITIES if self.part else "",
        }
        filled = "\n".join(lines)
        for mark, value in replacements.items():
            filled = filled.replace(mark, value)
        while _SHAPED.search(filled):
            filled = _SHAPED.sub(lambda shape: _SHAPES[shape[1]].replace("{}", shape[2]), filled)
        return re.sub(r"\{(\w+)\}", r"%(\1)s", filled)


def _engine(name: str) -> str:
    return _ENGINES.get(name, "Memory")


def _bare(name: str) -> str:
    return name.partition("_")[2]
