"""`thabian demo`: the whole way on real parts, in about a minute."""

import random
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from deploy.local.endpoints import endpoints
from schemas import topics
from thabian import demo, demo_findings
from thabian import settings as settings_module
from thabian.connections import open_producer
from thabian.settings import Settings

_NEXT = """
Where to look
  the dead letter       thabian dead-letters list; thabian receipts --outcome DEAD_LETTER
  the proof             thabian audit
  the finding           thabian receipts --code CHECK_DIGIT_WRONG
What to try next
  thabian local up      start both parts and leave them running
  {environment}
  thabian snapshot list, thabian snapshot verify latest, thabian snapshot rows latest --format csv
  thabian report grade-sex-room --snapshot latest --format html -o report.html
"""


def run(
    findings: Annotated[
        bool, typer.Option("--findings", help="Show a finding instead: one pupil at two schools, found and settled.")
    ] = False,
) -> None:
    """Show the whole way: start both parts, publish a roster twice, take it in, seal, print, compare with the published."""
    settings = settings_module.load()
    console = Console(highlight=False)
    was_up = endpoints(settings.local_home) is not None

    def say(text: str) -> None:
        console.print(text, markup=False, soft_wrap=True)

    if findings:
        raise typer.Exit(0 if _show_a_finding(say, was_up=was_up) else 1)
    with tempfile.TemporaryDirectory(prefix="thabian-demo-") as folder:
        commands = demo.Commands(say, Path(folder))
        try:
            commands.run("local", "up")
            lines = demo.play(commands, say, Path(folder), lambda: _send_corrupt(settings))
        finally:
            if not was_up:
                commands.run("local", "down")
    _compare(console, lines)
    exports = " ".join(f"{name}={value}" for name, value in demo.ENVIRONMENT.items() if "LOG" not in name)
    say(_NEXT.format(environment=f"export {exports}"))
    raise typer.Exit(0 if all(line.matches for line in lines) else 1)


def _show_a_finding(say: demo.Say, *, was_up: bool) -> bool:
    """Whether it opened and was settled."""
    with tempfile.TemporaryDirectory(prefix="thabian-demo-") as folder:
        commands = demo.Commands(say, Path(folder), demo_findings.environment(Path(folder)))
        try:
            commands.run("local", "up")
            return demo_findings.play(commands, say, Path(folder), random.Random())  # noqa: S311 - a made-up pupil
        finally:
            if not was_up:
                commands.run("local", "down")


def _send_corrupt(settings: Settings) -> None:
    """What a school system's own client might send after a bad update."""
    producer = open_producer(settings)
    topic = topics.ingress(topics.DEFAULT_PUBLISHER, demo.ENVIRONMENT["THABIAN_TOPIC_PREFIX"])
    producer.send(topic, b"not an event", key=demo.SCHOOL.encode()).get(timeout=30)
    producer.close()


def _compare(console: Console, lines: Sequence[demo.Line]) -> None:
    table = Table(title="\nThe census beside the published figures (ชาย/หญิง/รวม/ห้อง)", title_justify="left")
    for column in ("ชั้น", "published", "counted", ""):
        table.add_column(column, justify="left" if column in ("ชั้น", "") else "right")
    for line in lines:
        table.add_row(
            line.label, _shown(line.published), _shown(line.counted), "MATCH" if line.matches else "DIFFERENT"
        )
    console.print(table)


def _shown(counts: demo.Counts | None) -> str:
    return "missing" if counts is None else " / ".join(f"{number:>2}" for number in counts)
