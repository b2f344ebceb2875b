"""`thabian intake rewind`: set the group back to the first record without a receipt."""

from typing import Annotated

import typer
from kafka import KafkaAdminClient, OffsetAndMetadata, TopicPartition
from kafka import errors as kafka_errors
from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

from consumers.log_scan import LogScan
from consumers.ports import Position
from consumers.positions import Standing, standings
from schemas.errors import ThabianError
from thabian import settings as settings_module
from thabian.connections import broker_errors, open_admin, open_consumer, open_warehouse
from thabian.log_positions import KafkaLogEnds
from thabian.settings import Settings


def rewind(
    topic: Annotated[str | None, typer.Option(help="Only this ingress topic.")] = None,
    partition: Annotated[int | None, typer.Option(min=0, help="Only this partition; with --topic.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be set back; set nothing.")] = False,
) -> None:
    """Set committed offsets back to the first record without a receipt, where intake refuses to start over one.

    What is delivered again by it changes nothing. Refuses while intake is running.
    """
    if partition is not None and topic is None:
        raise ThabianError("REWIND_INVALID", "--partition goes with --topic", exit_code=2)
    settings = settings_module.load()
    client = open_admin(settings)
    try:
        with broker_errors(settings):
            _refuse_members(client, settings)
            found = _standings(client, settings, topic, partition)
            moved = [one for one in found if one.target is not None]
            if moved and not dry_run:
                _set_back(client, settings, moved)
    finally:
        client.close()
    _print(found, moved, dry_run=dry_run)


def _refuse_members(client: KafkaAdminClient, settings: Settings) -> None:
    (group,) = client.describe_groups([settings.intake_group]).values()
    if group["members"]:
        raise ThabianError(
            "GROUP_HAS_MEMBERS",
            f"{len(group['members'])} process(es) of the group {settings.intake_group} are at work: stop intake first",
        )


def _standings(
    client: KafkaAdminClient, settings: Settings, topic: str | None, partition: int | None
) -> list[Standing]:
    answered = client.list_group_offsets(settings.intake_group)[settings.intake_group]
    with KafkaLogEnds(settings) as log:
        begins, ends = log.beginnings(), log.ends()
    committed: dict[Position, int | None] = {
        (item.topic, item.partition): kept.offset
        for item, kept in answered.items()
        if kept.offset >= 0 and (item.topic, item.partition) in ends
    }
    wanted = {
        position: offset
        for position, offset in committed.items()
        if topic in (None, position[0]) and partition in (None, position[1])
    }
    if topic is not None and not wanted:
        raise ThabianError(
            "REWIND_INVALID", "the group has committed nothing for that topic and partition", exit_code=2
        )
    warehouse, scan = open_warehouse(settings), LogScan(lambda: open_consumer(settings))
    try:
        return standings(warehouse, scan, wanted, begins, ends)
    finally:
        scan.close()
        warehouse.close()


def _set_back(client: KafkaAdminClient, settings: Settings, moved: list[Standing]) -> None:
    """The broker refuses it for a group that has got members since."""
    offsets = {
        TopicPartition(one.topic, one.partition): OffsetAndMetadata(one.target, "thabian intake rewind", -1)
        for one in moved
    }
    for position, error in client.alter_group_offsets(settings.intake_group, offsets).items():
        if error is not kafka_errors.NoError:
            raise ThabianError(
                "GROUP_HAS_MEMBERS",
                f"{position.topic} partition {position.partition} was not set back ({error.__name__}): is intake running?",
            )


def _print(found: list[Standing], moved: list[Standing], *, dry_run: bool) -> None:
    console = Console(soft_wrap=True)
    if not moved:
        console.print(f"{len(found)} partitions: every record below a committed offset has its receipt. Nothing to do.")
        return
    table = Table(box=SIMPLE)
    for column in ("topic", "partition", "committed", "log", "set back to"):
        table.add_column(column, overflow="fold")
    for one in moved:
        span = f"{one.begin}…{one.end}"
        table.add_row(one.topic, str(one.partition), str(one.committed), span, str(one.target))
    console.print(table)
    console.print("Nothing was set back: dry run." if dry_run else f"{len(moved)} partition(s) set back.")
