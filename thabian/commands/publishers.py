"""`thabian publishers`: who may send events, and which."""

import json
from typing import Annotated, Any, Literal

import typer
from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

from consumers import grants
from consumers.authorise import ALL
from consumers.grants import Grant, Scope, Wanted
from schemas import topics
from schemas.errors import ThabianError
from snapshots.moments import format_moment, parse_moment
from thabian import settings as settings_module
from thabian.clock import now_ms
from thabian.commands.census_warehouse import opened
from thabian.commands.whole_table import print_whole
from thabian.connections import open_admin
from thabian.topic_admin import TopicAdmin

app = typer.Typer(no_args_is_help=True, help="Who may send events: publishers, and what each was granted.")

Name = Annotated[str, typer.Argument(help="Publisher: lower case letters, digits and hyphens.")]


@app.command()
def add(name: Name) -> None:
    """Add a publisher and make its ingress topic, student-changes.NAME. Harmless when it is there."""
    settings = settings_module.load()
    topic = topics.ingress(name, settings.topic_prefix)
    with opened() as warehouse:
        is_new = grants.add(warehouse, name, now_ms())
    client = open_admin(settings)
    try:
        admin = TopicAdmin(client, settings)
        admin.apply([topics.ingress_topic(name)])
    finally:
        client.close()
    typer.echo(f"{name} added: it writes to {topic}." if is_new else f"{name} was added before: it writes to {topic}.")


@app.command()
def grant(
    name: Name,
    school: Annotated[
        list[str] | None, typer.Option(metavar="CODE", help="A school, by its 10-digit code; may be given again.")
    ] = None,
    affiliation: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NN", help="Every school of an affiliation, by its two digits, such as 10; may be given again."
        ),
    ] = None,
    kinds: Annotated[
        str, typer.Option(metavar="K,K…|all", help="Kinds of event; all: every kind but IdentityReplaced.")
    ] = ALL,
    begins: Annotated[str | None, typer.Option("--from", metavar="TIME", help="Default: now.")] = None,
    ends: Annotated[str | None, typer.Option("--to", metavar="TIME", help="Exclusive. Default: until revoked.")] = None,
) -> None:
    """Let a publisher send events of schools, or of every school of affiliations. An identical grant stands as it is.

    Each school or affiliation is a grant of its own, to be revoked by itself.
    Times are compared with a record's append time. With --from in the past, records that wait in the log since then are
    granted as well; what has a receipt keeps it.
    """
    wanted = [
        Wanted(name, scope, grants.kinds_of(kinds), _time(begins), _time(ends))
        for scope in _scopes(school or [], affiliation or [])
    ]
    with opened() as warehouse:
        for one in wanted:
            made, is_new = grants.grant(warehouse, one, now_ms())
            said = "granted" if is_new else "granted before, in force"
            typer.echo(f"{made.grant_id}: {said}: {name} may send {', '.join(made.kinds)} of {made.scope}.")


@app.command()
def revoke(grant_id: Annotated[str, typer.Argument(help="As `thabian publishers list` shows it.")]) -> None:
    """End a grant now: what is appended from now on is rejected; what was appended before keeps its outcome."""
    with opened() as warehouse:
        found, is_new = grants.revoke(warehouse, grant_id, now_ms())
    when = format_moment(found.revoked or 0)
    typer.echo(f"{grant_id}: {'revoked' if is_new else 'revoked before'}, over since {when}.")


@app.command("list")
def list_publishers(
    name: Annotated[str | None, typer.Argument(help="Only this publisher.")] = None,
    output: Annotated[Literal["table", "json"], typer.Option("--format", help="How to print.")] = "table",
) -> None:
    """List publishers and every grant they ever had."""
    with opened() as warehouse:
        added = grants.publishers(warehouse)
        held = grants.listed(warehouse, name)
    if name is not None and name not in added:
        raise ThabianError("PUBLISHER_UNKNOWN", f"there is no publisher {name}", exit_code=2)
    now = now_ms()
    facts = [_facts(one, now) for one in held]
    bare = sorted({name} if name else set(added)) if not held or name is None else []
    facts += [_nothing(publisher) for publisher in bare if publisher not in {one.publisher for one in held}]
    if output == "json":
        for row in facts:
            typer.echo(json.dumps(row, ensure_ascii=False))
        return
    table = Table(box=SIMPLE)
    for column in ("publisher", "grant", "of", "kinds", "from", "to", "state"):
        table.add_column(column, overflow="fold", no_wrap=column in ("grant", "state"))
    for row in facts:
        table.add_row(*(", ".join(cell) if isinstance(cell, list) else str(cell or "") for cell in row.values()))
    print_whole(Console(), table)


def _scopes(schools: list[str], affiliations: list[str]) -> list[Scope]:
    """Each once, however often it is given."""
    if bool(schools) == bool(affiliations):
        raise ThabianError("GRANT_INVALID", "give --school or --affiliation, one of them", exit_code=2)
    found = [*map(grants.school_scope, schools), *map(grants.affiliation_scope, affiliations)]
    return list(dict.fromkeys(found))


def _time(text: str | None) -> int | None:
    try:
        return None if text is None else parse_moment(text)
    except ValueError as error:
        raise ThabianError("DATE_INVALID", str(error), exit_code=2) from None


def _facts(one: Grant, now: int) -> dict[str, Any]:
    return {
        "publisher": one.publisher,
        "grant": one.grant_id,
        "of": str(one.scope),
        "kinds": list(one.kinds),
        "from": format_moment(one.begins),
        "to": format_moment(one.over) if one.over < grants.NEVER else None,
        "state": _state(one, now),
    }


def _state(one: Grant, now: int) -> str:
    if one.revoked is not None:
        return "revoked"
    if now < one.begins:
        return "not yet"
    return "in force" if now < one.over else "over"


def _nothing(publisher: str) -> dict[str, Any]:
    return {
        "publisher": publisher,
        "grant": None,
        "of": None,
        "kinds": [],
        "from": None,
        "to": None,
        "state": "no grant",
    }
