"""A Faust table that is written many rows at a time.

Faust sends one message for each key that is set: about a third of a millisecond a pupil, more than all our work on it
(docs/decisions/0012). Here the rows of a message go into the changelog as whole batches, acknowledged before they are stored
below. Everything else, such as recovery, standbys and where the store lies, is Faust's own.
"""

from collections.abc import Iterator, Mapping
from typing import Any, cast

import faust
import rocksdict
from faust.stores.rocksdb import Store
from faust.types import TP

from streams.fatal import fatal
from streams.outlet import Outlet


class BulkTable(faust.Table[bytes, bytes]):
    """Bytes by bytes, by partition. Not to be written as a mapping."""

    def read(self, partition: int, key: bytes) -> bytes | None:
        """What is stored under a key."""
        found: bytes | None = self._database(partition).get(key)
        return found

    def all(self, partition: int) -> Iterator[tuple[bytes, bytes]]:
        """All rows of a partition."""
        for key, value in self._database(partition).items():
            if key != Store.offset_key:
                yield key, value

    async def write(self, outlet: Outlet, partition: int, rows: Mapping[bytes, bytes | None]) -> None:
        """Into the changelog, then into the store; None takes a row away."""
        if not rows:
            return
        topic = self.changelog_topic.get_topic_name()
        offset = await outlet.send({(topic, partition): list(rows.items())})
        batch = rocksdict.WriteBatch(raw_mode=True)
        for key, value in rows.items():
            if value is None:
                batch.delete(key)
            else:
                batch.put(key, value)
        self._database(partition).write(batch)
        self.data.set_persisted_offset(TP(topic, partition), offset)

    async def on_changelog_event(self, event: Any) -> None:  # noqa: ANN401
        """A row that comes back. One of an earlier handing-out stands further on than rows that did not come yet, which
        Faust would then leave out: the process ends instead, and restores anew.
        """
        async with fatal():
            if event.message.generation_id != self.app.consumer_generation_id:
                raise LookupError("a changelog was read out of turn")
        await super().on_changelog_event(event)

    def _database(self, partition: int) -> Any:  # noqa: ANN401 - rocksdict's own
        return cast("Store", self.data)._db_for_partition(partition)
