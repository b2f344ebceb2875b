"""Sealed versions, as stored. A version exists once its row in census_versions does; that row is written last."""

import hashlib
from dataclasses import astuple, dataclass, fields
from datetime import date

from schemas import code_lists
from schemas.errors import ThabianError
from snapshots.canonical import cut_digest, field
from snapshots.log_ends import Cut
from warehouse.interface import Columns, Warehouse


@dataclass(frozen=True, slots=True)
class Version:
    """One sealed census. Fields in the column order of census_versions; times are milliseconds since 1970 UTC."""

    version: str
    run: int
    academic_year: int
    round: int
    as_of: date
    known_at: int
    cut: bytes
    label: str
    pupils: int
    schools: int
    root: bytes
    rules: bytes
    reference: bytes
    school_list: bytes
    software: str
    sealed_at: int


@dataclass(frozen=True, slots=True)
class Slice:
    """One school's part of a version."""

    school_code: int
    folded_by: int
    pupils: int
    checksum: bytes


_NAMES = tuple(item.name for item in fields(Version))
_COLUMNS = ", ".join(
    {
        "known_at": "toUnixTimestamp64Milli(known_at)",
        "sealed_at": "toUnixTimestamp64Milli(sealed_at)",
    }.get(name, name)
    for name in _NAMES
)


@dataclass(frozen=True, slots=True)
class Pinned:
    """Digests of what a version depends on beside its year, round, day and cut."""

    rules: bytes
    reference: bytes
    school_list: bytes


def version_id(year: int, round_number: int, as_of: date, cut: Cut, pinned: Pinned) -> str:
    """The name of a version: the same for the same year, round, day, cut, rules and reference data, anywhere."""
    digests = (digest.hex() for digest in (cut_digest(cut), pinned.rules, pinned.reference, pinned.school_list))
    parts = (str(year), str(round_number), as_of.isoformat(), *digests)
    digest = hashlib.sha256(b"".join(field(part) for part in parts)).hexdigest()
    return f"{year}-{round_number}-{digest[:12]}"


def reference_digest() -> bytes:
    """SHA-256 over every code list: name, codes, labels, sources and what else an entry says."""
    digest = hashlib.sha256()
    for name in sorted(code_lists.names()):
        for entry in code_lists.load(name).entries:
            extra = [text for pair in sorted(entry.extra.items()) for text in pair]
            for text in (name, entry.code, entry.label, *entry.aliases, entry.source, *extra):
                digest.update(field(text))
    return digest.digest()


def listed(warehouse: Warehouse) -> list[Version]:
    """All versions, the last sealed first. One sealed twice at the same moment by two processes is listed once."""
    rows = warehouse.rows(f"SELECT {_COLUMNS} FROM census_versions ORDER BY sealed_at, run LIMIT 1 BY version")
    return [_version(row) for row in reversed(rows)]


def find(warehouse: Warehouse, name: str) -> Version:
    """A version by its id, the beginning of its id that no other shares, the digest part of it, or `latest`."""
    versions = listed(warehouse)
    if not versions:
        raise ThabianError("SNAPSHOT_NOT_FOUND", "nothing has been sealed yet: see `thabian snapshot seal --help`")
    if name == "latest":
        return versions[0]
    exact = [item for item in versions if item.version == name]
    if exact:
        return exact[0]
    found = [item for item in versions if item.version.startswith(name) or item.version.split("-")[2].startswith(name)]
    if len(found) == 1:
        return found[0]
    if found:
        raise ThabianError(
            "SNAPSHOT_AMBIGUOUS", f"{len(found)} versions begin like that: write more of the id", exit_code=2
        )
    raise ThabianError("SNAPSHOT_NOT_FOUND", "no version has that id: see `thabian snapshot list`", exit_code=2)


def slices(warehouse: Warehouse, version: Version) -> list[Slice]:
    """The slices of a version, by school code."""
    rows = warehouse.rows(
        "SELECT school_code, folded_by, pupils, checksum FROM census_slices"
        " WHERE version = %(version)s AND run = %(run)s ORDER BY school_code LIMIT 1 BY school_code",
        {"version": version.version, "run": version.run},
    )
    return [Slice(*row) for row in rows]


def slices_of_runs(warehouse: Warehouse, name: str) -> list[Slice]:
    """What runs that set out to seal this version folded themselves."""
    rows = warehouse.rows(
        "SELECT DISTINCT school_code, folded_by, pupils, checksum FROM census_slices"
        " WHERE version = %(version)s AND folded_by = run ORDER BY run, school_code",
        {"version": name},
    )
    return [Slice(*row) for row in rows]


def cut_of(warehouse: Warehouse, digest: bytes) -> dict[tuple[str, int], int]:
    """The stored cut vector of this digest."""
    rows = warehouse.rows(
        "SELECT topic, partition, max(offset) FROM census_cuts WHERE cut = unhex(%(cut)s) GROUP BY topic, partition",
        {"cut": digest.hex()},
    )
    return {(topic, partition): offset for topic, partition, offset in rows}


def settled(warehouse: Warehouse) -> Cut:
    """Per partition the highest offset of a sealed cut: everything below had its outcome then, and has it for ever."""
    rows = warehouse.rows(
        "SELECT topic, partition, max(offset) FROM census_cuts WHERE cut IN (SELECT cut FROM census_versions)"
        " GROUP BY topic, partition"
    )
    return {(topic, partition): offset for topic, partition, offset in rows}


def cut_known_at(warehouse: Warehouse, among: list[Version], known_at_ms: int) -> dict[tuple[str, int], int] | None:
    """The vector already sealed under this label: a second seal of it uses the same (semantics 4)."""
    labelled = labelled_with(warehouse, among, known_at_ms)
    own = [version for version in labelled if version.known_at == known_at_ms]
    return cut_of(warehouse, (own or labelled)[-1].cut) if labelled else None


def labelled_with(warehouse: Warehouse, among: list[Version], known_at_ms: int) -> list[Version]:
    """Of these versions those sealed at the vector of this label. A vector may have several labels: those between which
    nothing arrived.
    """
    rows = warehouse.rows(
        "SELECT DISTINCT cut FROM census_cuts WHERE toUnixTimestamp64Milli(known_at) = %(known_at)s",
        {"known_at": known_at_ms},
    )
    cuts = {cut for (cut,) in rows}
    return [version for version in among if version.cut in cuts or version.known_at == known_at_ms]


def store_cut(warehouse: Warehouse, cut: Cut, known_at_ms: int) -> None:
    """Keep a cut vector."""
    places = sorted(cut)
    columns: Columns = {
        "cut": [cut_digest(cut)] * len(places),
        "known_at": [known_at_ms] * len(places),
        "topic": [topic for topic, _ in places],
        "partition": [partition for _, partition in places],
        "offset": [cut[place] for place in places],
    }
    warehouse.insert("census_cuts", columns)


def store_run(warehouse: Warehouse, run: int, name: str, now_ms: int) -> None:
    """Say that a run sets out to seal a version."""
    warehouse.insert("census_runs", {"run": [run], "version": [name], "started_at": [now_ms]})


def store_slices(warehouse: Warehouse, name: str, run: int, found: list[Slice]) -> None:
    """Keep the slices of a run."""
    if not found:
        return
    warehouse.insert(
        "census_slices",
        {
            "version": [name] * len(found),
            "run": [run] * len(found),
            "school_code": [item.school_code for item in found],
            "folded_by": [item.folded_by for item in found],
            "pupils": [item.pupils for item in found],
            "checksum": [item.checksum for item in found],
        },
    )


def store_version(warehouse: Warehouse, version: Version) -> None:
    """Make a version visible: the last step of a seal."""
    values = dict(zip(_NAMES, ([value] for value in astuple(version)), strict=True))
    warehouse.insert("census_versions", values)


def _version(row: tuple[object, ...]) -> Version:
    return Version(*row)  # type: ignore[arg-type]  # columns have the fields' types
