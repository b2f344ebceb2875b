"""Wiring of the publishers: settings to an outbox, a sender and a topic."""

import logging
from collections.abc import Iterator
from contextlib import closing, contextmanager

from publishers.kafka_sender import PRODUCER_OPTIONS, KafkaSender
from publishers.sender import Sender
from thabian import connections
from thabian.settings import Settings


@contextmanager
def open_sender(settings: Settings) -> Iterator[Sender]:
    """A sender to the configured broker. Raises ThabianError BROKER_UNAVAILABLE or LOCAL_NOT_RUNNING in one line."""
    if settings.log_level != "debug":
        logging.getLogger("kafka").setLevel(logging.CRITICAL)  # a broker that is down is one line of ours, not fifty
    admin = connections.open_admin(settings)
    try:
        with connections.broker_errors(settings):
            topics = frozenset(admin.list_topics())
    finally:
        admin.close()
    with closing(KafkaSender(connections.open_producer(settings, **PRODUCER_OPTIONS), topics)) as sender:
        yield sender
