"""What intake has answered lately."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, time
from typing import ClassVar, Final

from snapshots.moments import BANGKOK, to_ms
from thabian import clock
from thabian.connections import open_warehouse
from thabian.settings import Settings

_MINUTE, _HOUR = 60_000, 3_600_000
_COUNTED: Final = """
SELECT toString(outcome), uniqExactIf((topic, partition, offset), append_time >= fromUnixTimestamp64Milli(%(minute)s)),
    uniqExactIf((topic, partition, offset), append_time >= fromUnixTimestamp64Milli(%(hour)s)),
    uniqExactIf((topic, partition, offset), append_time >= fromUnixTimestamp64Milli(%(today)s))
FROM receipts WHERE append_time >= fromUnixTimestamp64Milli(least(%(hour)s, %(today)s))
GROUP BY outcome ORDER BY outcome
"""


@dataclass(frozen=True, slots=True)
class Answered:
    """Receipts by outcome, of messages appended in the last hour and since midnight in Bangkok. `minute`: in the last."""

    minute: int
    hour: dict[str, int]
    today: dict[str, int]

    @property
    def per_second(self) -> float:
        """Events that came in the last minute and are answered, by second."""
        return self.minute / 60


@dataclass
class IntakeLook:
    """For people alone: intake's own metrics say it to Prometheus."""

    settings: Settings
    now_ms: Callable[[], int] = clock.now_ms
    name: ClassVar[str] = "intake"

    def read(self) -> Answered:
        """Ask the warehouse."""
        now = self.now_ms()
        day = datetime.fromtimestamp(now / 1000, BANGKOK).date()
        since = {
            "minute": now - _MINUTE,
            "hour": now - _HOUR,
            "today": to_ms(datetime.combine(day, time(), BANGKOK)),
        }
        with closing(open_warehouse(self.settings)) as warehouse:
            rows = warehouse.rows(_COUNTED, since)
        return Answered(
            sum(minute for _, minute, _, _ in rows),
            {outcome: hour for outcome, _, hour, _ in rows if hour},
            {outcome: today for outcome, _, _, today in rows if today},
        )

    def tell(self, found: Answered) -> None:
        """Nothing."""
