"""Questions that the sealed rows cannot answer: a fold at a version's own day and cut, over the schools in scope alone."""

from collections.abc import Iterator, Mapping

from snapshots import versions
from snapshots.fold import Fold, Part
from snapshots.reports.scope import Scope
from snapshots.slices import fold_ranges
from warehouse.interface import Row, Warehouse


def rows(
    warehouse: Warehouse,
    scope: Scope,
    select: str,
    further: Mapping[str, str],
    among: frozenset[int] | None = None,
) -> Iterator[Row]:
    """Rows of `select`, whose first column is the school's code and which reads from a step of `further`; block by block.

    `among`: of these schools alone. The connection is taken until the last row: ask nothing else of it meanwhile.

    It may read the sealed rows beside it, as snapshots.reports.scope.ROWS, of the same range of schools.
    """
    version = scope.version
    wanted = codes(scope) if among is None else among if scope.is_whole else among & codes(scope)
    part = None if scope.is_whole and among is None else Part(wanted, version.run)
    fold = Fold(warehouse, version.academic_year, version.as_of, versions.cut_of(warehouse, version.cut), part)
    query = fold.query(select, further)
    fold.prepare()
    given = {"version": version.version, "run": version.run}
    given["until_year"] = version.academic_year  # the turns of the balance look no further than the version's own year
    for schools in fold_ranges(fold):
        parameters = fold.parameters(schools.ends) | given
        for block in warehouse.stream(query, parameters, settings=fold.settings):
            yield from (row for row in block if part is None or row[0] in wanted)  # sealed rows of others lie between
    fold.dispose()


def codes(scope: Scope) -> frozenset[int]:
    """The schools of a scope that is not the whole version."""
    if scope.school:
        return frozenset({scope.school.school_code})
    return frozenset(item.school_code for item in scope.part.slices) if scope.part else frozenset()
