"""Which rows of a version a report looks at, and what is printed about where they come from."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from schemas.errors import ThabianError
from schemas.thai_dates import format_be
from snapshots import versions
from snapshots.moments import format_moment
from snapshots.table import Origin
from snapshots.versions import Slice, Version
from warehouse.interface import Warehouse

ROWS = """
SELECT * FROM census_rows
WHERE (run, school_code) IN (
    SELECT folded_by, school_code FROM census_slices
    WHERE version = %(version)s AND run = %(run)s AND school_code BETWEEN %(first_school)s AND %(last_school)s
) AND school_code BETWEEN %(first_school)s AND %(last_school)s
LIMIT 1 BY run, school_code, person_key
"""
"""The rows of a version within a range of schools. Parameters: `Scope.parameters`."""


@dataclass(frozen=True, slots=True)
class Scope:
    """A version, and one school of it or all."""

    version: Version
    school: Slice | None = None

    @property
    def parameters(self) -> Mapping[str, Any]:
        """Parameters of ROWS."""
        first, last = (self.school.school_code,) * 2 if self.school else (0, 2**64 - 1)
        return {
            "version": self.version.version,
            "run": self.version.run,
            "first_school": first,
            "last_school": last,
        }

    @property
    def title(self) -> str:
        """For people."""
        return f"โรงเรียน {self.school.school_code:010}" if self.school else f"ทุกโรงเรียน ({self.version.schools:,} แห่ง)"

    def origin(self) -> Origin:
        """What a report prints about its version; the checksum is the slice's for one school, else the root."""
        version = self.version
        return Origin(
            version=version.version,
            academic_year=version.academic_year,
            round=version.round,
            as_of=format_be(version.as_of, "long"),
            known_at=format_moment(version.known_at),
            label=version.label,
            checksum_of="slice" if self.school else "root",
            checksum=(self.school.checksum if self.school else version.root).hex(),
        )


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
    return Scope(version, found)
