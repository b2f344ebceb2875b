"""Whether everything intake has committed is accounted for."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ClassVar

from monitoring import metrics
from monitoring.series import Single
from thabian import auditing, clock
from thabian.settings import Settings


@dataclass(frozen=True, slots=True)
class Audited:
    """`began`: ms since 1970 UTC."""

    began: int
    holds: bool
    missing: int


@dataclass
class AuditLook:
    """`thabian audit` up to where intake has committed: what it has in hand is not missing."""

    settings: Settings
    now_ms: Callable[[], int] = clock.now_ms
    name: ClassVar[str] = "audit"
    _missing: Single = field(default_factory=lambda: Single(metrics.AUDIT_MISSING_OFFSETS))
    _holds: Single = field(default_factory=lambda: Single(metrics.AUDIT_HOLDS))
    _last: Single = field(default_factory=lambda: Single(metrics.AUDIT_LAST_SECONDS))

    def read(self) -> Audited:
        """Audit. Takes as long as `thabian audit` does."""
        began = self.now_ms()
        report = auditing.audit_committed(self.settings, began)
        return Audited(began, report.complete, sum(trouble.count for trouble in report.missing))

    def tell(self, found: Audited) -> None:
        """The verdict, and of when it is."""
        self._missing.tell(found.missing)
        self._holds.tell(found.holds)
        self._last.tell(found.began / 1000)
