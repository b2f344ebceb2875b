"""Faust's client for Kafka, but for how long it lets the broker keep a fetch back.

A fetch that is under way covers the partitions that had nothing left when it was sent, and until it is answered none is sent
for the others. Faust fixes that wait at 1.5 s, and so long nobody sees what comes for partitions that were emptied meanwhile.
"""

from typing import Any, Final

from faust.transport.drivers import aiokafka as driver

FETCH_WAIT_MS: Final = 100
"""A worker with nothing to do asks ten times a second."""


class _Thread(driver.AIOKafkaConsumerThread):
    def _create_worker_consumer(self, transport: Any) -> Any:  # noqa: ANN401 - the client has no types
        made = super()._create_worker_consumer(transport)
        made._fetch_max_wait_ms = FETCH_WAIT_MS
        return made


class _Consumer(driver.Consumer):
    def _new_consumer_thread(self) -> _Thread:
        return _Thread(self, loop=self.loop, beacon=self.beacon)


class Transport(driver.Transport):
    """For `app.transport`."""

    Consumer = _Consumer
