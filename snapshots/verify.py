"""Whether a version is still what was sealed: from its rows, and from the log at its cut."""

from dataclasses import dataclass

from snapshots import side_by_side, versions
from snapshots.canonical import SLICE_SQL, root
from snapshots.fold import Fold, rules_digest
from snapshots.school_ranges import SchoolRange
from snapshots.side_by_side import Connect
from snapshots.slices import Progress, as_stored, fold_ranges, with_empty
from snapshots.versions import Slice, Version
from warehouse.interface import Warehouse


@dataclass(frozen=True, slots=True)
class Verification:
    """What was compared. Schools whose rows, or whose fold from the log, differ from the sealed slices."""

    root_matches: bool
    rows_differ: list[int]
    log_differs: list[int]
    log_compared: bool

    @property
    def holds(self) -> bool:
        """Whether nothing differs."""
        return self.root_matches and not self.rows_differ and not self.log_differs


def verify(
    warehouse: Warehouse,
    version: Version,
    progress: Progress = lambda _done, _all: None,
    connect: Connect | None = None,
) -> Verification:
    """Compute every slice again, from the rows and from the log; a version of other rules is not folded again.

    `connect`: where further connections come from, to fold on more than one.
    """
    sealed = versions.slices(warehouse, version)
    same_rules = version.rules == rules_digest()
    refolded = _refolded(warehouse, version, progress, connect) if same_rules else sealed
    return Verification(
        root_matches=root({item.school_code: item.checksum for item in sealed}) == version.root,
        rows_differ=_differing(sealed, as_stored(warehouse, sealed)),
        log_differs=_differing(sealed, refolded),
        log_compared=same_rules,
    )


def _refolded(warehouse: Warehouse, version: Version, progress: Progress, connect: Connect | None) -> list[Slice]:
    fold = Fold(warehouse, version.academic_year, version.as_of, versions.cut_of(warehouse, version.cut))
    fold.prepare()
    ranges = list(fold_ranges(fold, lanes=side_by_side.lanes(fold, connect)))
    found: list[Slice] = []
    done = 0
    with side_by_side.opened(fold, connect, len(ranges)) as folds:
        refolded = side_by_side.each(folds, _refold_range, ranges)
        for schools, some in zip(ranges, refolded, strict=True):
            found += some
            done += schools.size
            progress(done, sum(each.size for each in ranges))
    fold.dispose()
    return found


def _refold_range(fold: Fold, schools: SchoolRange) -> list[Slice]:
    rows = fold.warehouse.rows(
        fold.query(f"SELECT school_code, toUInt64(0), count(), {SLICE_SQL} FROM census GROUP BY school_code"),
        fold.parameters(schools.ends),
        settings=fold.settings,
    )
    return with_empty(schools.codes, [Slice(*row) for row in rows], 0)


def _differing(sealed: list[Slice], found: list[Slice]) -> list[int]:
    """School codes whose checksum or count differ, or that one side lacks."""
    before = {item.school_code: (item.checksum, item.pupils) for item in sealed}
    after = {item.school_code: (item.checksum, item.pupils) for item in found}
    return sorted(school for school in before.keys() | after.keys() if before.get(school) != after.get(school))
