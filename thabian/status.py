"""Everything `thabian status` shows, asked at once: a part that does not answer costs its own lines alone."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from schemas.errors import ThabianError
from snapshots.sealed import Seals
from thabian import clock, failures
from thabian.looks.dead_letters import DeadLettersLook
from thabian.looks.findings import FindingsLook
from thabian.looks.intake import Answered, IntakeLook
from thabian.looks.lag import Lag, LagLook
from thabian.looks.look import Look
from thabian.looks.parts import PartsLook
from thabian.looks.rounds import RoundsLook, Running
from thabian.looks.snapshots import SnapshotsLook
from thabian.settings import Settings

PATIENCE_S = 20.0
"""How long a look waits for the warehouse: somebody sits before it."""
Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Answer(Generic[Found]):
    """What a look found, or why it did not: one of the two."""

    found: Found | None
    error: ThabianError | None = None


@dataclass(frozen=True, slots=True)
class Status:
    """One moment. `at`: ms since 1970 UTC; `parts`: whether each answers."""

    at: int
    parts: dict[str, bool]
    intake: Answer[Answered]
    lag: Answer[Lag]
    dead_letters: Answer[dict[str, int]]
    findings: Answer[dict[tuple[str, ...], float]]
    rounds: Answer[tuple[Running, ...]]
    snapshots: Answer[Seals]

    @property
    def is_whole(self) -> bool:
        """Whether every part answered, and every look."""
        answers: list[Answer[Any]] = [
            self.intake,
            self.lag,
            self.dead_letters,
            self.findings,
            self.rounds,
            self.snapshots,
        ]
        return all(self.parts.values()) and all(answer.error is None for answer in answers)


def look(settings: Settings, now_ms: Callable[[], int] = clock.now_ms) -> Status:
    """Ask everything, each on a connection of its own."""
    brief = settings.model_copy(update={"clickhouse_timeout_s": min(settings.clickhouse_timeout_s, PATIENCE_S)})
    at = now_ms()
    with ThreadPoolExecutor(7) as pool:
        parts = pool.submit(PartsLook(brief).read)
        intake = pool.submit(_asked, IntakeLook(brief, now_ms))
        lag = pool.submit(_asked, LagLook(brief, now_ms))
        letters = pool.submit(_asked, DeadLettersLook(brief))
        findings = pool.submit(_asked, FindingsLook(brief))
        rounds = pool.submit(_asked, RoundsLook(brief))
        snapshots = pool.submit(_asked, SnapshotsLook(brief))
    return Status(
        at,
        parts.result(),
        intake.result(),
        lag.result(),
        letters.result(),
        findings.result(),
        rounds.result(),
        snapshots.result(),
    )


def _asked(look: Look[Found]) -> Answer[Found]:
    try:
        return Answer(look.read())
    except Exception as error:  # noqa: BLE001 - the others are shown all the same
        return Answer(None, failures.as_error(error))
