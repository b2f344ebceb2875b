"""`thabian findings list`, `counts` and `pairs`: what there is to look at."""

from typing import Annotated, Final, Literal

import typer

from schemas import codes
from schemas.errors import ThabianError
from snapshots import schools
from snapshots.findings_register import counts as counting
from snapshots.findings_register import standing
from snapshots.findings_register.standing import Filter
from thabian import rehearsal, settings
from thabian.commands import census_warehouse, findings_output
from thabian.commands.findings_output import DAY_MS, ListFormat
from warehouse.interface import Warehouse

State = Literal["open", "resolved", "confirmed", "dismissed", "all"]
SchoolOption = Annotated[str | None, typer.Option("--school", metavar="CODE", help="Only what concerns this school.")]
AreaOption = Annotated[
    str | None, typer.Option("--area", help="Only schools of this district office or education area.")
]
AffiliationOption = Annotated[
    str | None, typer.Option("--affiliation", metavar="NN", help="Only schools of these two digits.")
]
CodeOption = Annotated[str | None, typer.Option("--code", help="Only findings of this code.")]
StateOption = Annotated[State, typer.Option("--state", help="Only findings in this state.")]
Older = Annotated[
    int | None, typer.Option("--older-than", metavar="DAYS", min=0, help="Only those open for so many days.")
]
Limit = Annotated[int, typer.Option("--limit", min=1, help="How many at most.")]
Output = Annotated[ListFormat, typer.Option("--format", help="How to print.")]

LISTED: Final = ("id", "code", "severity", "state", "school", "other_school", "opened", "age_days", "settled")
COUNTED: Final = ("code", "state", "findings")
PAIRED: Final = ("school", "other_school", "findings", "oldest_opened")


def list_findings(
    school: SchoolOption = None,
    area: AreaOption = None,
    affiliation: AffiliationOption = None,
    code: CodeOption = None,
    state: StateOption = "open",
    older_than: Older = None,
    limit: Limit = 50,
    counts: Annotated[bool, typer.Option("--counts", help="Count by code and state instead.")] = False,
    output: Output = ListFormat.TABLE,
) -> None:
    """List findings, the longest open first: whom each concerns, and with which school to talk."""
    _check(school, affiliation, code)
    now = rehearsal.now_ms(settings.load())
    with census_warehouse.opened() as warehouse:
        wanted = _filter(warehouse, school, area, affiliation, code, state, _before(older_than, now))
        if counts:
            _print_counts(warehouse, wanted, output)
            return
        found = standing.listed(warehouse, wanted, limit)
        known = findings_output.names(warehouse)
    rows = [findings_output.facts(one, known, now) for one in found]
    if output is ListFormat.TABLE:
        rows = [row | {"opened": findings_output.minute(one.opened)} for row, one in zip(rows, found, strict=True)]
    findings_output.show(rows, LISTED, output)


def counts(
    school: SchoolOption = None,
    area: AreaOption = None,
    affiliation: AffiliationOption = None,
    code: CodeOption = None,
    state: StateOption = "all",
    output: Output = ListFormat.TABLE,
) -> None:
    """Count findings by code and state."""
    _check(school, affiliation, code)
    with census_warehouse.opened() as warehouse:
        _print_counts(warehouse, _filter(warehouse, school, area, affiliation, code, state, None), output)


def pairs(
    school: SchoolOption = None,
    area: AreaOption = None,
    affiliation: AffiliationOption = None,
    code: CodeOption = None,
    limit: Limit = 50,
    output: Output = ListFormat.TABLE,
) -> None:
    """List the pairs of schools that have to talk to each other, with the number of open findings between them."""
    _check(school, affiliation, code)
    with census_warehouse.opened() as warehouse:
        wanted = _filter(warehouse, school, area, affiliation, code, "open", None)
        found = counting.pairs(warehouse, wanted, limit)
        known = findings_output.names(warehouse)
    written = findings_output.minute if output is ListFormat.TABLE else findings_output.moment
    rows = [
        (findings_output.school(one, known), findings_output.school(other, known), count, written(oldest))
        for one, other, count, oldest in found
    ]
    findings_output.show([dict(zip(PAIRED, row, strict=True)) for row in rows], PAIRED, output)


def _print_counts(warehouse: Warehouse, wanted: Filter, output: ListFormat) -> None:
    rows = [dict(zip(COUNTED, row, strict=True)) for row in counting.by_code(warehouse, wanted)]
    findings_output.show(rows, COUNTED, output)


def _check(school: str | None, affiliation: str | None, code: str | None) -> None:
    """Raise ThabianError for what no finding can have, before anything is opened."""
    if school is not None and not (school.isascii() and school.isdigit() and len(school) == 10):
        raise ThabianError("SCHOOL_CODE_INVALID", "a school code has 10 digits", exit_code=2)
    if affiliation is not None and not (affiliation.isascii() and affiliation.isdigit() and len(affiliation) == 2):
        raise ThabianError("AFFILIATION_UNKNOWN", "an affiliation is two digits", exit_code=2)
    if code is not None and code not in {known.code for known in codes.REGISTER_FINDINGS}:
        raise ThabianError("FINDING_UNKNOWN", "no finding has that code: see docs/codes.md", exit_code=2)


def _before(days: int | None, now: int) -> int | None:
    return None if days is None else now - days * DAY_MS


def _filter(
    warehouse: Warehouse,
    school: str | None,
    area: str | None,
    affiliation: str | None,
    code: str | None,
    state: State,
    before: int | None,
) -> Filter:
    """What was asked for, checked."""
    concerned = None if school is None else {int(school)}
    if area is not None:
        of_area = {one.code for one in schools.everything(warehouse) if one.area == area}
        concerned = of_area if concerned is None else concerned & of_area
    return Filter(
        schools=None if concerned is None else sorted(concerned),
        affiliation=None if affiliation is None else int(affiliation),
        code=code,
        state=None if state == "all" else state,
        opened_before=before,
    )
