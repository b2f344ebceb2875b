"""What goes on beside the sink, on a thread and a connection of its own: findings across ids, and how many are open.

Neither may hold up what the stream told: a fold of all pupils takes seconds.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Final

import structlog

from consumers import findings_across
from consumers.findings_across import Across
from monitoring import metrics
from schemas.errors import ThabianError
from warehouse.findings_standing import standing
from warehouse.interface import Warehouse

_OPEN: Final = f"SELECT code, countIf(state = 'OPEN') FROM ({standing()}) GROUP BY code"


@dataclass
class FindingsRounds:
    """`across` None: nobody looks across ids here. `stored` tells how much was, `is_first` whether this process is the one
    of the group that looks across ids.
    """

    warehouse: Warehouse
    across: Across | None
    across_s: float
    stored: Callable[[], int]
    is_first: Callable[[], bool]
    today: Callable[[], date]
    now_ms: Callable[[], int]
    on_failure: Callable[[], None] = lambda: None
    look_s: float = 1.0
    monotonic: Callable[[], float] = time.monotonic
    stop: threading.Event = field(default_factory=threading.Event)
    failed: ThabianError | None = None
    _counted: int = -1
    _due: float = 0.0
    _thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin, until closed."""
        self._thread = threading.Thread(target=self._run, name="findings-rounds", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End after the round at work. Raises what it failed with."""
        self.stop.set()
        if self._thread is not None:
            self._thread.join()
        if self.failed is not None:
            raise self.failed

    def look(self) -> None:
        """One look at what is due. Raises ThabianError."""
        if self.across is not None and self.is_first() and self.monotonic() >= self._due:
            self.look_across(self.across)
        stored = self.stored()
        if stored != self._counted:
            for code, count in self.warehouse.rows(_OPEN):
                metrics.FINDINGS_OPEN.labels(code).set(count)
            self._counted = stored

    def look_across(self, across: Across) -> None:
        """One look across ids, now."""
        told = findings_across.tell(self.warehouse, across, self.today(), self.now_ms())
        self._due = self.monotonic() + self.across_s
        if told.opened or told.resolved:
            self._counted = -1
            structlog.get_logger().info("findings across ids", opened=told.opened, resolved=told.resolved)

    def _run(self) -> None:
        while not self.stop.wait(self.look_s):
            try:
                self.look()
            except ThabianError as error:
                if error.code != "WAREHOUSE_UNAVAILABLE":
                    self.failed = error
                    self.on_failure()
                    return
                structlog.get_logger().warning("looks again", error=str(error))
            except Exception as error:  # noqa: BLE001 - a thread that ends unseen would leave findings untold
                self.failed = ThabianError(
                    "UNEXPECTED", f"{type(error).__name__} while looking across ids", exit_code=70
                )
                self.on_failure()
                return
