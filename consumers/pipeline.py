"""As many batches under way as there are stages: while one is answered the next one is stored, and so on. Always in the order
of the log.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from consumers.messages import Batch

Stage = Callable[[Any], Any]
"""Takes what the stage before it made of a batch."""


@dataclass(frozen=True, slots=True)
class UnderWay:
    """A batch, and what its last stage makes of it."""

    batch: Batch
    finished: "Future[Any]"


class Pipeline:
    """A thread for each stage. A batch enters a stage only if the one before it came through: the first failure ends all."""

    def __init__(self, stages: Sequence[Stage]) -> None:
        self._lanes = [_Lane(stage) for stage in stages]

    def __len__(self) -> int:
        """How many batches may be under way: more would wait, and hold memory."""
        return len(self._lanes)

    def submit(self, batch: Batch) -> UnderWay:
        """Take a batch."""
        made: Future[Any] = Future()
        made.set_result(batch)
        for lane in self._lanes:
            made = lane.submit(made)
        return UnderWay(batch, made)

    def close(self) -> None:
        """Wait until all threads are done with what they have in hand."""
        for lane in self._lanes:
            lane.close()


class _Lane:
    """One stage and its thread."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._thread = ThreadPoolExecutor(max_workers=1)
        self._failed: BaseException | None = None

    def submit(self, made: "Future[Any]") -> "Future[Any]":
        return self._thread.submit(self._run, made)

    def _run(self, made: "Future[Any]") -> Any:  # noqa: ANN401 - as its stage makes it
        if self._failed is not None:
            raise self._failed
        try:
            return self._stage(made.result())
        except BaseException as error:
            self._failed = error
            raise

    def close(self) -> None:
        self._thread.shutdown(wait=True)
