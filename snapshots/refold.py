"""What of an earlier version a new one can take as it is: a school's slice depends on its own events and on replaced numbers.

So a version at a later cut folds again the schools with events between the two cuts, and those with events under a number
that leads elsewhere by then. Whether a replacement counts depends on events of its own school (semantics 5.2, 5.3): the
numbers that other schools replaced are taken from the earlier run.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from snapshots import versions
from snapshots.fold import Fold, Part
from snapshots.log_ends import Cut
from snapshots.versions import Pinned, Version
from warehouse.interface import Warehouse

_TOUCHED: Final = """
SELECT DISTINCT school_code FROM change_log
WHERE offset >= %(least)s AND {in_cut} AND NOT ({in_base_cut})
"""
_LED_ELSEWHERE: Final = """
SELECT old
FROM (SELECT old, new FROM identity_ends UNION ALL SELECT old, new FROM census_identity_ends WHERE run = %(known_run)s)
GROUP BY old, new
HAVING count() = 1
"""
"""An end that both runs found stands there twice; any other, once."""

_MOVED: Final = f"SELECT DISTINCT school_code FROM change_log WHERE {{in_cut}} AND person_key IN ({_LED_ELSEWHERE})"


@dataclass(frozen=True, slots=True)
class Base:
    """A version whose cut lies below another's, the same otherwise."""

    version: Version
    cut: Cut


def base_of(warehouse: Warehouse, listed: Iterable[Version], fold: Fold, pinned: Pinned) -> Base | None:
    """The first listed version of the same year, day, rules and reference data with no position above the fold's cut."""
    for version in listed:
        same = (version.academic_year, version.as_of) == (fold.year, fold.day)
        if not same or Pinned(version.rules, version.reference, version.school_list) != pinned:
            continue
        cut = versions.cut_of(warehouse, version.cut)
        if all(offset <= fold.cut.get(place, 0) for place, offset in cut.items()):
            return Base(version, cut)
    return None


@dataclass(frozen=True, slots=True)
class Changed:
    """The fold of the schools that may have changed since a base, prepared."""

    fold: Fold
    has_numbers_of_base: bool
    """Whether the replaced numbers, of all schools, and where they lead are those of the base."""


def prepared(fold: Fold, base: Base) -> Changed:
    """What has to be folded again, prepared."""
    changed = touched(fold, base.cut)
    found = replace(fold, part=Part(changed, base.version.run))
    if found.prepare():
        return Changed(found, has_numbers_of_base=True)
    moved = _moved(found)
    if moved <= changed:
        return Changed(found, has_numbers_of_base=False)
    whole = replace(fold, part=Part(changed | moved, base.version.run))
    whole.prepare()
    return Changed(whole, has_numbers_of_base=False)


def touched(fold: Fold, base_cut: Cut) -> frozenset[int]:
    """Schools with events below the fold's cut and not below the base's."""
    grown = [base_cut.get(place, 0) for place, end in fold.cut.items() if end > base_cut.get(place, 0)]
    if not grown:
        return frozenset()
    parameters = fold.parameters() | {
        "least": min(grown),  # looked at first, and enough for nearly every row
        "base_offsets": [base_cut.get(place, 0) for place in sorted(fold.cut)],
    }
    rows = fold.warehouse.rows(fold.filled(_TOUCHED), parameters, settings=fold.settings)
    return frozenset(school for (school,) in rows)


def _moved(fold: Fold) -> frozenset[int]:
    """Schools with events under a number that leads elsewhere than in the base."""
    if not fold.warehouse.rows(f"{_LED_ELSEWHERE} LIMIT 1", fold.parameters()):
        return frozenset()  # it saves looking at every event
    rows = fold.warehouse.rows(fold.filled(_MOVED), fold.parameters(), settings=fold.settings)
    return frozenset(school for (school,) in rows)
