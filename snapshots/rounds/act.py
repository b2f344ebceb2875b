"""One act in a round, as it is stored and as register.rounds has it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from schemas import answers

NAME: Final = "RoundActed"
"""Its schema."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Act:
    """Times in ms since 1970 UTC; 0: none. `schools` are (code, slice checksum in hex that was signed, or empty)."""

    event_id: bytes
    round: str
    act: str
    role: str
    actor: str
    acted_at: int
    academic_year: int
    number: int
    as_of: date
    area: str = ""
    schools: tuple[tuple[int, str], ...] = ()
    version: str = ""
    cut: str = ""
    root: str = ""
    reason: str = ""
    windows: tuple[str, ...] = ()
    begins_at: int = 0
    ends_at: int = 0
    source: str = ""

    @property
    def order(self) -> tuple[int, bytes]:
        """Where it stands among the acts of its round."""
        return self.acted_at, self.event_id


def encode(act: Act) -> bytes:
    """The message on register.rounds."""
    given: dict[str, Any] = {name: getattr(act, name) for name in Act.__slots__}
    given["schools"] = [{"school_code": code, "checksum": checksum} for code, checksum in act.schools]
    given["windows"] = list(act.windows)
    given |= {name: _moment(given[name]) for name in ("acted_at", "begins_at", "ends_at")}
    return answers.encode(NAME, given)


def decode(message: bytes) -> Act:
    """The act of a message. Raises ValueError for any other."""
    given = answers.decode(NAME, message)
    given["schools"] = tuple((item["school_code"], item["checksum"]) for item in given["schools"])
    given["windows"] = tuple(given["windows"])
    given |= {name: _ms(given[name]) for name in ("acted_at", "begins_at", "ends_at")}
    return Act(**given)


def _moment(milliseconds: int) -> datetime:
    return _EPOCH + timedelta(milliseconds=milliseconds)


def _ms(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(milliseconds=1)
