"""Dead letters nobody has seen to."""

from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from typing import ClassVar

from consumers import dead_letter_actions as actions
from consumers.dead_letters import letters
from consumers.log_scan import LogScan
from monitoring import metrics
from monitoring.series import Series
from schemas import topics
from thabian.connections import broker_errors, open_consumer, open_warehouse
from thabian.settings import Settings


@dataclass
class DeadLettersLook:
    """Code → letters that were neither replayed nor dropped, as `thabian dead-letters list --waiting` lists them."""

    settings: Settings
    name: ClassVar[str] = "dead_letters"
    _waiting: Series = field(default_factory=lambda: Series(metrics.DEAD_LETTERS_WAITING))

    def read(self) -> dict[str, int]:
        """Read the topic, and what was done."""
        topic = self.settings.topic_prefix + topics.DEAD_LETTERS.name
        scan = LogScan(lambda: open_consumer(self.settings))
        with closing(open_warehouse(self.settings)) as warehouse, closing(scan), broker_errors(self.settings):
            states = actions.states(warehouse)
            return Counter(one.code for one in letters(scan, topic) if actions.waits(states, one))

    def tell(self, found: dict[str, int]) -> None:
        """By code."""
        self._waiting.tell({(code,): count for code, count in found.items()})
