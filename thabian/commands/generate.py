"""`thabian generate`: made-up files to try things with."""

import random
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from publishers.generator import counts, files, people, schools
from publishers.roster.schools import check_ten_digits
from schemas import limits

app = typer.Typer(no_args_is_help=True, help="Make files of made-up pupils, to try and to test with.")


class LayoutChoice(StrEnum):
    """Which of DMC's layouts."""

    ROSTER = "36"
    IN_SCHOOL = "91"


@app.callback()
def _group() -> None:
    """Keeps `roster` a subcommand while it is the only one."""


@app.command()
def roster(
    counts_file: Annotated[
        Path,
        typer.Option("--counts", metavar="FILE", help="CSV as EMIS publishes it: ชั้น/เพศ, ชาย, หญิง, ห้องเรียน by grade."),
    ],
    school: Annotated[str, typer.Option(help="The school's 10-digit ministry code.")],
    layout: Annotated[LayoutChoice, typer.Option(help="Columns: 36 (roster) or 91 (in school).")] = LayoutChoice.ROSTER,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", metavar="FILE", help=".xlsx or .csv. Default: DMC's name, {year}-{round}-student.xlsx."
        ),
    ] = None,
    seed: Annotated[int, typer.Option(help="The same seed makes the same pupils.")] = 0,
    year: Annotated[int, typer.Option(min=limits.FIRST_YEAR, max=limits.LAST_YEAR, help="Academic year, B.E.")] = 2565,
    round_number: Annotated[int, typer.Option("--round", "--term", min=1, max=3, help="Round.")] = 1,
    wrong_check_digits: Annotated[
        int, typer.Option(min=0, help="So many pupils get a number whose check digit is wrong.")
    ] = 0,
) -> None:
    """Make a roster with exactly the given counts per grade, sex and room. No pupil in it exists."""
    code = check_ten_digits(school)
    columns = int(layout.value)
    path = output or files.default_name(year, round_number, columns)
    found = people.people(counts.read(counts_file, code), year, random.Random(seed), wrong_check_digits)  # noqa: S311
    files.write(path, found, code, (year, round_number), columns)
    boys = sum(person.sex == "M" for person in found)
    typer.echo(f"{path}: {len(found)} pupils, {boys} boys, {len(found) - boys} girls")


@app.command("schools")
def make_schools(
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="The CSV to write.")],
    affiliation: Annotated[str, typer.Option(metavar="NN", help="Two digits, such as 10 or 31 (Bangkok).")] = "10",
    areas: Annotated[int, typer.Option(min=1, max=999, help="District offices or education areas.")] = 1,
    count: Annotated[int, typer.Option(min=1, max=99_999, help="Schools.")] = 10,
    area: Annotated[str, typer.Option(help="What the area is called. Default: a made-up name, or a district's.")] = "",
) -> None:
    """Make a list of schools for `thabian schools load`. The same options make the same file; no school in it exists."""
    made = schools.write(output, schools.schools(affiliation, areas, count, area))
    typer.echo(f"{output}: {made:,} schools of {areas:,} areas")
