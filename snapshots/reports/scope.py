"""Which rows of a version a report looks at, and what is printed about where they come from."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
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
    """Several schools of a version: what they have in common as (kind, value), how that is called, what is known of them."""

    of: tuple[tuple[str, str], ...]
    title: str
    slices: tuple[Slice, ...]
    schools: tuple[School, ...]

    @property
    def name(self) -> str:
        """As `--scope` says it; several with a comma, which `--scope` does not take."""
        return ", ".join(f"{kind}:{value}" for kind, value in self.of)

    def holds(self, school: School) -> bool:
        """Whether a school of the schools table belongs to the part, though it may have sent nothing."""
        return all(getattr(school, kind) == value for kind, value in self.of)

    def among(self, codes: Iterable[int]) -> set[int]:
        """Those of the codes that belong to the part: by the list of schools, an affiliation by the first two digits."""
        listed = {item.code for item in self.schools}
        found = set(codes)
        for kind, value in self.of:
            found &= _of_affiliation(found, value) if kind == "affiliation" else listed
        return found


@dataclass(frozen=True, slots=True)
class Scope:
    """A version, and one school of it, several or all."""

    version: Version
    school: Slice | None = None
    part: Part | None = None
    school_name: str = ""

    @property
    def is_whole(self) -> bool:
        """Whether it is all schools of the version."""
        return self.school is None and self.part is None

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

    def among(self, codes: Iterable[int]) -> set[int]:
        """Those of the codes that belong here, though they may have no slice in the version: another one may have them."""
        if self.school:
            return {self.school.school_code}.intersection(codes)
        return set(codes) if self.part is None else self.part.among(codes)

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
    known = schools.on(warehouse, version.as_of, school_list(version), wanted)
    if found is None:
        why = (
            "it must send and is ABSENT"
            if wanted in known and known[wanted].is_expected
            else "is its 10-digit code right?"
        )
        raise ThabianError("SCHOOL_NOT_IN_SNAPSHOT", f"that school has no events in this version: {why}", exit_code=2)
    return Scope(version, found, school_name=known[wanted].name if wanted in known else "")


def named(warehouse: Warehouse, version: Version, name: str, option: str = "--scope") -> Scope:
    """`all`, `school:CODE`, `affiliation:NN`, `area:NAME`, `district:NAME` or `province:NAME`. `option`: what the user typed.

    Raises SCOPE_INVALID, and SCOPE_EMPTY where no school of the version or of the schools table belongs.
    """
    kind, _, value = name.partition(":")
    if name == "all":
        return Scope(version)
    if not value or kind not in ("school", "affiliation", *_PLACES):
        raise _invalid(option)
    if kind == "school":
        return scope(warehouse, version, value)
    return Scope(version, part=_part(warehouse, version, kind, value))


def in_every(warehouse: Warehouse, version: Version, names: Iterable[str]) -> Scope:
    """The schools that lie in each of several scopes, as `named` takes them; of no scope, the whole version.

    Each has an option of its kind, such as --area.

    Raises what `named` does, and SCOPE_EMPTY where they have no school in common.
    """
    scopes = (named(warehouse, version, name, f"--{name.partition(':')[0]}") for name in names)
    return reduce(_both, scopes, Scope(version))


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
        found = _at(slices, _of_affiliation((item.school_code for item in slices), value))
    else:
        found = _at(slices, {item.code for item in known})
    if not found and not known:
        raise _empty()
    return Part(((kind, value),), _part_title(kind, value), found, known)


def _both(one: Scope, other: Scope) -> Scope:
    """What lies in both of two scopes of a version."""
    if one.part and other.part:
        return Scope(one.version, part=_overlap(one.part, other.part))
    if not (one.school or other.school):
        return one if one.part else other
    narrow, wide = (one, other) if one.school else (other, one)
    if narrow.school and not wide.among([narrow.school.school_code]):
        raise _empty()
    return narrow


def _overlap(one: Part, other: Part) -> Part:
    slices = _at(one.slices, {item.school_code for item in other.slices})
    known = tuple(item for item in one.schools if other.holds(item))
    if not slices and not known:
        raise _empty()
    return Part((*one.of, *other.of), f"{one.title} {other.title}", slices, known)


def _invalid(option: str) -> ThabianError:
    if option == "--scope":
        said = "--scope is all, affiliation:10, area:NAME, district:NAME, province:NAME or school:CODE"
    else:
        said = f"{option} is empty: leave it out, or say which"
    return ThabianError("SCOPE_INVALID", said, exit_code=2)


def _empty() -> ThabianError:
    return ThabianError("SCOPE_EMPTY", "no school of that scope: see `thabian schools list`", exit_code=2)


def _of_affiliation(codes: Iterable[int], value: str) -> set[int]:
    return {code for code in codes if f"{code:010}"[:2] == value}


def _at(slices: Iterable[Slice], codes: set[int]) -> tuple[Slice, ...]:
    return tuple(item for item in slices if item.school_code in codes)


def _part_title(kind: str, value: str) -> str:
    if kind != "affiliation":
        return f"{_PLACES[kind]} {value}"
    labels = code_lists.load("affiliations")
    return f"สังกัด {labels.entry(value).label if value in labels.codes else value}"
