"""Which rows of a version a report looks at, and what is printed about where they come from."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from schemas import code_lists
from schemas.errors import ThabianError
from schemas.thai_dates import format_be
from snapshots import canonical, schools, versions
from snapshots.moments import format_moment
from snapshots.schools import School
from snapshots.table import Origin
from snapshots.versions import Slice, Version
from warehouse.interface import Warehouse

_BETWEEN: Final = "school_code BETWEEN %(first_school)s AND %(last_school)s"
_TEXT: Final = """
SELECT * FROM census_rows
WHERE (run, school_code) IN (
    SELECT folded_by, school_code FROM census_slices
    WHERE version = %(version)s AND run = %(run)s AND {schools}
) AND {schools}
"""
ROWS: Final = _TEXT.format(schools=_BETWEEN)
"""The rows of a version within a range of schools. Parameters: `Scope.parameters`.

As they were stored: a run writes a school's rows once, and the checksum is taken over what is stored, so that a row that
came to be there twice is an error for `verify` to find, not one for every reader to look for.
"""

_SOME_ROWS: Final = _TEXT.format(schools=f"{_BETWEEN} AND school_code IN %(schools)s")
_ALL: Final = (0, 2**64 - 1)
_PLACES: Final = {"area": "เขตพื้นที่/สำนักงานเขต", "district": "อำเภอ/เขต", "province": "จังหวัด"}
"""What a scope may name besides a school and an affiliation: columns of the schools table."""


@dataclass(frozen=True, slots=True)
class Part:
    """Several schools of a version: how they are called, and what is known of them."""

    name: str
    title: str
    slices: tuple[Slice, ...]
    schools: tuple[School, ...]

    def holds(self, school: School) -> bool:
        """Whether a school of the schools table belongs to the part, though it may have sent nothing."""
        kind, _, value = self.name.partition(":")
        return bool(getattr(school, kind) == value)


@dataclass(frozen=True, slots=True)
class Scope:
    """A version, and one school of it, several or all."""

    version: Version
    school: Slice | None = None
    part: Part | None = None
    school_name: str = ""

    @property
    def rows(self) -> str:
        """The rows in scope, as a query. Parameters: `parameters`."""
        return ROWS if self.part is None else _SOME_ROWS

    @property
    def parameters(self) -> Mapping[str, Any]:
        """Parameters of `rows` and ROWS."""
        first, last = (self.school.school_code,) * 2 if self.school else _ALL
        given = {"version": self.version.version, "run": self.version.run, "first_school": first, "last_school": last}
        if self.part is None:
            return given
        codes = [item.school_code for item in self.part.slices] or [0]
        return given | {"first_school": codes[0], "last_school": codes[-1], "schools": codes}

    @property
    def name(self) -> str:
        """As `--scope` says it."""
        if self.school:
            return f"school:{self.school.school_code:010}"
        return self.part.name if self.part else "all"

    @property
    def title(self) -> str:
        """For people, with the number of schools that have a slice."""
        if self.school:
            return self.place
        return f"{self.place} ({len(self.part.slices) if self.part else self.version.schools:,} แห่ง)"

    @property
    def place(self) -> str:
        """For people, without a number of schools."""
        if self.school:
            code = f"{self.school.school_code:010}"
            return f"{self.school_name} (รหัส {code})" if self.school_name else f"โรงเรียน {code}"
        return self.part.title if self.part else "ทุกโรงเรียน"

    def holds(self, school: School) -> bool:
        """Whether a school of the schools table belongs here, though it may have sent nothing."""
        if self.school:
            return school.code == self.school.school_code
        return self.part is None or self.part.holds(school)

    def origin(self) -> Origin:
        """What a report prints about its version; the checksum is the slice's for one school, else a root."""
        version = self.version
        of, checksum = self._checksum()
        return Origin(
            version=version.version,
            academic_year=version.academic_year,
            round=version.round,
            as_of=format_be(version.as_of, "long"),
            known_at=format_moment(version.known_at),
            label=version.label,
            checksum_of=of,
            checksum=checksum.hex(),
        )

    def _checksum(self) -> tuple[str, bytes]:
        if self.school:
            return "slice", self.school.checksum
        if self.part is None:
            return "root", self.version.root
        return f"root {self.name}", canonical.root({item.school_code: item.checksum for item in self.part.slices})


def scope(warehouse: Warehouse, version: Version, school_code: str | None) -> Scope:
    """The whole version, or one school of it. SCHOOL_NOT_IN_SNAPSHOT when it has no slice there."""
    if school_code is None:
        return Scope(version)
    wanted = int(school_code) if school_code.isascii() and school_code.isdigit() else -1
    found = next((item for item in versions.slices(warehouse, version) if item.school_code == wanted), None)
    if found is None:
        raise ThabianError(
            "SCHOOL_NOT_IN_SNAPSHOT",
            "that school has no events in this version: is its 10-digit code right?",
            exit_code=2,
        )
    known = schools.on(warehouse, version.as_of, school_list(version), wanted)
    return Scope(version, found, school_name=known[wanted].name if wanted in known else "")


def named(warehouse: Warehouse, version: Version, name: str) -> Scope:
    """`all`, `school:CODE`, `affiliation:NN`, `area:NAME`, `district:NAME` or `province:NAME`.

    Raises SCOPE_INVALID, and SCOPE_EMPTY where no school of the version or of the schools table belongs.
    """
    kind, _, value = name.partition(":")
    if name == "all":
        return Scope(version)
    if not value or kind not in ("school", "affiliation", *_PLACES):
        raise ThabianError(
            "SCOPE_INVALID",
            "--scope is all, affiliation:10, area:NAME, district:NAME, province:NAME or school:CODE",
            exit_code=2,
        )
    if kind == "school":
        return scope(warehouse, version, value)
    return Scope(version, part=_part(warehouse, version, kind, value))


def known_schools(warehouse: Warehouse, version: Version) -> dict[int, School]:
    """The schools there are on the version's day, by code."""
    return schools.on(warehouse, version.as_of, school_list(version))


def school_list(version: Version) -> str | None:
    """The digest of the schools the version was sealed with; None, for the newest, when none were loaded by then."""
    return None if version.school_list == schools.NOTHING_LOADED else version.school_list.hex()


def _part(warehouse: Warehouse, version: Version, kind: str, value: str) -> Part:
    known = tuple(item for item in known_schools(warehouse, version).values() if getattr(item, kind) == value)
    slices = versions.slices(warehouse, version)
    if kind == "affiliation":
        found = tuple(item for item in slices if f"{item.school_code:010}"[:2] == value)
    else:
        found = _at(slices, {item.code for item in known})
    if not found and not known:
        raise ThabianError("SCOPE_EMPTY", "no school of that scope: see `thabian schools list`", exit_code=2)
    return Part(f"{kind}:{value}", _part_title(kind, value), found, known)


def _at(slices: Iterable[Slice], codes: set[int]) -> tuple[Slice, ...]:
    return tuple(item for item in slices if item.school_code in codes)


def _part_title(kind: str, value: str) -> str:
    if kind != "affiliation":
        return f"{_PLACES[kind]} {value}"
    labels = code_lists.load("affiliations")
    return f"สังกัด {labels.entry(value).label if value in labels.codes else value}"
