"""The `thabian` command: names the subcommands and turns every failure into one line and an exit code."""

import logging
import os
import sys
from typing import Final, NoReturn

from typer.core import TyperGroup

from thabian import failures
from thabian.lazy_command import LazyCommand

COMMANDS: Final = (
    LazyCommand(
        "local", "thabian.commands.local", "app",
        "Run a real Kafka broker and the real ClickHouse engine on this machine. Python is all they need.",
    ),
    LazyCommand(
        "topics", "thabian.commands.topics", "app",
        "Make the broker's topics match schemas/topics.py, or show the difference.",
    ),
    LazyCommand(
        "publishers", "thabian.commands.publishers", "app",
        "Who may send events: publishers, and what each was granted.",
    ),
    LazyCommand("warehouse", "thabian.commands.warehouse", "app", "The warehouse's tables."),
    LazyCommand(
        "intake", "thabian.commands.intake", "app",
        "Take events in: decode, validate, dedupe, store, answer, commit. SIGTERM finishes the batch and leaves the group.",
    ),
    LazyCommand(
        "receipts", "thabian.commands.receipts", "show",
        "Show what became of events: one receipt for every message of every ingress topic.",
    ),
    LazyCommand(
        "audit", "thabian.commands.audit", "run",
        "Prove that every record of the ingress topics has one outcome, stored whole; or name what is missing or doubled.",
    ),
    LazyCommand(
        "dead-letters", "thabian.commands.dead_letters", "app",
        "Messages that could not be read: list, show, replay.",
    ),
    LazyCommand(
        "streams", "thabian.commands.streams", "run",
        "Look for what no single event can show: findings, as they open and are settled, and the headcount of every school.",
    ),
    LazyCommand(
        "findings", "thabian.commands.findings", "app",
        "Findings: what somebody should look at, and what officers did about it.",
    ),
    LazyCommand(
        "status", "thabian.commands.status", "show",
        "Show on one screen how everything is: parts, lag, throughput, outcomes, dead letters, findings, rounds.",
    ),
    LazyCommand(
        "monitor", "thabian.commands.monitor", "run",
        "Watch the installation from outside and serve what it finds as metrics: lag, dead letters, audit, rounds, disks.",
    ),
    LazyCommand(
        "settings", "thabian.commands.settings", "show",
        "Print every setting: environment variable, value (secrets masked), meaning.",
    ),
    LazyCommand(
        "demo", "thabian.commands.demo", "run",
        "Show the whole way: start both parts, publish a roster twice, take it in, seal, print, compare with the published.",
    ),
    LazyCommand(
        "reference", "thabian.commands.reference", "write",
        "Write the reference pages anew from the schemas, code lists, codes, topics, settings and metrics.",
    ),
    LazyCommand(
        "generate", "thabian.commands.generate", "app", "Make files of made-up pupils, to try and to test with."
    ),
    LazyCommand(
        "simulate", "thabian.commands.simulate", "app",
        "Simulate a year: its events to Kafka or a file, and beside them the truth, who was on which roll on which day.",
    ),
    LazyCommand(
        "publish", "thabian.commands.publish", "app",
        "Publish a school's changes: a roster file, or events as JSON lines. Nothing is lost when the broker is away.",
    ),
    LazyCommand(
        "schools", "thabian.commands.schools", "app",
        "The schools that exist, where they belong, and which of them must send.",
    ),
    LazyCommand(
        "calendar", "thabian.commands.calendar", "app",
        "The calendars schools report by, row by row, and what serves each row.",
    ),
    LazyCommand(
        "round", "thabian.commands.round", "app",
        "Walk a round of the census: open, confirm, certify, acknowledge, close.",
    ),
    LazyCommand(
        "snapshot", "thabian.commands.snapshot", "app", "Seal the census of a round, and look at what was sealed."
    ),
    LazyCommand(
        "balance", "thabian.commands.balance", "show",
        "Show how one roll became another: restated, new, in, out, dropped, died, graduated, held over.",
    ),
    LazyCommand(
        "report", "thabian.commands.report", "app", "Reports of a sealed version, in Thai, in the ministry's order."
    ),
    LazyCommand(
        "export", "thabian.commands.export", "app",
        "Send a sealed version on: to the ministry's database, and by letter.",
    ),
)  # fmt: skip
"""In the order of `thabian --help`. A test holds each summary to what the command says of itself."""

app = TyperGroup(
    name="thabian",
    commands=COMMANDS,
    no_args_is_help=True,
    rich_markup_mode="rich",
    help="ทะเบียน, the register: student change events in, signed term censuses out.",
)


def main() -> NoReturn:
    """Entry point. Exit codes: 0 done; 1 refused or failed; 2 wrong usage or nothing to work on; 70 a fault of ours;
    130 interrupted.
    """
    debug = os.environ.get("THABIAN_LOG_LEVEL", "").lower() == "debug"
    if not debug:
        _hush_libraries()
    try:
        app(prog_name="thabian")
    except SystemExit as done:
        _end(done.code)
    except KeyboardInterrupt:
        _end(failures.INTERRUPTED)
    except Exception as error:  # noqa: BLE001 - the last place that can turn it into one line
        if debug:
            sys.stderr.write(failures.trace(error))
        told = failures.as_error(error)
        sys.stderr.write(f"thabian: {told}\n")
        _end(told.exit_code)
    _end(0)


def _hush_libraries() -> None:
    """The clients log, with a traceback, what they raise as well; we print what they raise."""
    for library in ("kafka", "clickhouse_driver"):
        logging.getLogger(library).setLevel(logging.CRITICAL)


def _end(code: object) -> NoReturn:
    """Leave. A reader that went away, such as `| head`, is no news."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = code or 1
    sys.exit(code if isinstance(code, int | str) else None)
