"""The schools of the country as reference data: loaded whole, kept for ever, looked up by day (semantics 6.3, 8.3)."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, fields
from datetime import date
from typing import Final

from schemas.errors import ThabianError
from snapshots import versions
from snapshots.canonical import field
from snapshots.versions import Version
from warehouse.interface import Columns, Warehouse

OPEN_FROM: Final = date(1900, 1, 1)
OPEN_TO: Final = date(2299, 12, 31)
"""What stands in the warehouse for an open end: the ends of Date32."""

NOTHING_LOADED: Final = bytes(32)


@dataclass(frozen=True, slots=True)
class School:
    """One school as it is from one day to another, both inclusive; None: open.

    `affiliation` is the first two digits of the code; `area` the district office in Bangkok, else the education area.
    """

    code: int
    name: str
    affiliation: str
    area: str
    district: str
    province: str
    is_boarding: bool
    is_expected: bool
    valid_from: date | None
    valid_to: date | None
    smis_code: str = ""
    obec_code: str = ""


_NAMES: Final = tuple("school_code" if item.name == "code" else item.name for item in fields(School))
_FROM_LOAD: Final = f"SELECT {', '.join(_NAMES)} FROM schools WHERE load = unhex(%(load)s)"
_CURRENT: Final = (
    "SELECT load, toUnixTimestamp64Milli(loaded_at) FROM school_loads ORDER BY loaded_at DESC, load LIMIT 1"
)
_SENT: Final = """
SELECT DISTINCT school_code FROM change_log
INNER JOIN (SELECT topic, partition, max(offset) AS end FROM census_cuts WHERE cut = unhex(%(cut)s)
            GROUP BY topic, partition) AS cut USING (topic, partition)
WHERE offset < end AND school_code IN %(schools)s
"""


def load(warehouse: Warehouse, schools: Iterable[School], now_ms: int) -> str:
    """Make these the current schools; returns their digest. Nothing changes when they are current already.

    The rows are written before the load that names them, so that no reader sees half a load.
    """
    kept = sorted(schools, key=lambda school: (school.code, school.valid_from or OPEN_FROM))
    found = digest(kept)
    current = warehouse.rows(_CURRENT)
    if current and current[0][0].hex() == found:
        return found
    if kept:
        warehouse.insert("schools", _columns(found, kept), token=f"schools-{found}")
    when = max(now_ms, current[0][1] + 1) if current else now_ms
    row: Columns = {"load": [bytes.fromhex(found)], "loaded_at": [when], "schools": [len(kept)]}
    warehouse.insert("school_loads", row)
    return found


def digest(schools: Iterable[School]) -> str:
    """SHA-256, hex, over all that is known of the schools, in the order of their codes."""
    made = hashlib.sha256()
    for school in sorted(schools, key=lambda school: (school.code, school.valid_from or OPEN_FROM)):
        for value in astuple(school):
            made.update(field("" if value is None else str(value)))
    return made.hexdigest()


def on(warehouse: Warehouse, day: date, digest: str | None = None, code: int | None = None) -> dict[int, School]:
    """Schools by code that are there on a day, in the newest load or the one named by its digest, in hex; all, or one."""
    found = current_digest(warehouse).hex() if digest is None else digest
    if found == NOTHING_LOADED.hex():
        return {}
    if digest is not None:
        _require(warehouse, digest)
    wanted = "" if code is None else "AND school_code = %(code)s "
    rows = warehouse.rows(
        f"{_FROM_LOAD} {wanted}AND valid_from <= %(day)s AND valid_to >= %(day)s ORDER BY school_code, valid_from"
        " LIMIT 1 BY school_code",
        {"load": found, "day": day} | ({} if code is None else {"code": code}),
    )
    return {school.code: school for school in map(_school, rows)}


def everything(warehouse: Warehouse) -> list[School]:
    """All rows of the newest load, whatever their days."""
    found = current_digest(warehouse).hex()
    query = f"{_FROM_LOAD} ORDER BY school_code, valid_from LIMIT 1 BY school_code, valid_from"
    return [_school(row) for row in warehouse.rows(query, {"load": found})]


def current_digest(warehouse: Warehouse) -> bytes:
    """The newest load's digest, 32 bytes; zero bytes when nothing was loaded. A version pins it."""
    rows = warehouse.rows(_CURRENT)
    return bytes(rows[0][0]) if rows else NOTHING_LOADED


def absent(warehouse: Warehouse, version: Version, digest: str | None = None) -> list[School]:
    """Expected schools of the version's day that sent nothing below its cut: ABSENT, not 0 (semantics 6.3).

    A school whose pupils all left has sent something: it is there, with nobody. `digest` (hex): the load the version was
    sealed with; None: the newest.
    """
    expected = {code: one for code, one in on(warehouse, version.as_of, digest).items() if one.is_expected}
    pupils = {item.school_code: item.pupils for item in versions.slices(warehouse, version)}
    unsure = [code for code in expected if pupils.get(code) == 0]
    sent = set(pupils) - set(unsure) | _sent(warehouse, version, unsure)
    return [school for code, school in sorted(expected.items()) if code not in sent]


def by_short_code(schools: Iterable[School]) -> dict[str, int]:
    """10-digit codes by SMIS code (8 digits) and OBEC code (6). One that two schools share leads to neither.

    Where no OBEC code is given it is the last six digits of the ten (domain 1.5).
    """
    found: dict[str, set[int]] = {}
    for school in schools:
        for short in {school.smis_code, school.obec_code or f"{school.code:010}"[-6:]} - {""}:
            found.setdefault(short, set()).add(school.code)
    return {short: codes.pop() for short, codes in found.items() if len(codes) == 1}


def _sent(warehouse: Warehouse, version: Version, schools: Sequence[int]) -> set[int]:
    """Those of the schools with an accepted event below the version's cut."""
    if not schools:
        return set()
    rows = warehouse.rows(_SENT, {"cut": version.cut.hex(), "schools": tuple(schools)})
    return {code for (code,) in rows}


def _require(warehouse: Warehouse, digest: str) -> None:
    if not warehouse.rows("SELECT 1 FROM school_loads WHERE load = unhex(%(load)s) LIMIT 1", {"load": digest}):
        raise ThabianError("SCHOOLS_LOAD_UNKNOWN", "no list of schools with that digest was loaded", exit_code=2)


def _columns(load_digest: str, schools: Sequence[School]) -> Columns:
    columns: dict[str, Sequence[object]] = dict(zip(_NAMES, zip(*map(astuple, schools), strict=True), strict=True))
    columns["load"] = [bytes.fromhex(load_digest)] * len(schools)
    columns["valid_from"] = [school.valid_from or OPEN_FROM for school in schools]
    columns["valid_to"] = [school.valid_to or OPEN_TO for school in schools]
    for flag in ("is_boarding", "is_expected"):
        columns[flag] = [int(getattr(school, flag)) for school in schools]
    return columns


def _school(row: tuple[object, ...]) -> School:
    given = dict(zip((item.name for item in fields(School)), row, strict=True))
    given |= {name: bool(given[name]) for name in ("is_boarding", "is_expected")}
    for name, stands_for_open in (("valid_from", OPEN_FROM), ("valid_to", OPEN_TO)):
        given[name] = None if given[name] == stands_for_open else given[name]
    return School(**given)  # type: ignore[arg-type]  # columns have the fields' types
