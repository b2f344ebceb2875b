"""The time by which rounds are walked: the machine's, or for a rehearsal the one THABIAN_CLOCK says, standing still."""

from schemas.errors import ThabianError
from snapshots.moments import parse_moment
from thabian import clock
from thabian.settings import Settings


def now_ms(settings: Settings) -> int:
    """Milliseconds since 1970 UTC."""
    if not settings.clock:
        return clock.now_ms()
    try:
        return parse_moment(settings.clock)
    except ValueError as error:
        raise ThabianError("SETTINGS_INVALID", f"THABIAN_CLOCK: {error}", exit_code=2) from None
