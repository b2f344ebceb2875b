"""From checked events to Kafka, by way of the outbox: what waited from earlier runs goes along."""

import sqlite3
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, ExitStack

from publishers.outbox import Outbox
from publishers.sender import Message, Sender
from schemas.errors import ThabianError

OpenSender = Callable[[], AbstractContextManager[Sender]]
Also = Callable[[sqlite3.Connection], None]


def publish(
    outbox: Outbox,
    topic: str,
    messages: Iterable[Message],
    open_sender: OpenSender,
    sent: Callable[[int], None],
    also: Also | None = None,
) -> int:
    """Keep the messages, then send all that waits. Returns how many messages were put. `also`: see Outbox.put.

    A topic that does not exist refuses the file before anything is kept. When Kafka cannot be reached all is kept,
    and the ThabianError says so.
    """
    with ExitStack() as stack:
        try:
            sender = stack.enter_context(open_sender())
            sender.require(topic)
        except ThabianError as error:
            if error.code == "TOPIC_MISSING":
                raise
            outbox.put(messages, also)
            raise _kept(error, outbox) from None
        count = outbox.put(messages, also)
        _drain_all(outbox, sender, sent)
    return count


def resume(outbox: Outbox, open_sender: OpenSender, sent: Callable[[int], None]) -> None:
    """Send all that waits. Raises ThabianError when some of it stays."""
    try:
        with open_sender() as sender:
            _drain_all(outbox, sender, sent)
    except ThabianError as error:
        raise _kept(error, outbox) from None


def _drain_all(outbox: Outbox, sender: Sender, sent: Callable[[int], None]) -> None:
    """Topic by topic, so that one that is gone holds no other up."""
    failures = []
    for topic in outbox.waiting():
        try:
            outbox.drain(topic, sender, sent)
        except ThabianError as error:
            failures.append(error)
            if error.code != "TOPIC_MISSING":
                break
    if failures:
        raise _kept(failures[-1], outbox)


def _kept(error: ThabianError, outbox: Outbox) -> ThabianError:
    count = sum(outbox.waiting().values())
    if "kept in the outbox" in error.message or not count:
        return error
    advice = "`thabian publish resume` sends them when it is mended"
    return ThabianError(error.code, f"{error.message}; {count} events are kept in the outbox: {advice}")
