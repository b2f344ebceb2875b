"""The whole way, on real parts: a generated roster with a real school's published counts in, the same counts out.

Every step is a command a user could type, shown as it is run. Data stays in a database and topics of the demo's own, so a
second run publishes the same pupils once more and nothing is counted twice.
"""

import csv
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

from schemas import code_lists
from schemas.errors import ThabianError

SCHOOL: Final = "1020080005"
COUNTS: Final = Path(__file__).parent.parent / "tests" / "data" / "published" / f"emis_{SCHOOL}_student.csv"
ENVIRONMENT: Final = {
    "THABIAN_CLICKHOUSE_DATABASE": "thabian_demo",
    "THABIAN_TOPIC_PREFIX": "demo.",
    "THABIAN_INTAKE_GROUP": "thabian-demo",
    "THABIAN_LOG_LEVEL": "warning",
}
"""The demo's own database, topics and group, beside whatever else the local parts hold."""

Say = Callable[[str], None]
Counts = tuple[int, int, int, int]
"""Boys, girls, total, rooms."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the comparison."""

    label: str
    published: Counts
    counted: Counts | None

    @property
    def matches(self) -> bool:
        """Whether the census says what was published."""
        return self.published == self.counted


class Commands:
    """Runs `thabian …` for the demo, showing each command before its output."""

    def __init__(self, say: Say, folder: Path, more: Mapping[str, str] = MappingProxyType({})) -> None:
        """`more`: further environment variables."""
        self._say = say
        self._folder = folder
        self._env = os.environ | ENVIRONMENT | {"THABIAN_OUTBOX_PATH": str(folder / "outbox.sqlite")} | dict(more)

    def run(self, *arguments: str, show: bool = True) -> str:
        """Standard output of a command; a command that fails ends the demo with what it said."""
        if show:
            self._say(f"\n$ thabian {' '.join(arguments)}")
        command = [sys.executable, "-m", "thabian", *arguments]
        done = subprocess.run(
            command,
            cwd=self._folder,
            env=self._env,
            stdout=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
            text=True,
            check=False,
        )  # progress and errors go to the terminal as they come
        if done.returncode:
            raise ThabianError("DEMO_FAILED", f"`thabian {' '.join(arguments[:2])}` failed, see above; try again")
        if show:
            self._say(done.stdout.rstrip())
        return done.stdout


def play(commands: Commands, say: Say, folder: Path, send_corrupt: Callable[[], None]) -> Sequence[Line]:
    """Take every step; the lines of the comparison."""
    roster = "2565-1-student.xlsx"
    shutil.copy(COUNTS, folder)
    commands.run("warehouse", "migrate")
    commands.run("topics", "apply")
    commands.run("publishers", "add", "roster")
    commands.run("publishers", "grant", "roster", "--school", SCHOOL)
    say("\n# A DMC roster workbook of pupils who do not exist, with the published counts of a school that does.")
    commands.run(
        *("generate", "roster", "--counts", COUNTS.name, "--school", SCHOOL, "--wrong-check-digits", "1"),
        *("--output", roster),
    )
    commands.run("publish", "roster", roster)
    say("\n# The same entries sent again, and one message that is no event at all: neither may change a number.")
    commands.run("publish", "roster", roster, "--again")
    send_corrupt()
    commands.run("intake", "--until-end")
    say("\n# Every message has one outcome.")
    commands.run("receipts", "--counts")
    commands.run("snapshot", "seal", "--year", "2565", "--round", "1", "--as-of", "2565-06-10")
    commands.run("report", "grade-sex-room", "--snapshot", "latest", "--school", SCHOOL)
    printed = commands.run(
        *("report", "grade-sex-room", "--snapshot", "latest", "--school", SCHOOL, "--format", "json"), show=False
    )
    return compare(published(COUNTS), counted(printed))


def published(file: Path) -> Mapping[str, Counts]:
    """Label as published → counts."""
    with file.open(encoding="utf-8") as lines:
        return {row["ชั้น/เพศ"]: _counts(row, "ชาย", "หญิง", "รวม", "ห้องเรียน") for row in csv.DictReader(lines)}


def counted(report: str) -> Mapping[str, Counts]:
    """Label of grade or subtotal → counts, of the report as JSON."""
    rows = json.loads(report)["rows"]
    return {row["label"]: _counts(row, "boys", "girls", "total", "rooms") for row in rows}


def _counts(row: Mapping[str, str | int], *columns: str) -> Counts:
    boys, girls, total, rooms = (int(row[column]) for column in columns)
    return boys, girls, total, rooms


def compare(wanted: Mapping[str, Counts], found: Mapping[str, Counts]) -> Sequence[Line]:
    """One line for each published line, under its published label."""
    return [Line(label, counts, found.get(_our_label(label))) for label, counts in wanted.items()]


def _our_label(label: str) -> str:
    """Published files name grades their own way: อบ.1 is อ.1."""
    for name in ("grades", "grade_subtotals"):
        known = code_lists.load(name)
        code = known.by_label(label)
        if code is not None:
            return known.entry(code).label
    return label
