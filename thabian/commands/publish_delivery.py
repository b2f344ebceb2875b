"""How the publish commands hand events to the outbox and on to Kafka, with a bar."""

from collections.abc import Iterable
from functools import partial

import typer

from publishers import delivery
from publishers.outbox import Outbox
from publishers.sender import Message
from thabian import publishing
from thabian.commands import publish_report as report
from thabian.settings import Settings


def deliver(
    current: Settings,
    box: Outbox,
    topic: str,
    messages: Iterable[Message],
    total: int | None = None,
    also: delivery.Also | None = None,
) -> int:
    """Keep and send; returns how many messages of this call were kept. `also` is kept in the same transaction."""
    waiting = sum(box.waiting().values())
    with report.progress("sending", None if total is None else waiting + total) as sent:
        count = delivery.publish(box, topic, messages, partial(publishing.open_sender, current), sent, also)
    if waiting:
        typer.echo(f"{waiting} events of an earlier run were sent as well", err=True)
    return count
