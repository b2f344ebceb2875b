"""Questions that the sealed rows cannot answer: a fold at a version's own day and cut, over the schools in scope alone."""

from collections.abc import Iterator, Mapping

from snapshots import versions
from snapshots.fold import Fold
from snapshots.reports.scope import Scope
from snapshots.slices import fold_ranges
from warehouse.interface import Row, Warehouse


def rows(warehouse: Warehouse, scope: Scope, select: str, further: Mapping[str, str]) -> Iterator[Row]:
    """Rows of `select`, whose first column is the school's code and which reads from a step of `further`; block by block.

    The connection is taken until the last row: ask nothing else of it meanwhile.

    It may read the sealed rows beside it, as snapshots.reports.scope.ROWS, of the same range of schools.
    """
    version = scope.version
    fold = Fold(warehouse, version.academic_year, version.as_of, versions.cut_of(warehouse, version.cut))
    query = fold.query(select, further)
    fold.prepare()
    wanted = codes(scope)
    for schools in _ranges(fold, scope):
        parameters = fold.parameters(schools) | {"version": version.version, "run": version.run}
        for block in warehouse.stream(query, parameters, settings=fold.settings):
            yield from (row for row in block if scope.part is None or row[0] in wanted)
    fold.dispose()


def codes(scope: Scope) -> frozenset[int]:
    """The schools of a scope that is a part of the version."""
    return frozenset(item.school_code for item in scope.part.slices) if scope.part else frozenset()


def _ranges(fold: Fold, scope: Scope) -> Iterator[tuple[int, int]]:
    """Ranges of school codes, both ends inside; among several schools of a scope others may lie."""
    if scope.school:
        yield scope.school.school_code, scope.school.school_code
        return
    first, last = min(codes(scope), default=0), max(codes(scope), default=2**64 - 1)
    for low, high in (schools.ends for schools in fold_ranges(fold)):
        if high >= first and low <= last:
            yield max(low, first), min(high, last)
