"""Faust's client for Kafka, mended where it loses messages in a rebalance (docs/streams.md says how; Faust 0.15.3).

What is committed is `Progress`, not what Faust counts as acknowledged: it acknowledges what it skips, and takes what it threw
away for a gap in the log.
"""

import asyncio
from collections.abc import Coroutine, Iterable, Mapping
from typing import Any, Final

from faust.tables import TableManager
from faust.tables.recovery import Recovery
from faust.transport.drivers import aiokafka as driver
from faust.types import TP
from mode.utils.futures import notify

from streams.progress import Progress

FETCH_WAIT_MS: Final = 100
"""How long the broker may keep a fetch back: a worker with nothing to do asks ten times a second. Faust says 1.5 s; a fetch
that is under way covers the partitions that had nothing left when it was sent, and what comes for others waits for it.
"""
_PAUSE_S: Final = 0.05
"""How long nobody asks while there is nothing to ask for."""


class _Unread(dict[TP, int | None]):
    """Faust's record of what it read: it drops what lies before and takes jumps for gaps. Not used: `Progress` decides."""

    def __getitem__(self, _: TP) -> None:
        return None

    def __setitem__(self, _: TP, offset: int | None) -> None:
        """Not kept."""

    def update(self, *_: Any, **__: Any) -> None:  # noqa: ANN401
        """Not kept."""


class Thread(driver.AIOKafkaConsumerThread):
    """Where the client lives."""

    def _create_worker_consumer(self, transport: Any) -> Any:  # noqa: ANN401 - the client has no types
        made = super()._create_worker_consumer(transport)
        made._fetch_max_wait_ms = FETCH_WAIT_MS
        return made

    async def _fetch_records(
        self,
        consumer: Any,  # noqa: ANN401
        active_partitions: set[TP],
        timeout: float | None = None,
        max_records: int | None = None,
    ) -> Any:  # noqa: ANN401
        """Only what is there at once. Faust's own waits with the question open, and a rebalance in that time answers it with
        records of the new assignment, which are then thrown away: of changelogs as well, so that tables come back with holes.
        """
        if not self.consumer.flow_active or consumer._subscription.reassignment_in_progress:
            await asyncio.sleep(_PAUSE_S)
            return {}
        found = await super()._fetch_records(consumer, active_partitions, timeout=0, max_records=max_records)
        if not found:
            waiter = consumer._fetcher._create_fetch_waiter()
            await asyncio.wait([waiter], timeout=timeout)
            if waiter.done():
                waiter.result()  # raises what the client failed on
            waiter.cancel()
        return found

    async def on_partitions_revoked(self, revoked: set[TP]) -> None:
        """Tell the application."""
        await self._unless_stopped(super().on_partitions_revoked(revoked))

    async def on_partitions_assigned(self, assigned: set[TP], generation_id: int = 0) -> None:
        """Tell the application."""
        await self._unless_stopped(super().on_partitions_assigned(assigned, generation_id))

    async def _unless_stopped(self, telling: Coroutine[Any, Any, None]) -> None:
        """Who is stopped in the middle of a rebalance does not hear of it any more: Faust waits for him, and never ends."""
        told = asyncio.ensure_future(telling)
        while not told.done() and not self.consumer.should_stop:
            await asyncio.wait([told], timeout=_PAUSE_S)
        if told.done():
            told.result()
        told.cancel()

    async def _commit(self, offsets: Mapping[TP, int]) -> bool:
        """Whether the broker has them. Where none is assigned any more, Faust's own ends the process."""
        mine = {tp: offset for tp, offset in offsets.items() if tp in self.assignment()}
        return bool(mine) and await super()._commit(mine)

    async def committed(self, places: Iterable[TP]) -> Mapping[TP, int]:
        """What the broker has of the whole group; partitions it has nothing of are left out."""
        wanted = [driver.ensure_aiokafka_TP(tp) for tp in places]
        found = await self.call_thread(self._ensure_consumer()._coordinator.fetch_committed_offsets, wanted)
        return {TP(*tp): at.offset for tp, at in found.items() if at.offset >= 0}

    def positions(self, places: Iterable[TP]) -> Mapping[TP, int]:
        """How far each was read, of those of which it is known: never waits, and asks for nothing that was taken away."""
        subscription = self._ensure_consumer()._subscription.subscription
        if subscription is None or subscription.assignment is None:
            return {}
        assignment = subscription.assignment
        states = {tp: assignment.state_value(tp) for tp in places if tp in assignment.tps}
        return {tp: state.position for tp, state in states.items() if state.has_valid_position}


class Listener(driver.ConsumerRebalanceListener):
    """Told of what is handed out."""

    async def on_partitions_assigned(self, assigned: Iterable[Any]) -> None:
        """Heartbeats go on meanwhile: the client begins with them only afterwards, and who takes longer to open the stores
        than a session lasts is thrown out, again and again.
        """
        coordinator: Any = self._thread._ensure_consumer()._coordinator
        coordinator._start_heartbeat_task()
        await super().on_partitions_assigned(assigned)


class Consumer(driver.Consumer):
    """Hands over what comes, from where `Progress` stands; commits what `Progress` has done."""

    RebalanceListener = Listener
    _thread: Thread

    def __init__(self, *given: Any, **named: Any) -> None:  # noqa: ANN401
        super().__init__(*given, **named)
        self._read_offset = _Unread()
        self._handed_out: int | None = None
        """The generation that is handed out and not being taken back."""
        self._sought: tuple[int, Mapping[TP, int]] = (-1, {})

    @property
    def progress(self) -> Progress:
        """How far each partition is worked on."""
        transport: Any = self.transport
        found: Progress = transport.progress
        return found

    def _new_consumer_thread(self) -> Thread:
        return Thread(self, loop=self.loop, beacon=self.beacon)

    async def _getmany(self, active_partitions: set[TP] | None, timeout: float) -> Any:  # noqa: ANN401
        """What the agent reads only once `begin` says so: Faust lets it run sooner, and clears the queue after that. A set of
        its own: an empty one means all, and Faust empties its own meanwhile.
        """
        wanted = {tp for tp in active_partitions or () if self._is_changelog_tp(tp) or self.progress.is_open}
        if not wanted:
            await asyncio.sleep(_PAUSE_S)
            return {}
        return await super()._getmany(wanted, timeout)

    async def perform_seek(self) -> None:
        """To what is committed, and to the log's begin where nothing is: Faust leaves those where they are."""
        generation = self.app.consumer_generation_id
        places = [tp for tp in self.assignment() if not self._is_changelog_tp(tp)]
        if not places:
            return
        committed = await self._thread.committed(places)
        begins = {TP(*tp): offset for tp, offset in (await self.earliest_offsets(*places)).items()}
        at = {tp: max(committed.get(tp, 0), begins[tp]) for tp in places}
        await self.seek_wait(at)
        self._sought = (generation, at)

    def begin(self, generation: int) -> None:
        """All tables of a generation are restored. Nothing begins if it is over by then: Faust says so much for any, even
        while the next one is under way.
        """
        if generation == self._handed_out == self._sought[0] == self.app.consumer_generation_id:
            self.progress.begin(*self._sought)

    async def on_partitions_revoked(self, revoked: set[TP]) -> None:
        """What is under way is finished and committed first."""
        self._handed_out = None
        self.progress.close()
        await super().on_partitions_revoked(revoked)

    async def on_partitions_assigned(self, assigned: set[TP], generation_id: int = 0) -> None:
        """Not at work yet: their tables are restored first."""
        self._handed_out = generation_id
        await super().on_partitions_assigned(assigned, generation_id)

    def ack(self, message: Any) -> bool:  # noqa: ANN401
        """Nobody holds it any longer: whether it was worked on is not said by that."""
        is_first, message.acked = not message.acked, True
        self._unacked_messages.discard(message)
        notify(self._waiting_for_ack)
        return is_first

    def _filter_committable_offsets(self, _: Iterable[TP]) -> dict[TP, int]:
        return self.progress.to_commit()

    async def _commit_offsets(self, offsets: Mapping[TP, int], start_new_transaction: bool = True) -> bool:
        """A commit that was refused is made again: Faust forgets it."""
        is_done = await super()._commit_offsets(offsets, start_new_transaction)
        if is_done:
            self.progress.committed(offsets)
        return is_done

    async def committed(self, places: Iterable[TP]) -> Mapping[TP, int]:
        """What the broker has of the whole group; partitions it has nothing of are left out."""
        return await self._thread.committed(places)

    def positions(self, places: Iterable[TP]) -> Mapping[TP, int]:
        """How far each was read."""
        return self._thread.positions(places)


class Transport(driver.Transport):
    """For `app.transport`."""

    Consumer = Consumer

    def __init__(self, *given: Any, progress: Progress, **named: Any) -> None:  # noqa: ANN401
        super().__init__(*given, **named)
        self.progress = progress


class _Recovery(Recovery):
    async def on_recovery_completed(self, generation_id: int = 0) -> None:
        await super().on_recovery_completed(generation_id)
        consumer: Any = self.app.consumer
        consumer.begin(generation_id)


class Tables(TableManager):
    """For `TableManager`: says of which generation the tables are restored."""

    @property
    def recovery(self) -> Recovery:
        """Faust's own, but for that."""
        if self._recovery is None:
            self._recovery = _Recovery(self.app, self, beacon=self.beacon, loop=self.loop)
        return self._recovery
