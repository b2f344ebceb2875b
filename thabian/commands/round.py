"""`thabian round`: walk a round of the census, from opening to closing. Who may do what is snapshots/rounds/acts.csv."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import version as installed_version
from typing import Annotated, Literal

import typer
from rich.console import Console

from schemas.errors import ThabianError
from snapshots import calendars
from snapshots.calendars import parse_begin
from snapshots.moments import parse_moment
from snapshots.rounds import acting, rules, store
from snapshots.rounds.acting import Desk, RoundBlocked, Wanted
from snapshots.rounds.state import NEVER
from thabian import rehearsal, round_sending, settings
from thabian.commands import census_warehouse, round_output

app = typer.Typer(no_args_is_help=True, help="Walk a round of the census: open, confirm, certify, acknowledge, close.")

Name = Annotated[
    str,
    typer.Argument(metavar="ROUND", help="CALENDAR/ROUND of `thabian calendar list`; CALENDAR where it has one round."),
]
Actor = Annotated[str, typer.Option(help="Account of whoever does it; kept with the act.")]
Role = Annotated[str, typer.Option(help="officer, director, district, bureau or ministry.")]
School = Annotated[str, typer.Option(metavar="CODE", help="The school's 10-digit code.")]
Reason = Annotated[str, typer.Option(help="Why; kept with the act.")]
Until = Annotated[
    str, typer.Option("--to", metavar="TIME", help="The new end, exclusive: '2565-06-13 16:30', or a day.")
]
To = Annotated[
    str | None, typer.Option("--to", metavar="TIME", help="Their new end, exclusive: '2565-06-13 16:30', or a day.")
]
Output = Annotated[Literal["text", "json"], typer.Option("--format", help="How to print.")]

SIGNING = ("confirm", "certify", "acknowledge")


@app.command("open")
def open_round(name: Name, actor: Actor, role: Role) -> None:
    """Open a round: its schools may be confirmed and certified from now on, within their windows."""
    _do(name, Wanted("open", role, actor))


@app.command()
def confirm(name: Name, actor: Actor, role: Role, school: School) -> None:
    """Confirm a school's data (ยืนยัน), by its data officer."""
    _do(name, Wanted("confirm", role, actor, schools=(_code(school),)))


@app.command()
def certify(
    name: Name,
    actor: Actor,
    role: Role,
    school: School,
    snapshot: Annotated[
        str | None, typer.Option(metavar="ID", help="The version to sign. Default: the newest of the round's day.")
    ] = None,
) -> None:
    """Certify a school's slice of a sealed version (รับรอง), by its director."""
    _do(name, Wanted("certify", role, actor, schools=(_code(school),), version=snapshot))


@app.command()
def acknowledge(
    name: Name,
    actor: Actor,
    role: Role,
    area: Annotated[str, typer.Option(help="The district office or education area: all its certified schools.")],
) -> None:
    """Acknowledge an area's certified schools (รับทราบ): the list of (school, checksum) is signed. Repeat it for late ones."""
    _do(name, Wanted("acknowledge", role, actor, area=area))


@app.command("return")
def return_school(name: Name, actor: Actor, role: Role, school: School, reason: Reason, to: To = None) -> None:
    """Give a school's data back to be mended, by any superior. The bureau may give it time with --to."""
    moved = SIGNING if to else ()
    _do(name, Wanted("return", role, actor, (_code(school),), reason=reason, windows=moved, ends_at=_end(to)))


@app.command()
def window(
    name: Name,
    actor: Actor,
    role: Role,
    reason: Reason,
    to: Until,
    act: Annotated[
        list[str], typer.Option(help="confirm, certify, acknowledge, close, or cut (K). Repeat for several.")
    ],
    begins: Annotated[
        str | None, typer.Option("--from", metavar="TIME", help="Their new begin. Default: as it was.")
    ] = None,
    area: Annotated[str, typer.Option(help="For this area alone. Default: everybody.")] = "",
    school: Annotated[str | None, typer.Option(metavar="CODE", help="For this school alone.")] = None,
) -> None:
    """Move windows: for a late area or school without touching the others, or for everybody. `cut` moves the cut, K."""
    unknown = [one for one in act if one not in (*SIGNING, "close", "cut")]
    if unknown or (school is not None and area):
        raise ThabianError("ROUND_TIME_INVALID", "windows are confirm, certify, acknowledge, close, cut", exit_code=2)
    schools = () if school is None else (_code(school),)
    opens = 0 if begins is None else _time(parse_begin, "--from", begins)
    _do(name, Wanted("window", role, actor, schools, area, None, reason, tuple(act), opens, _end(to)))


@app.command()
def close(
    name: Name,
    actor: Actor,
    role: Role,
    override: Annotated[
        str | None,
        typer.Option(metavar="REASON", help="Close in spite of what stands against it; it is listed and kept."),
    ] = None,
) -> None:
    """Close a round on the version sealed at its cut (K): its root is signed. Events are still taken in, as late ones."""
    if override is not None and not override.strip():
        raise ThabianError("ROUND_REASON_MISSING", "--override needs a reason", exit_code=2)
    _do(name, Wanted("close", role, actor, reason=override or "", override=override is not None))


@app.command()
def reopen(
    name: Name,
    actor: Actor,
    role: Role,
    reason: Reason,
    to: Until,
    school: Annotated[
        list[str] | None, typer.Option(metavar="CODE", help="Give this school back as well. Repeat for several.")
    ] = None,
) -> None:
    """Reopen a closed round until a time, its new cut. Signatures stand while the slice is the one that was signed."""
    schools = tuple(map(_code, school or ()))
    moved = (*SIGNING, "close", "cut")
    _do(name, Wanted("reopen", role, actor, schools, reason=reason, windows=moved, ends_at=_end(to)))


@app.command()
def status(
    name: Name,
    area: Annotated[str | None, typer.Option(help="List this area's schools.")] = None,
    output: Output = "text",
) -> None:
    """Show how far a round has come, what stands against closing, and the next deadline."""
    each, now = calendars.find_round(name), rehearsal.now_ms(settings.load())
    with census_warehouse.opened() as warehouse:
        found = round_output.look(warehouse, each, now)
    round_output.print_status(found, area, output)


@app.command()
def history(name: Name, output: Output = "text") -> None:
    """Show every act of a round: who, when, what was signed and why."""
    each = calendars.find_round(name)
    with census_warehouse.opened() as warehouse:
        acts = store.acts(warehouse, each.name)
        waiting = {act.event_id for act in store.unsent(warehouse)}
    round_output.print_history(acts, waiting, output)


@app.command()
def send() -> None:
    """Send acts that register.rounds does not have yet. Every act tries by itself; this is for when the broker was away."""
    configured = settings.load()
    with census_warehouse.opened() as warehouse:
        sent, left = round_sending.send_pending(configured, warehouse, rehearsal.now_ms(configured))
    typer.echo(f"{sent} sent, {left} left")
    if left:
        raise typer.Exit(1)


def _do(name: str, wanted: Wanted) -> None:
    """Check, sign, store, send, tell."""
    if not wanted.actor.strip() or wanted.role not in rules.roles():
        raise ThabianError("ROUND_ROLE_REFUSED", f"roles are {', '.join(rules.roles())}", exit_code=2)
    configured = settings.load()
    each, now = calendars.find_round(name), rehearsal.now_ms(configured)
    rehearsed = " (rehearsal)" if configured.clock else ""
    with census_warehouse.opened() as warehouse:
        source = f"thabian {installed_version('thabian')}{rehearsed}"
        with _blockers_told():
            done = acting.perform(Desk(warehouse, each, now, lambda: uuid.uuid4().bytes, source), wanted)
        waiting = round_sending.send_if_possible(configured, warehouse, now)
    round_output.tell(done)
    if waiting:
        note = f"{waiting} acts wait for Kafka: the next one, or `thabian round send`, sends them"
        Console(stderr=True, soft_wrap=True, highlight=False).print(note)


@contextmanager
def _blockers_told() -> Iterator[None]:
    try:
        yield
    except RoundBlocked as blocked:
        round_output.print_blockers(blocked.blockers)
        raise


def _code(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) == 10):
        raise ThabianError("ROUND_SCHOOL_UNKNOWN", "a school's code has 10 digits", exit_code=2)
    return int(text)


def _end(text: str | None) -> int:
    return 0 if text is None else _time(parse_moment, "--to", text)


def _time(parse: Callable[[str], int], option: str, text: str) -> int:
    try:
        found = parse(text)
    except ValueError as error:
        raise ThabianError("ROUND_TIME_INVALID", f"{option}: {error}", exit_code=2) from None
    if not 0 < found < NEVER:
        raise ThabianError("ROUND_TIME_INVALID", f"{option}: between 1970 and 2200 (C.E.)", exit_code=2)
    return found
