"""`thabian findings confirm` and `dismiss`: an officer says what a finding is."""

import getpass
from typing import Annotated

import typer

from snapshots.findings_register import acts, standing
from snapshots.findings_register.acts import FindingAct
from thabian import rehearsal, settings
from thabian.commands import census_warehouse

Id = Annotated[str, typer.Argument(metavar="ID", help="The finding's id, or as much of its beginning as is its alone.")]
Actor = Annotated[str, typer.Option(help="Account of whoever does it; kept with the act.")]
Reason = Annotated[str, typer.Option(help="Why; kept with the act.")]
Proof = Annotated[str, typer.Option(help="Reference to the document that shows it.")]


def confirm(finding: Id, actor: Actor, reason: Reason, proof: Proof) -> None:
    """Confirm that a finding is so. That stands; `settled` says whether its condition still holds."""
    _act(finding, "CONFIRMED", actor, reason, proof)


def dismiss(finding: Id, actor: Actor, reason: Reason, proof: Proof) -> None:
    """Dismiss a finding: somebody looked, and nothing has to be done. That stands as well."""
    _act(finding, "DISMISSED", actor, reason, proof)


def _act(finding: str, act: str, actor: str, reason: str, proof: str) -> None:
    now = rehearsal.now_ms(settings.load())
    with census_warehouse.opened() as warehouse:
        one = standing.find(warehouse, finding)
        acts.store(warehouse, one.finding_id, FindingAct(act, actor, getpass.getuser(), reason, proof, now))
    typer.echo(f"{one.short}: {one.code}: {act.lower()} (was {one.state})")
