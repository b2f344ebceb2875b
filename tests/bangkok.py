"""`make bangkok`: a year of Bangkok's schools, simulated, through real parts, every census held against the truth, and every
finding of the stream against the same rules in SQL and the cases that were planted.

Runs the commands a user would, on parts of its own in a folder that is removed in the end (`--keep`: that is left, with the
parts up, to be looked at). Prints one line a census and how long each step took; exit code 1 on any difference.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

CERTIFIED = "2565-06-15"
"""Bangkok's districts report by the end of this day (seed A, step 5)."""
FINAL = (
    ("2565", "1", "2565-06-10"),
    ("2565", "2", "2565-11-10"),
    ("2565", "3", "2566-03-31"),
    ("2566", "1", "2566-05-16"),
)
LOOKED_AT = "2566-04-10 12:00"
"""The findings are those of this moment: the year has ended, the next one has not begun."""


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


class Walk:
    """Runs `thabian …` and tells how long each step took."""

    def __init__(self, folder: Path, size: Sequence[str]) -> None:
        self.folder, self.size, self.differs = folder, size, False
        self.env = os.environ | {
            "THABIAN_LOCAL_HOME": str(folder / "local"),
            "THABIAN_OUTBOX_PATH": str(folder / "outbox.sqlite"),
            "THABIAN_STREAMS_FOLDER": str(folder / "streams"),
            "THABIAN_LOG_LEVEL": "warning",
        }

    def run(self, *arguments: str, show: bool = True, fatal: bool = True) -> str:
        """What it printed."""
        begun = time.monotonic()
        done = subprocess.run(
            [sys.executable, "-m", "thabian", *arguments], env=self.env, stdout=subprocess.PIPE, text=True, check=False
        )
        say(f"$ thabian {' '.join(arguments)}   [{time.monotonic() - begun:.1f} s]")
        if show or done.returncode:
            say(done.stdout.rstrip())
        self.differs |= done.returncode != 0
        if done.returncode and fatal:
            sys.exit(f"a step failed with {done.returncode}")
        return done.stdout

    def simulate(self, *part: str) -> None:
        self.run("simulate", *self.size, "-o", str(self.folder / "year"), *part)

    def check(self, *point: str) -> None:
        self.run("simulate", "check", str(self.folder / "year"), *point, fatal=False)

    def seal(self, year: str, number: str, day: str) -> str:
        """The version's id."""
        sealed = ("snapshot", "seal", "--year", year, "--round", number, "--as-of", day, "--format", "json")
        return str(json.loads(self.run(*sealed, show=False))["version"])

    def balance(self, earlier: str, later: str) -> None:
        """Of every school; the affiliation's line is printed."""
        between = ("--from", earlier, "--to", later, "--check")
        self.run("balance", *between, "--by", "school", "--format", "csv", show=False, fatal=False)
        self.run("balance", *between, "--by", "affiliation", fatal=False)


def look(steps: Walk) -> None:
    """The stream over all of it, and what it found held against the oracle and the planted cases."""
    steps.env |= {"THABIAN_CLOCK": LOOKED_AT}
    steps.run("streams", "--until-end")
    steps.run("findings", "sink", "--until-end")
    steps.run("findings", "counts")
    steps.run("findings", "reconcile", fatal=False)
    steps.run("simulate", "findings", str(steps.folder / "year"), fatal=False)


def walk(steps: Walk) -> None:
    """The year: what was sent by the certification, sealed; the rest, every census sealed; all compared."""
    for arguments in (("warehouse", "migrate"), ("topics", "apply"), ("publishers", "add", "simulator")):
        steps.run(*arguments, show=False)
    for kinds in ((), ("--kinds", "IdentityReplaced")):
        steps.run("publishers", "grant", "simulator", "--affiliation", "31", *kinds, show=False)
    steps.simulate("--until", CERTIFIED)
    steps.run("intake", "--until-end")
    certified = steps.seal(*FINAL[0])
    steps.check("--point", "round-1-certified", "--snapshot", "latest")
    steps.simulate("--from", CERTIFIED)
    steps.run("intake", "--until-end")
    sealed = [steps.seal(*census) for census in FINAL]
    steps.run("snapshot", "list")
    steps.check()
    for earlier, later in pairwise((certified, *sealed)):
        steps.balance(earlier, later)
    steps.run("snapshot", "verify", sealed[0], fatal=False)
    steps.run("receipts", "--counts")


@contextmanager
def parts(steps: Walk) -> Iterator[None]:
    """A broker and an engine of its own."""
    try:
        steps.run("local", "up", show=False)
        yield
    finally:
        steps.run("local", "down", show=False, fatal=False)


@contextmanager
def ground(keep: Path | None) -> Iterator[Path]:
    """The folder of everything."""
    if keep:
        keep.mkdir(parents=True)
        yield keep.absolute()
        return
    with tempfile.TemporaryDirectory(prefix="thabian-bangkok-") as folder:
        yield Path(folder)


def main() -> None:
    """Exit code 0: every census is the truth, and every finding one that had to be found."""
    options = argparse.ArgumentParser(description=__doc__)
    for name in ("schools", "pupils", "seed"):
        options.add_argument(f"--{name}", type=int, help="as of `thabian simulate`")
    options.add_argument("--no-findings", action="store_true", help="leave the stream out")
    options.add_argument("--keep", type=Path, metavar="FOLDER", help="a new folder: all stays there, and the parts up")
    asked = vars(options.parse_args())
    without, keep = asked.pop("no_findings"), asked.pop("keep")
    given = {name: value for name, value in asked.items() if value is not None}
    size = [text for name, value in given.items() for text in (f"--{name}", str(value))]
    with ground(keep) as folder:
        steps = Walk(folder, size)
        say(f"load before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
        with parts(steps):
            walk(steps)
            if not without:
                look(steps)
        if keep:
            steps.run("local", "up", show=False)
            say(f"it stays: THABIAN_LOCAL_HOME={steps.env['THABIAN_LOCAL_HOME']}")
        say(f"load after: {os.getloadavg()[0]:.1f}")
    sys.exit(1 if steps.differs else 0)


if __name__ == "__main__":
    main()
