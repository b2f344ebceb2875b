"""How the schools stand to one sealed version: who signed the slice it has, who signed another one, who nothing."""

from dataclasses import dataclass

from snapshots import versions
from snapshots.rounds import store
from snapshots.rounds.state import School, fold
from snapshots.versions import Version
from warehouse.interface import Warehouse

_ROUNDS = (
    "SELECT DISTINCT round FROM round_events"
    " WHERE academic_year = %(year)s AND number = %(number)s AND as_of = %(as_of)s ORDER BY round"
)


@dataclass(frozen=True, slots=True)
class Standing:
    """A school somebody has acted for. `state` as in its round; `is_changed`: the version's slice is not what was signed."""

    state: str
    is_changed: bool

    @property
    def is_signed(self) -> bool:
        """Whether the version's slice is the one the director signed."""
        return self.state in ("CERTIFIED", "ACKNOWLEDGED") and not self.is_changed


def standing(warehouse: Warehouse, version: Version) -> dict[int, Standing]:
    """By school code, over every certification of the version's year, round and day; the last one a school acted in counts.

    A school that is not in it stands at RECORDING.
    """
    parameters = {"year": version.academic_year, "number": version.round, "as_of": version.as_of}
    last: dict[int, School] = {}
    for (name,) in warehouse.rows(_ROUNDS, parameters):
        for code, school in fold(store.acts(warehouse, name)).schools.items():
            if code not in last or school.since > last[code].since:
                last[code] = school
    slices = {one.school_code: one.checksum.hex() for one in versions.slices(warehouse, version)}
    return {
        code: Standing(school.state, bool(school.checksum) and slices.get(code) != school.checksum)
        for code, school in last.items()
    }
