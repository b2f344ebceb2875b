"""Whether the parts answer."""

from dataclasses import dataclass, field
from typing import ClassVar, Final

from monitoring import metrics
from monitoring.series import Series
from schemas.errors import ThabianError
from thabian.serving import reaches
from thabian.settings import Settings

PARTS: Final = ("broker", "warehouse")


@dataclass
class PartsLook:
    """Part → whether it answers within a few seconds. Never raises: a part that is away is what it is there to tell."""

    settings: Settings
    name: ClassVar[str] = "parts"
    _up: Series = field(default_factory=lambda: Series(metrics.MONITOR_UP))

    def read(self) -> dict[str, bool]:
        """Ask both."""
        try:
            return {part: answers() for part, answers in reaches(self.settings).items()}
        except ThabianError:  # the local parts are not up: there is nowhere to ask
            return dict.fromkeys(PARTS, False)

    def tell(self, found: dict[str, bool]) -> None:
        """1 or 0."""
        self._up.tell({(part,): float(is_up) for part, is_up in found.items()})
