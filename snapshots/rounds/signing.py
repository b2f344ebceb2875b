"""What a signature covers, and what stands against closing (semantics 6.3, 6.5)."""

from collections.abc import Mapping, Set
from dataclasses import dataclass
from typing import Final

from schemas.errors import ThabianError
from schemas.thai_dates import format_be
from snapshots import schools, versions
from snapshots.calendars import Round
from snapshots.canonical import root
from snapshots.moments import format_minute, format_moment
from snapshots.rounds.state import State
from snapshots.schools import School
from snapshots.versions import Version
from warehouse.interface import Warehouse

CHANGED: Final = "CHANGED_SINCE_SIGNED"
FOUND: Final = "BLOCKING_FINDING"
BLOCKING: Final = ("ABSENT", "NOT_CERTIFIED", FOUND, "NOT_ACKNOWLEDGED", CHANGED)
"""What stands against closing, unless it is overridden with a reason."""


@dataclass(frozen=True, slots=True)
class Blocker:
    """One thing that stands against closing. `code` is one of BLOCKING."""

    school: School
    code: str


def members(warehouse: Warehouse, each: Round) -> dict[int, School]:
    """The schools of a round, by code: expected on its day, of its affiliation and area. Raises ROUND_NO_SCHOOLS."""
    there = schools.on(warehouse, each.as_of)
    found = {
        code: one
        for code, one in there.items()
        if one.is_expected and one.affiliation == each.affiliation and each.area in ("", one.area)
    }
    if not found:
        whom = each.area or f"affiliation {each.affiliation}"
        raise ThabianError("ROUND_NO_SCHOOLS", f"no school of {whom} is loaded: see `thabian schools load --help`")
    return found


def version_to_sign(warehouse: Warehouse, each: Round, name: str | None) -> Version:
    """The named version, or the newest of the round's year, number and day. Raises ROUND_VERSION_OTHER, ROUND_NOT_SEALED."""
    if name is not None:
        found = versions.find(warehouse, name)
        if not fits(each, found):
            raise ThabianError("ROUND_VERSION_OTHER", "that version is of another year, round or day", exit_code=2)
        return found
    fitting = [version for version in versions.listed(warehouse) if fits(each, version)]
    if not fitting:
        raise ThabianError("ROUND_NOT_SEALED", f"nothing to sign is sealed: run `{seal_command(each)}`")
    return fitting[0]


def version_at_cut(warehouse: Warehouse, each: Round, known_at: int) -> Version | None:
    """The version of the round sealed at the cut: K is a label, the vector it stands for is the truth (semantics 4)."""
    fitting = [version for version in versions.listed(warehouse) if fits(each, version)]
    return next(iter(versions.labelled_with(warehouse, fitting, known_at)), None)


def seal_command(each: Round, known_at: int | None = None) -> str:
    """How to seal what the round counts."""
    command = f"thabian snapshot seal --year {each.academic_year} --round {each.number} --as-of {format_be(each.as_of)}"
    return command if known_at is None else f"{command} --known-at '{format_moment(known_at).replace(' +07:00', '')}'"


def checksums(warehouse: Warehouse, version: Version, wanted: Mapping[int, School]) -> dict[int, str]:
    """Slice checksums, hex, of those of the schools that have a slice in the version."""
    return {
        one.school_code: one.checksum.hex() for one in versions.slices(warehouse, version) if one.school_code in wanted
    }


def blockers(
    state: State, wanted: Mapping[int, School], at_cut: Mapping[int, str], blocked: Set[int] = frozenset()
) -> list[Blocker]:
    """What stands against closing at the cut's checksums, by school: one thing for each school.

    `blocked`: schools with a blocking finding (semantics 6.2).
    """
    found = ((school, _blocker(state, code, at_cut, blocked)) for code, school in sorted(wanted.items()))
    return [Blocker(school, code) for school, code in found if code]


def changed(state: State, wanted: Mapping[int, School], at_cut: Mapping[int, str]) -> list[School]:
    """Schools whose slice is another one than was signed, or is gone."""
    signed = ((school, state.school(code).checksum) for code, school in sorted(wanted.items()))
    return [school for school, checksum in signed if checksum and at_cut.get(school.code) != checksum]


def root_of(at_cut: Mapping[int, str]) -> str:
    """What the bureau signs: the root over the round's (school, checksum), hex."""
    return root({code: bytes.fromhex(checksum) for code, checksum in at_cut.items()}).hex()


def cut_text(known_at: int) -> str:
    """K for people."""
    return format_minute(known_at, is_end=True)


def fits(each: Round, version: Version) -> bool:
    """Whether a version counts the round's day."""
    return (version.academic_year, version.round, version.as_of) == (each.academic_year, each.number, each.as_of)


def _blocker(state: State, code: int, at_cut: Mapping[int, str], blocked: Set[int]) -> str:
    school = state.school(code)
    if code not in at_cut:
        return CHANGED if school.checksum else "ABSENT"
    if not school.checksum:
        return "NOT_CERTIFIED"
    if at_cut[code] != school.checksum:
        return CHANGED
    if code in blocked:
        return FOUND
    return "" if school.state == "ACKNOWLEDGED" else "NOT_ACKNOWLEDGED"
