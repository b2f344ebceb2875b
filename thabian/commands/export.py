"""`thabian export`: what is sent on, to the ministry's database and by letter."""

from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from schemas.errors import ThabianError
from schemas.thai_dates import format_be, parse_be_or_ce_date
from snapshots.exports import bundle, corrections, edc
from snapshots.exports.letter import PERMANENT_SECRETARY, Letter, sending, thai_digits
from snapshots.reports import access, grade_sex_room
from snapshots.reports.scope import Scope
from thabian.commands import census_warehouse, output_file
from thabian.commands.report.names import Actor, Purpose, Role, WithNames, reading
from thabian.commands.report.options import In, Snapshot, find
from warehouse.interface import Warehouse

app = typer.Typer(no_args_is_help=True, help="Send a sealed version on: to the ministry's database, and by letter.")


class LetterFormat(StrEnum):
    """What a letter can be written as."""

    DOCX = "docx"
    HTML = "html"


@app.command("edc")
def export_edc(
    out: Annotated[Path, typer.Option("-o", "--output", help="A folder that is not there yet, or a file NAME.zip.")],
    snapshot: Snapshot = "latest",
    scope: In = "all",
    since: Annotated[
        str | None,
        typer.Option(
            metavar="ID",
            help="Only what changed since this earlier version of the same census, with the events behind it.",
        ),
    ] = None,
    with_names: WithNames = False,
    role: Role = "",
    actor: Actor = "",
    purpose: Purpose = "",
) -> None:
    """Write pupils, totals and schools as a bundle for EDC: CSV files, and a manifest with counts and SHA-256 of each.

    EDC's own layout is not public: the columns are a list that can be changed. Names are read only with --with-names, and
    that is written down.
    """
    with census_warehouse.opened() as warehouse, bundle.made(out) as made:
        found = find(warehouse, snapshot, scope, None)
        earlier = corrections.earlier_version(warehouse, found.version, since) if since else None
        if with_names:
            _write_down(warehouse, found, (role, actor, purpose), corrections.CORRECTIONS if earlier else edc.WHOLE)
        if earlier:
            corrections.write(warehouse, found, earlier, made, has_names=with_names)
        else:
            edc.write(warehouse, found, made, has_names=with_names)
    counts = ", ".join(f"{name} {file['rows']:,}" for name, file in made.files.items())
    typer.echo(f"{out}: {counts}")


@app.command("letter")
def export_letter(
    office: Annotated[str, typer.Option("--from", help="The office that writes, such as สำนักการศึกษา กรุงเทพมหานคร.")],
    out: Annotated[Path, typer.Option("-o", "--output", help="File.")],
    to: Annotated[str, typer.Option(help="To whom; for districts, ผู้อำนวยการเขต and its name.")] = PERMANENT_SECRETARY,
    number: Annotated[str, typer.Option(help="The letter's number. Default: blank, for the registry to fill in.")] = "",
    day: Annotated[str, typer.Option(metavar="DAY", help="The letter's day, 2565-06-30. Default: blank.")] = "",
    snapshot: Snapshot = "latest",
    scope: In = "all",
    wanted: Annotated[LetterFormat, typer.Option("--format", help="How to write it.")] = LetterFormat.DOCX,
) -> None:
    """Write the official letter with the table of totals, to the Permanent Secretary or to a district (--scope area:NAME)."""
    from snapshots.render import letter as letters

    with census_warehouse.opened() as warehouse:
        found = find(warehouse, snapshot, scope, None)
        table = grade_sex_room.table(warehouse, found)
        made = Letter(office, number, _day(day), to, table, sending(warehouse, found))
    written = letters.docx(made) if wanted is LetterFormat.DOCX else letters.page(made)
    with output_file.opened(out, is_binary=wanted is LetterFormat.DOCX) as stream:
        stream.write(written)


def _write_down(warehouse: Warehouse, scope: Scope, who: tuple[str, str, str], read: str) -> None:
    """Role, actor and purpose of a reading, before the first name is read."""
    access.permit(*who, scope)
    access.record(warehouse, reading(scope, *who, read))


def _day(text: str) -> str:
    """As a letter prints it: ๓๐ มิถุนายน ๒๕๖๕."""
    if not text:
        return ""
    try:
        day: date = parse_be_or_ce_date(text)
    except ValueError as error:
        raise ThabianError("DATE_INVALID", f"--day: {error}", exit_code=2) from None
    return thai_digits(format_be(day, "long"))
