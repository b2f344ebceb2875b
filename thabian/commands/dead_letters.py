"""`thabian dead-letters`: what could not be read, and what to do with it."""

import getpass
import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import typer
from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

from consumers import dead_letter_actions as actions
from consumers.dead_letter_actions import Action, Done, State
from consumers.dead_letter_replay import Policy, Replayer
from consumers.dead_letters import Letter, Place, letters
from consumers.kafka_answers import KafkaAnswers
from consumers.log_scan import LogScan
from schemas import topics
from schemas.errors import ThabianError
from snapshots.moments import format_moment, parse_moment
from thabian import settings as settings_module
from thabian.clock import now_ms
from thabian.commands.whole_table import print_whole
from thabian.connections import broker_errors, open_consumer, open_producer, open_warehouse
from thabian.installation_secrets import installation_pseudonyms
from thabian.settings import Settings
from warehouse.clickhouse import ClickHouseWarehouse

app = typer.Typer(no_args_is_help=True, help="Messages that could not be read: list, show, replay.")

Topic = Annotated[str | None, typer.Option(help="Only messages of this ingress topic.")]
CodeOption = Annotated[str | None, typer.Option(help="Only messages with this code.")]
Begins = Annotated[str | None, typer.Option("--from", metavar="TIME", help="Received first at this time or later.")]
Ends = Annotated[str | None, typer.Option("--to", metavar="TIME", help="Received first before this time.")]
Limit = Annotated[int, typer.Option(min=1, help="How many at most, the oldest of each partition first.")]
Partition = Annotated[int | None, typer.Option(min=0, help="Only this partition; with --topic.")]
Offset = Annotated[int | None, typer.Option(min=0, help="Only this offset; with --topic and --partition.")]


@dataclass(frozen=True, slots=True)
class _Desk:
    """What every subcommand works on."""

    settings: Settings
    warehouse: ClickHouseWarehouse
    states: Mapping[Place, State]
    scan: LogScan

    def letters(self, *wanted: Callable[[Letter], bool]) -> Iterator[Letter]:
        topic = self.settings.topic_prefix + topics.DEAD_LETTERS.name
        return (letter for letter in letters(self.scan, topic) if all(test(letter) for test in wanted))

    def attempts(self, letter: Letter) -> int:
        state = self.states.get(letter.place)
        return max(letter.attempt, state.attempt if state else 0)

    def state(self, letter: Letter) -> str:
        if actions.waits(self.states, letter):
            return "waiting"
        return self.states[letter.place].action.name.lower()


@contextmanager
def _desk() -> Iterator[_Desk]:
    settings = settings_module.load()
    scan = LogScan(lambda: open_consumer(settings))
    with closing(open_warehouse(settings)) as warehouse, closing(scan), broker_errors(settings):
        yield _Desk(settings, warehouse, actions.states(warehouse), scan)


@app.command("list")
def list_letters(
    topic: Topic = None,
    code: CodeOption = None,
    begins: Begins = None,
    ends: Ends = None,
    limit: Limit = 50,
    waiting: Annotated[bool, typer.Option("--waiting", help="Only those not replayed or dropped.")] = False,
    output: Annotated[Literal["table", "json"], typer.Option("--format", help="How to print.")] = "table",
) -> None:
    """List dead letters: where each message stood, why it could not be read, and what was done with it."""
    wanted = _filters(topic, None, None, code, begins, ends)
    with _desk() as desk:
        found = []
        for letter in desk.letters(*wanted):
            if not waiting or desk.state(letter) == "waiting":
                found.append(_facts(desk, letter))
            if len(found) == limit:
                break
    if output == "json":
        for row in found:
            typer.echo(json.dumps(row, ensure_ascii=False))
        return
    table = Table(box=SIMPLE)
    for column in ("message", "code", "attempt", "first received", "bytes", "state"):
        table.add_column(column, overflow="fold", no_wrap=column == "code")
    for row in found:
        place = f"{row['topic']}[{row['partition']}]@{row['offset']}"
        table.add_row(place, *(str(row[name]) for name in ("code", "attempt", "first_received", "bytes", "state")))
    print_whole(Console(), table)


@app.command()
def show(
    topic: Annotated[str, typer.Argument(help="The ingress topic it came on.")],
    partition: Annotated[int, typer.Argument(min=0, help="Its partition.")],
    offset: Annotated[int, typer.Argument(min=0, help="Its offset.")],
    with_bytes: Annotated[
        bool, typer.Option("--bytes", help="Also its key and bytes, as hex: they may hold a pupil's data.")
    ] = False,
) -> None:
    """Show one dead letter as JSON."""
    with _desk() as desk:
        letter = next(desk.letters(*_filters(topic, partition, offset, None, None, None)), None)
        if letter is None:
            raise ThabianError("DEAD_LETTER_UNKNOWN", "there is no such dead letter: see `thabian dead-letters list`")
        facts = _facts(desk, letter) | {"headers": [name for name, _ in letter.headers]}
    if with_bytes:
        facts |= {
            "key": letter.key.hex() if letter.key is not None else None,
            "value": letter.value.hex() if letter.value is not None else None,
            "headers": {name: (value or b"").hex() for name, value in letter.headers},
        }
    typer.echo(json.dumps(facts, ensure_ascii=False, indent=2))


@app.command()
def replay(
    policy: Annotated[
        Policy,
        typer.Option(
            help="For a message that cannot be read still: stop there, put it back, or drop it with --reason."
        ),
    ] = Policy.STOP,
    reason: Annotated[str, typer.Option(help="Why messages are dropped; with --policy drop.")] = "",
    topic: Topic = None,
    partition: Partition = None,
    offset: Offset = None,
    code: CodeOption = None,
    begins: Begins = None,
    ends: Ends = None,
    limit: Limit = 10_000,
    again: Annotated[bool, typer.Option("--again", help="Also those replayed or dropped before.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be done; do nothing.")] = False,
) -> None:
    """Send dead letters that can be read by now to the topics they came from, the bytes as they were.

    They keep when they were received first. One that cannot be read still is not sent: --policy says what becomes of it.
    """
    if (policy is Policy.DROP) != bool(reason.strip()):
        raise ThabianError(
            "REPLAY_INVALID", "--reason goes with --policy drop, and --policy drop with --reason", exit_code=2
        )
    wanted = _filters(topic, partition, offset, code, begins, ends)
    with _desk() as desk:
        ingress = re.compile(topics.ingress_pattern(desk.settings.topic_prefix))
        known = (one for one in desk.letters(*wanted) if ingress.match(one.topic))
        waiting = (one for one in known if again or desk.state(one) == "waiting")
        chosen = [one for one, _ in zip(waiting, range(limit), strict=False)]
        with closing(open_producer(desk.settings)) as producer:
            replayer = _replayer(desk, KafkaAnswers(producer), policy, reason)
            if dry_run:
                done, stopped = replayer.decide(chosen)
                _tell(done, dry_run=True)
                if stopped is not None:
                    typer.echo(f"would stop at {_place(stopped.letter)}: {stopped.code}")
                return
            done = []
            try:
                for one in replayer.run(chosen):
                    done.append(one)
            finally:
                _tell(done, dry_run=False)


def _replayer(desk: _Desk, answers: KafkaAnswers, policy: Policy, reason: str) -> Replayer:
    return Replayer(
        answers=answers,
        secret=installation_pseudonyms(desk.settings).person,
        max_event_bytes=desk.settings.max_event_bytes,
        attempts=desk.attempts,
        record=lambda done: actions.record(desk.warehouse, done, acted_by=getpass.getuser(), now_ms=now_ms()),
        policy=policy,
        reason=reason.strip(),
    )


def _tell(done: list[Done], *, dry_run: bool) -> None:
    for one in done:
        why = f": {one.code}" if one.code else ""
        typer.echo(
            f"{'would be ' if dry_run else ''}{one.action.name.lower().replace('_', ' ')}  {_place(one.letter)}{why}"
        )
    counts = ", ".join(
        f"{sum(one.action is action for one in done):,} {action.name.lower().replace('_', ' ')}" for action in Action
    )
    typer.echo(f"{'Dry run: ' if dry_run else ''}{counts}.")


def _place(letter: Letter) -> str:
    return f"{letter.topic}[{letter.partition}]@{letter.offset}"


def _facts(desk: _Desk, letter: Letter) -> dict[str, Any]:
    return {
        "topic": letter.topic,
        "partition": letter.partition,
        "offset": letter.offset,
        "code": letter.code,
        "attempt": desk.attempts(letter),
        "first_received": format_moment(letter.first_seen),
        "bytes": len(letter.value or b""),
        "replay_of": letter.replay_of,
        "state": desk.state(letter),
    }


def _filters(
    topic: str | None,
    partition: int | None,
    offset: int | None,
    code: str | None,
    begins: str | None,
    ends: str | None,
) -> list[Callable[[Letter], bool]]:
    if (partition is not None and topic is None) or (offset is not None and partition is None):
        raise ThabianError("REPLAY_INVALID", "--partition goes with --topic, --offset with both", exit_code=2)
    low, high = _time(begins), _time(ends)
    return [
        lambda letter: topic in (None, letter.topic) and partition in (None, letter.partition),
        lambda letter: offset in (None, letter.offset) and code in (None, letter.code),
        lambda letter: (low is None or letter.first_seen >= low) and (high is None or letter.first_seen < high),
    ]


def _time(text: str | None) -> int | None:
    try:
        return None if text is None else parse_moment(text)
    except ValueError as error:
        raise ThabianError("DATE_INVALID", str(error), exit_code=2) from None
