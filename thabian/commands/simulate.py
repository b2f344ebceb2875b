"""`thabian simulate`: a year of made-up events as a real year goes, and the truth to hold the census against."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Final

import typer
from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

from publishers.simulator.calendar import FOREVER, CensusDay, SchoolYear
from publishers.simulator.planted import KINDS
from publishers.simulator.simulation import Plan
from schemas import topics
from schemas.errors import ThabianError
from schemas.thai_dates import BE_OFFSET
from snapshots import calendars, versions
from snapshots.calendars import Calendar
from snapshots.moments import parse_moment
from snapshots.versions import Version
from thabian import publishing, settings, simulating
from thabian.commands import census_warehouse, output_file, planted_check, publish_report
from thabian.commands.truth_check import compare, tell
from thabian.simulating import ABOUT, EVENTS, TRUTH, Out, Slice, ToFile, ToKafka

app = typer.Typer(invoke_without_command=True)

PUBLISHER: Final = "simulator"


@dataclass(frozen=True, slots=True)
class Size:
    """What is simulated for a calendar unless told otherwise."""

    areas: int
    schools: int
    pupils: int


_SIZES: Final[Mapping[str, Size]] = MappingProxyType({"31": Size(50, 437, 253_000), "10": Size(1, 145, 31_000)})
"""By affiliation. Bangkok: domain 5; an education area has about 145 schools of 212 pupils (domain 5, arithmetic)."""

_LATER_ROUNDS: Final = ((2, (0, 11, 10), (0, 11, 20)), (3, (1, 3, 31), (1, 5, 5)))
"""Censuses a calendar says nothing of: round, its day, the last day it is certified, each (years on, month, day)
(domain 4).
"""


@app.callback(invoke_without_command=True)
def run(
    context: typer.Context,
    calendar: Annotated[
        str, typer.Option(help="As `thabian calendar list` shows it, or its beginning: bangkok, chiang-rai.")
    ] = "bangkok",
    schools: Annotated[int | None, typer.Option(min=1, max=99_999, help="Default: as many as there are.")] = None,
    pupils: Annotated[
        int | None, typer.Option(min=0, max=20_000_000, help="Default: as many as such schools have.")
    ] = None,
    seed: Annotated[int, typer.Option(help="The same options and seed make the same bytes.")] = 1,
    affiliation: Annotated[
        list[str] | None, typer.Option(metavar="NN", help="Two digits; give several for moves between them.")
    ] = None,
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FOLDER", help="Where the truth, and events as a file, go.")
    ] = Path("simulated"),
    publish: Annotated[
        bool, typer.Option("--publish/--no-publish", help=f"Send to Kafka, or write {EVENTS} for `publish events`.")
    ] = True,
    publisher: Annotated[str, typer.Option(help="Whose ingress topic to write to.")] = PUBLISHER,
    begin: Annotated[
        str | None,
        typer.Option("--from", metavar="TIME", help="Send only what schools send after: a day means its end."),
    ] = None,
    end: Annotated[
        str | None, typer.Option("--until", metavar="TIME", help="Send only what schools send up to: 2565-06-15.")
    ] = None,
    cases: Annotated[int, typer.Option(min=0, help=f"So many of each of the {len(KINDS)} planted kinds.")] = 2,
    busier: Annotated[float, typer.Option(min=0, max=30, help="How many times as often as usual things happen.")] = 1.0,
) -> None:
    """Simulate a year: its events to Kafka or a file, and beside them the truth, who was on which roll on which day.

    Writes truth.csv (pupils by point, school, grade, sex), planted.json (cases and the findings they must raise, with event
    ids), schools.csv (for `thabian schools load`) and simulation.json. No pupil in it exists. --from and --until send the
    year in parts, so that censuses can be sealed in between, as known then.

    Exit code: 0 done; 1 Kafka away; 2 wrong options.
    """
    if context.invoked_subcommand is not None:
        return
    found = _calendar(calendar)
    when = Slice(_moment(begin, "--from", 0), _moment(end, "--until", FOREVER))
    plan = _plan(found, affiliation, schools, pupils, seed=seed, cases=cases, busier=busier)
    _make(output)
    with (
        _out(output, publisher, publish=publish) as out,
        publish_report.progress("simulating", plan.pupils) as done,
    ):
        told = simulating.run(plan, output, out, when, done)
    lines = [("schools", plan.schools), ("pupils", told.pupils), ("messages", told.events)]
    lines += [("of them sent again", told.repeated), ("cases planted", len(told.cases))]
    lines += [(f"on a roll, {point.name}", told.points[point.name]) for point in plan.points]
    publish_report.summary(f"{output}: {found.title}", lines, ())


@app.command()
def check(
    folder: Annotated[Path, typer.Argument(help="Where `thabian simulate` wrote.")] = Path("simulated"),
    point: Annotated[
        str | None, typer.Option(help="One point of truth.csv. Default: all but those as known earlier.")
    ] = None,
    snapshot: Annotated[
        str | None, typer.Option(metavar="ID", help="Default: the last version of the point's round and day.")
    ] = None,
) -> None:
    """Compare sealed censuses with the truth, school by school, grade by grade, sex by sex.

    Prints one line a point. Exit code: 0 all equal; 1 a difference, or not sealed.
    """
    from publishers.simulator.truth import read

    points = [one for one in read(folder / TRUTH) if (one.name == point if point else not one.known_until)]
    if not points:
        raise ThabianError("COUNTS_INVALID", f"{folder / TRUTH} has no such point", exit_code=2)
    with census_warehouse.opened() as warehouse:
        equal = True
        for one in points:
            key = (one.academic_year, one.round, one.as_of)
            version = versions.find(warehouse, snapshot) if snapshot else _sealed(versions.listed(warehouse), key)
            equal = tell(one, compare(warehouse, version, one) if version else None) and equal
    raise typer.Exit(0 if equal else 1)


@app.command("findings")
def check_findings(
    folder: Annotated[Path, typer.Argument(help="Where `thabian simulate` wrote.")] = Path("simulated"),
) -> None:
    """Compare the findings in the warehouse with the planted cases: each found as it should be, and none invented.

    After `thabian streams` and `thabian findings sink`. Exit code: 0 all as planted; 1 a difference.
    """
    cases = planted_check.cases_of(folder)
    with census_warehouse.opened() as warehouse:
        results = planted_check.compare(warehouse, cases)
    table = Table(box=SIMPLE)
    for column in ("kind", "planted", "found", "missing", "invented"):
        table.add_column(column, justify="left" if column == "kind" else "right", no_wrap=True)
    for result in results:
        counts = (result.planted, result.found, result.missing, result.invented)
        table.add_row(result.kind, *(f"{count:,}" for count in counts))
    Console().print(table)
    raise typer.Exit(0 if all(result.holds for result in results) else 1)


def _sealed(listed: list[Version], key: tuple[int, int, date]) -> Version | None:
    """The version last sealed of a (year, round, day)."""
    return next((one for one in listed if (one.academic_year, one.round, one.as_of) == key), None)


def _calendar(name: str) -> Calendar:
    matches = [known for known in calendars.names() if known.startswith(name)]
    return calendars.load(matches[0] if len(matches) == 1 else name)


def _plan(
    calendar: Calendar,
    affiliations: list[str] | None,
    schools: int | None,
    pupils: int | None,
    *,
    seed: int,
    cases: int,
    busier: float,
) -> Plan:
    first = next(iter(calendar.rounds.values()))
    size = _SIZES.get(first.affiliation, _SIZES["10"])
    count = schools or size.schools
    return Plan(
        year=SchoolYear(first.academic_year),
        census_days=census_days(calendar),
        affiliations=tuple(dict.fromkeys(affiliations or [first.affiliation])),
        areas=size.areas,
        schools=count,
        pupils=size.pupils * count // size.schools if pupils is None else pupils,
        seed=seed,
        cases=cases,
        busier=busier,
    )


def census_days(calendar: Calendar) -> tuple[CensusDay, ...]:
    """The certifications of a calendar, and those of the censuses of the year that it does not name."""
    rounds = list(calendar.rounds.values())
    named = [
        CensusDay(each.name.partition("/")[2], each.number, each.academic_year, each.as_of, each.known_at)
        for each in rounds
    ]
    year = rounds[0].academic_year
    later = [
        CensusDay(str(number), number, year, _day(year, as_of), parse_moment(_day(year, closes).isoformat()))
        for number, as_of, closes in _LATER_ROUNDS
        if number not in {each.number for each in rounds}
    ]
    return (*named, *later)


def _day(academic_year: int, place: tuple[int, int, int]) -> date:
    years, month, day = place
    return date(academic_year - BE_OFFSET + years, month, day)


def _moment(text: str | None, option: str, default: int) -> int:
    try:
        return default if text is None else parse_moment(text)
    except ValueError as error:
        raise ThabianError("DATE_INVALID", f"{option}: {error}", exit_code=2) from None


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / ABOUT).unlink(missing_ok=True)  # stands there again when all is whole
    except OSError as error:
        raise ThabianError("OUTPUT_NOT_WRITABLE", f"{folder}: {error.strerror}", exit_code=2) from None


@contextmanager
def _out(folder: Path, publisher: str, *, publish: bool) -> Iterator[Out]:
    if not publish:
        with output_file.opened(folder / EVENTS, is_binary=True) as stream:
            yield ToFile(stream)
        return
    current = settings.load()
    topic = topics.ingress(publisher, current.topic_prefix)
    with publishing.open_sender(current) as sender:
        sender.require(topic)
        yield ToKafka(sender, topic)
