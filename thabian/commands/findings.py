"""`thabian findings`: what somebody should look at, and what officers did about it."""

import typer

from thabian.commands.findings_act import confirm, dismiss
from thabian.commands.findings_list import counts, list_findings, pairs
from thabian.commands.findings_reconcile import reconcile
from thabian.commands.findings_show import show
from thabian.commands.findings_sink import sink

app = typer.Typer(no_args_is_help=True, help="Findings: what somebody should look at, and what officers did about it.")

app.command("list")(list_findings)
app.command("counts")(counts)
app.command("pairs")(pairs)
app.command("show")(show)
app.command("confirm")(confirm)
app.command("dismiss")(dismiss)
app.command("sink")(sink)
app.command("reconcile")(reconcile)
