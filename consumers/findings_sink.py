"""The sink of register.findings: what the stream told, into the warehouse. Runs in the loop of intake (consumers/loop.py).

At least once: a batch is inserted, then its offsets are committed. The same message stored twice is one row by its place in
the log, so a crash in between costs work, never a row.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from consumers.findings_rows import FindingRows, rows_of
from consumers.intake import Counted, Steps
from consumers.messages import Batch
from monitoring import metrics
from warehouse.interface import Warehouse


@dataclass
class FindingsSink:
    """Takes batches in the order of the log. The clock gives ms since 1970 UTC."""

    warehouse: Warehouse
    now_ms: Callable[[], int]
    steps: Steps
    stored: int = 0
    """Messages stored by this process; read by another thread."""

    def decide(self, batch: Batch) -> FindingRows:
        """The rows of a batch. Raises ThabianError for a message that cannot be read."""
        with self.steps("decide"):
            return rows_of(batch)

    def store(self, rows: FindingRows) -> Counted:
        """Store them. Again changes nothing. Nobody waits for an answer."""
        count = rows.told.total()
        if count:
            with self.steps("store"):
                at = self.now_ms()
                self.warehouse.insert("findings", {**rows.columns, "stored_at": [at] * count}, token=rows.token)
            self._measure(rows)
        self.stored += count
        states: Counter[str] = Counter()
        codes: Counter[str] = Counter()
        for (code, state), messages in rows.told.items():
            states[state] += messages
            codes[code] += messages
        return Counted(dict(states), dict(codes))

    def _measure(self, rows: FindingRows) -> None:
        now = self.now_ms()
        for (code, state), messages in rows.told.items():
            metrics.FINDINGS_TOLD.labels(code, state).inc(messages)
        for caused in rows.columns["caused_at"]:
            if caused > 0:
                metrics.FINDINGS_VISIBLE_SECONDS.observe(max(0, now - caused) / 1000)
